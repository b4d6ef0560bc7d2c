import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KmsSimulator, startKmsSimulator } from '@holdfast/simulators';
import { vaultErrors } from '@holdfast/vault';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { withNewRecoveryKey } from '../src/keys/new-recovery-key.ts';
import { runHoldfast } from './run-holdfast.ts';
import { runInside } from './run-inside.ts';

const administrator = { accessKeyId: 'administrator', secretAccessKey: 'of the administrator', allow: ['GenerateDataKey', 'Decrypt'] };
const mover = { accessKeyId: 'mover', secretAccessKey: 'of the mover', allow: ['Decrypt'] };
const asMover = { AWS_ACCESS_KEY_ID: mover.accessKeyId, AWS_SECRET_ACCESS_KEY: mover.secretAccessKey };

let kms: KmsSimulator;
let arn: string;
let folder: string;
const path = (name: string) => join(folder, name);

/** As the administrator, with the key of AWS KMS unless another one is named. */
async function run(verb: readonly string[], ...parameters: string[]) {
  const opener = parameters.some((one) => /^--(kms-key|.*-file)$/.test(one)) || verb.at(-1) === 'list' ? [] : ['--kms-key', arn];
  const endpoint = verb.at(-1) === 'list' ? [] : ['--kms-endpoint', kms.endpoint];
  const { code, stdout, stderr } = await runInside([...verb, '--store', path('vault'), ...endpoint, ...opener, ...parameters, '--json']);
  return { code, stderr, stdout, ...JSON.parse(stdout) };
}
const key = (verb: string, ...parameters: string[]) => run(['vault', 'key', verb], ...parameters);
const slots = async () => (await key('list')).result.slots as { id: string; kind: string; kmsKey?: string }[];
const slotOf = async (kind: string) => (await slots()).find((slot) => slot.kind === kind)!;

beforeAll(async () => {
  kms = await startKmsSimulator({ identities: [administrator, mover] });
  arn = kms.createKey();
  vi.stubEnv('AWS_ACCESS_KEY_ID', administrator.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', administrator.secretAccessKey);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await kms[Symbol.asyncDispose]();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-kms-'));
  expect(await run(['vault', 'create'], '--kms-key', arn, '--recovery-key-file', path('recovery.key'))).toMatchObject({ code: 0, result: { kmsKey: arn } });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a vault made with a key of AWS KMS has a recovery key beside it, and asks for no passphrase', async () => {
  expect(await slots()).toEqual([expect.objectContaining({ kind: expect.anything() }), expect.objectContaining({ kind: expect.anything() })]);
  expect([(await slotOf('aws-kms')).kmsKey, (await slotOf('recovery')).kmsKey]).toEqual([arn, undefined]);
  expect(await key('test')).toMatchObject({ code: 0, result: { opens: [{ kind: 'aws-kms' }] } });
  expect(await key('test', '--recovery-key-file', path('recovery.key'))).toMatchObject({ code: 0, result: { opens: [{ kind: 'recovery' }] } });
});

test('the machine’s own AWS credentials open it unattended: the configuration names the key, and no file holds a secret', async () => {
  const configuration = { vault: { store: 'vault', kms: { key: arn, endpoint: kms.endpoint } } };
  await writeFile(path('holdfast.json'), JSON.stringify(configuration));
  const ran = await runHoldfast(['points'], { cwd: folder, variables: asMover });
  expect(ran).toMatchObject({ code: 0, stdout: 'There are no points.\n' });
  expect(kms.requests.at(-1)).toMatchObject({ operation: 'Decrypt', accessKeyId: mover.accessKeyId });
  const refused = await runHoldfast(['points'], { cwd: folder, variables: { ...asMover, AWS_SECRET_ACCESS_KEY: 'not the secret' } });
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('KMS_CREDENTIALS') });
  expect(refused.stdout + refused.stderr).not.toContain('not the secret');
});

test.each([
  ['is disabled', 6, 'KMS_KEY_STATE', (one: string) => kms.setState(one, 'Disabled')],
  ['waits for its deletion', 6, 'KMS_KEY_STATE', (one: string) => kms.setState(one, 'PendingDeletion')],
  ['is refused', 4, 'KMS_ACCESS', () => kms.refuseNext(1, 'AccessDeniedException')],
])('a key that %s is told in words', async (_, code, error, spoil) => {
  const own = kms.createKey();
  expect(await key('add', '--kind', 'kms', '--new-kms-key', own)).toMatchObject({ code: 0, result: { kind: 'aws-kms', kmsKey: own } });
  spoil(own);
  expect(await key('test', '--kms-key', own)).toMatchObject({ code, error: { code: error } });
  expect(await key('test', '--recovery-key-file', path('recovery.key'))).toMatchObject({ code: 0 });
});

test('slots are added, removed and rotated, each on the strength of a key that stays', async () => {
  expect(await key('add', '--kind', 'kms')).toMatchObject({ code: 2 });
  expect(await key('add', '--kind', 'kms', '--new-kms-key', 'alias/backup')).toMatchObject({ code: 2, error: { code: 'KMS_ADDRESS' } });
  const first = await slotOf('aws-kms');
  const rotated = await key('rotate', first.id.slice(0, 8));
  expect(rotated).toMatchObject({ code: 0, result: { removed: first.id } });
  expect(await slotOf('aws-kms')).toMatchObject({ id: rotated.result.id, kmsKey: arn });
  const next = kms.createKey();
  expect(await key('rotate', rotated.result.id, '--new-kms-key', next)).toMatchObject({ code: 0 });
  expect(await key('test')).toMatchObject({ code: 4, error: { code: 'VAULT_KEY_WRONG' } });
  expect(await key('test', '--kms-key', next)).toMatchObject({ code: 0 });
  const { id } = await slotOf('aws-kms');
  expect(await key('remove', id, '--kms-key', next)).toMatchObject({ code: 4, error: { code: 'KEY_PROOF_MISSING' } });
  expect(await key('remove', id, '--kms-key', next, '--proof-recovery-key-file', path('recovery.key'))).toMatchObject({ code: 0 });
  expect((await slots()).map(({ kind }) => kind)).toEqual(['recovery']);
});

test('a recovery key is rotated onto a new sheet, which names the key of AWS KMS, too', async () => {
  const { id } = await slotOf('recovery');
  expect(await key('rotate', id, '--new-kms-key', arn)).toMatchObject({ code: 2 });
  expect(await key('rotate', id, '--sheet', path('sheet.txt'))).toMatchObject({ code: 0, result: { removed: id, sheet: path('sheet.txt') } });
  expect((await stat(path('sheet.txt'))).mode & 0o777).toBe(0o600);
  const sheet = await readFile(path('sheet.txt'), 'utf8');
  expect(sheet).toContain(arn);
  await writeFile(path('typed.key'), sheet.match(/HF1-[\s\S]*?(?=\n\n)/)![0], { mode: 0o600 });
  expect(await key('test', '--recovery-key-file', path('typed.key'))).toMatchObject({ code: 0 });
  expect(await key('test', '--recovery-key-file', path('recovery.key'))).toMatchObject({ code: 4 });
});

test('a new recovery key that is valid already keeps its file, whatever fails afterwards', async () => {
  const said: string[] = [];
  const context = {
    output: { warn: (text: string) => void said.push(text), line: () => {} },
    surroundings: { random: { bytes: (count: number) => new Uint8Array(count) } },
  } as never;
  const failing = (keyFile: string, early: boolean) =>
    withNewRecoveryKey(context, undefined as never, { keyFile }, async (_, __, valid) => {
      if (!early) valid();
      throw vaultErrors.create('KEY_CONFLICT', 'somebody else is removing');
    });
  await expect(failing(path('early.key'), true)).rejects.toMatchObject({ code: 'KEY_CONFLICT' });
  await expect(stat(path('early.key'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(failing(path('late.key'), false)).rejects.toMatchObject({ code: 'KEY_CONFLICT' });
  expect(await readFile(path('late.key'), 'utf8')).toMatch(/^HF1-/);
  expect(said).toEqual([expect.stringContaining('opens nothing'), expect.stringContaining('is valid')]);
});
