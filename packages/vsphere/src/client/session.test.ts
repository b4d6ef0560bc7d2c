import { describe, expect, test } from 'vitest';
import { cutAnswer, faultAnswer, rawAnswer, type Script, scriptedServer, versionList } from '../../test/scripted-server.ts';
import { vsphereErrors } from '../errors.ts';
import { isFault } from './fault.ts';
import { readThumbprint } from './vcenter.ts';

const vm = { type: 'VirtualMachine', value: 'vm-1' };
const task = { type: 'Task', value: 'task-1' };
const service = { type: 'ServiceInstance', value: 'ServiceInstance' };
const noon = new Date('2026-01-01T12:00:00Z');

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'nothing',
    (error) => (vsphereErrors.is(error) ? error.code : String(error)),
  );
}

const always =
  (value: unknown): Script =>
  () =>
    value;

/** The answers one after the other, the last for ever. */
function inTurn(...answers: unknown[]): Script {
  return () => (answers.length > 1 ? answers.shift() : answers[0]);
}

describe('a session', () => {
  test('is opened once, used by every call, and closed', async () => {
    await using server = await scriptedServer(always(noon));
    {
      await using vcenter = await server.connect();
      expect(await vcenter.now()).toEqual(noon);
      expect(await vcenter.now()).toEqual(noon);
      expect(vcenter.about).toMatchObject({ kind: 'vcenter', instanceUuid: 'aa-bb' });
    }
    expect(server.calls.map((call) => call.method)).toEqual(['RetrieveServiceContent', 'Login', 'CurrentTime', 'CurrentTime', 'Logout']);
  });

  test('gives every call an operation id of its own, by which the server log can be searched', async () => {
    await using server = await scriptedServer(always(noon));
    await using vcenter = await server.connect();
    await vcenter.now();
    const ids = server.calls.map((call) => call.operationId as string);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^holdfast-[0-9a-f]{8}-\d+$/);
    expect(new Set(ids.map((id) => id.split('-')[1])).size).toBe(1);
  });

  test('speaks the newest version that both know', async () => {
    await using newer = await scriptedServer(always(noon), { versions: versionList('99.0.0.0', '8.0.3.0', '8.0.2.0') });
    await using first = await newer.connect();
    expect(first.apiVersion).toBe('8.0.3.0');
    await using older = await scriptedServer(always(task), { versions: versionList('6.7.3', '6.7.2', '6.5') });
    await using second = await older.connect();
    expect(second.apiVersion).toBe('6.7.3');
    await second.call('ReconfigVM_Task', vm, { spec: { name: 'n', sevEnabled: true } });
    expect(older.calls.at(-1)).toMatchObject({ soapAction: '"urn:vim25/6.7.3"', parameters: { spec: { name: 'n' } } });
    expect((older.calls.at(-1)?.parameters.spec as object) ?? {}).not.toHaveProperty('sevEnabled');
  });

  test('that ended is opened again once for many calls at the same time, and each call is carried out', async () => {
    await using server = await scriptedServer(always(noon));
    await using vcenter = await server.connect();
    server.dropSession();
    expect(await Promise.all(Array.from({ length: 12 }, () => vcenter.now()))).toEqual(Array.from({ length: 12 }, () => noon));
    expect(server.calls.filter((call) => call.method === 'Login')).toHaveLength(2);
  });

  test('that the server does not let live is given up after one new sign-in', async () => {
    await using server = await scriptedServer(always(faultAnswer('NotAuthenticated', { privilegeId: 'System.View' })));
    await using vcenter = await server.connect();
    expect(await codeOf(vcenter.call('PowerOnVM_Task', vm))).toBe('VSPHERE_SESSION');
    expect(server.calls.filter((call) => call.method === 'PowerOnVM_Task')).toHaveLength(2);
  });

  test('that could not be opened again at once is opened at the next call', async () => {
    await using server = await scriptedServer(always(noon));
    await using vcenter = await server.connect();
    server.dropSession();
    server.loginsToCut = 1;
    expect(await codeOf(vcenter.call('PowerOnVM_Task', vm))).toBe('VSPHERE_UNREACHABLE');
    expect(await vcenter.now()).toEqual(noon);
  });

  test('whose password was changed meanwhile is not opened again and again, which would lock the account', async () => {
    await using server = await scriptedServer(always(noon));
    await using vcenter = await server.connect();
    server.dropSession();
    server.changePassword();
    expect(await codeOf(vcenter.now())).toBe('VSPHERE_SIGN_IN');
    expect(await codeOf(vcenter.call('PowerOnVM_Task', vm))).toBe('VSPHERE_SIGN_IN');
    expect(server.calls.filter((call) => call.method === 'Login')).toHaveLength(2);
  });

  test('is not opened with a wrong password', async () => {
    await using server = await scriptedServer(always(noon));
    expect(await codeOf(server.connect({ password: 'guess' }))).toBe('VSPHERE_SIGN_IN');
    expect(server.calls.filter((call) => call.method === 'Login')).toHaveLength(1);
  });
});

describe('a broken connection', () => {
  test('is no reason to fail for a call that only reads', async () => {
    await using server = await scriptedServer(inTurn(cutAnswer, rawAnswer(503, 'busy'), noon));
    await using vcenter = await server.connect();
    expect(await vcenter.now()).toEqual(noon);
    expect(vcenter.logged).toHaveLength(2);
  });

  test('never makes a call that changes something go out twice', async () => {
    await using server = await scriptedServer(inTurn(cutAnswer, task));
    await using vcenter = await server.connect();
    expect(await codeOf(vcenter.call('PowerOnVM_Task', vm))).toBe('VSPHERE_UNREACHABLE');
    expect(server.calls.filter((call) => call.method === 'PowerOnVM_Task')).toHaveLength(1);
  });

  test('is told after a few attempts', async () => {
    await using server = await scriptedServer(always(cutAnswer));
    await using vcenter = await server.connect();
    expect(await codeOf(vcenter.now())).toBe('VSPHERE_UNREACHABLE');
    expect(server.calls.filter((call) => call.method === 'CurrentTime')).toHaveLength(4);
  });

  test('to nobody is told as such', async () => {
    const server = await scriptedServer(always(noon));
    await server[Symbol.asyncDispose]();
    expect(await codeOf(server.connect())).toBe('VSPHERE_UNREACHABLE');
  });
});

describe('an answer', () => {
  test('that takes too long ends the call', async () => {
    await using server = await scriptedServer(() => new Promise(() => {}));
    await using vcenter = await server.connect();
    expect(await codeOf(vcenter.call('PowerOnVM_Task', vm, {}, { callMs: 50 }))).toBe('VSPHERE_TIMEOUT');
  });

  test('is not waited for when the caller gives up', async () => {
    await using server = await scriptedServer(() => new Promise(() => {}));
    await using vcenter = await server.connect();
    const caller = new AbortController();
    const call = vcenter.call('CurrentTime', service, {}, { signal: caller.signal });
    caller.abort();
    expect(await codeOf(call)).toBe('VSPHERE_CANCELLED');
  });

  test.each([
    ['a web page', rawAnswer(200, '<html><body>Welcome</body></html>')],
    ['no XML at all', rawAnswer(200, 'hello')],
    ['a redirect', rawAnswer(302, '')],
    ['a document with entities', rawAnswer(500, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')],
  ])('that is %s is not taken for one', async (_what, answer) => {
    await using server = await scriptedServer(always(answer));
    await using vcenter = await server.connect();
    expect(await codeOf(vcenter.call('PowerOnVM_Task', vm))).toBe('VSPHERE_PROTOCOL');
  });

  test.each([
    ['NoPermission', { privilegeId: 'VirtualMachine.State.CreateSnapshot' }, 'VSPHERE_PERMISSION'],
    ['ManagedObjectNotFound', { obj: vm }, 'VSPHERE_ABSENT'],
    ['InvalidPowerState', { existingState: 'poweredOff' }, 'VSPHERE_CONFLICT'],
    ['FileLocked', { file: '[ds] x' }, 'VSPHERE_CONFLICT'],
    ['DuplicateName', { name: 'web', object: vm }, 'VSPHERE_CONFLICT'],
    ['TaskInProgress', { task }, 'VSPHERE_BUSY'],
    ['HostNotConnected', {}, 'VSPHERE_BUSY'],
    ['NoDiskSpace', { file: 'x', datastore: 'ds' }, 'VSPHERE_SPACE'],
    ['RestrictedVersion', {}, 'VSPHERE_RESTRICTED'],
    ['FilesystemQuiesceFault', {}, 'VSPHERE_QUIESCE'],
    ['SystemError', { reason: 'vpxd' }, 'VSPHERE_SERVER'],
    ['InvalidArgument', { invalidProperty: 'spec' }, 'VSPHERE_REFUSED'],
  ])('that is the fault %s becomes an error of its kind and keeps its name', async (name, fields, code) => {
    await using server = await scriptedServer(always(faultAnswer(name, fields)));
    await using vcenter = await server.connect();
    const error = await vcenter.call('PowerOnVM_Task', vm).catch((reason: unknown) => reason);
    expect(vsphereErrors.is(error) ? error.code : error).toBe(code);
    expect(isFault(error, name)).toBe(true);
    expect(isFault(error, 'MethodFault')).toBe(true);
    for (const value of Object.values(fields)) if (typeof value === 'string') expect((error as Error).message).toContain(value);
  });
});

describe('a server', () => {
  test.each([
    ['another thumbprint than the pinned', { kind: 'thumbprint', sha256: '00'.repeat(32) } as const],
    ['another SHA-1 thumbprint than the pinned', { kind: 'thumbprint', sha1: '00'.repeat(20) } as const],
    ['a certificate no authority of this machine signed', { kind: 'system' } as const],
  ])('with %s gets nothing from us', async (_what, trust) => {
    await using server = await scriptedServer(always(noon));
    expect(await codeOf(server.connect({ trust }))).toBe('VSPHERE_CERTIFICATE');
    expect(server.requests).toEqual([]);
  });

  test('is trusted by its authority, or by a thumbprint in any writing', async () => {
    await using server = await scriptedServer(always(noon));
    const trusts = [
      { kind: 'ca', pem: server.certificatePem } as const,
      { kind: 'thumbprint', sha256: server.sha256.replaceAll(':', '').toLowerCase() } as const,
      { kind: 'thumbprint', sha1: server.sha1 } as const,
    ];
    for (const trust of trusts) {
      await using vcenter = await server.connect({ trust });
      expect(await vcenter.now()).toEqual(noon);
    }
  });

  test('shows its thumbprints to whoever wants to compare, and gets nothing for it', async () => {
    await using server = await scriptedServer(always(noon));
    expect(await readThumbprint(server.url)).toEqual({ sha256: server.sha256, sha1: server.sha1 });
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['http://vc.example.com', 'VSPHERE_ADDRESS'],
    ['https://user:pass@vc.example.com', 'VSPHERE_ADDRESS'],
    ['', 'VSPHERE_ADDRESS'],
  ])('at %j is not asked', async (url, code) => {
    await using server = await scriptedServer(always(noon));
    expect(await codeOf(server.connect({ url }))).toBe(code);
  });

  test('that does not sign in leaves no password in the error', async () => {
    await using server = await scriptedServer(always(noon));
    const error = await server.connect({ password: 'hunter2', trust: { kind: 'ca', pem: server.certificatePem } }).catch((reason: unknown) => reason);
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('hunter2');
  });
});
