import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawSink } from '@holdfast/disks';
import { systemClock, systemRandom } from '@holdfast/kit';
import { startVsphereSimulator, type VsphereSimulator } from '@holdfast/simulators';
import { s3Store } from '@holdfast/store';
import { startVersitygw, type Versitygw } from '@holdfast/store/testing';
import { accessPolicy, checkVault, createVault, openVault, type RecoveryPoint, type VaultKey } from '@holdfast/vault';
import { connect } from '@holdfast/vsphere';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { linuxProcessIdentity, listPoints, listWriters, planProtect, protect, recoverDisk, recoverVm } from '../src/index.ts';
import { account, fillDisk, MiB, passphrase, smallVm } from './scene.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const users = ['writer', 'second', 'auditor'] as const;
const environment = (host: string, installation?: string) => ({ clock: systemClock, random: systemRandom, version: '0', host, installation });

describe.skipIf(judge('versitygw') === undefined)('a vault that others wrote, opened with nothing but its place and a key', { timeout: 120_000 }, () => {
  const stack = new AsyncDisposableStack();
  let folder: string;
  let server: Versitygw;
  let recoveryKey: string;
  let sites = 0;
  let files = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-adopt-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    server = stack.use(await startVersitygw({ folder: join(folder, 'buckets'), plain: true, users }));
    const { bucket } = server.options;
    const may = (role: 'writer' | 'auditor', principals: readonly string[]) => accessPolicy({ role, bucket, prefix: 'vault', principals }).Statement;
    await server.setPolicy({ Version: '2012-10-17', Statement: [...may('writer', ['writer', 'second']), ...may('auditor', ['auditor'])] });
    const store = s3Store({ ...server.options, prefix: 'vault' });
    const passphraseCost = { memoryKiB: 64, passes: 1, parallelism: 1 };
    ({ recoveryKey } = await createVault(store, { passphrase, passphraseCost }, environment('elsewhere')));
    await store.close();
  });
  afterAll(() => stack.disposeAsync());

  /** A vCenter of its own, with an identity of its own. */
  async function openSite(...names: string[]): Promise<VsphereSimulator> {
    const estate = { instanceUuid: randomUUID(), datacenters: [{ name: 'DC', vms: names.map((name) => smallVm(name, 1, 16 * MiB)) }] };
    const simulator = await startVsphereSimulator({ ...account, folder: join(folder, `site-${sites++}`), estate, taskMs: 1 });
    stack.defer(() => simulator.close());
    for (const [seed, name] of names.entries()) await fillDisk(simulator, name, 0, seed);
    return simulator;
  }

  /** An installation that knows where the vault is and one of its keys, and has no state. */
  async function install(simulator: VsphereSimulator, user: (typeof users)[number], name: string, key: VaultKey = { recoveryKey }) {
    const store = s3Store({ ...server.options, credentials: server.credentialsOf(user), prefix: 'vault' });
    stack.defer(() => store.close());
    const vault = await openVault(store, key, environment(`machine-of-${name}`, name), { workers: 1, packBytes: 4 * MiB });
    stack.defer(() => vault.close());
    const trust = { kind: 'thumbprint', sha256: simulator.thumbprintSha256 } as const;
    const vcenter = stack.use(await connect({ url: simulator.url, ...account, trust, clock: systemClock, random: systemRandom }));
    const engine = { clock: systemClock, random: systemRandom, identity: linuxProcessIdentity() };
    const back = (patterns: readonly string[]) => protect({ vcenter, vault, environment: engine, selection: { patterns }, installation: name });
    return {
      vault,
      vcenter,
      engine,
      protect: back,
      points: async (...patterns: string[]): Promise<RecoveryPoint[]> =>
        (await back(patterns)).vms.map((one) => {
          if (one.outcome === 'failed') throw one.error;
          return one.point;
        }),
      restored: async (point: RecoveryPoint) => {
        const file = join(folder, `${files++}.raw`);
        const disk = point.disks[0]!.key;
        await recoverDisk({ vault, point, clock: systemClock, disk, openSink: ({ capacity }) => rawSink(file, { capacity }) });
        return sha256(await readFile(file));
      },
    };
  }
  const guest = async (site: VsphereSimulator, vm: string) => sha256(await site.guest(vm).readDisk(0));

  test('two installations alternate on one VM, each incremental over the other’s point', async () => {
    const site = await openSite('web01');
    const [a, b] = [await install(site, 'writer', 'a', { passphrase }), await install(site, 'second', 'b')];
    let before = (await a.points('web01'))[0]!;
    expect(before.disks[0]).toMatchObject({ mode: 'full' });
    for (const [round, one] of [b, a, b].entries()) {
      await site.guest('web01').writeExtent(0, (2 + round) * MiB, randomBytes(MiB));
      const [point] = await one.points('web01');
      expect(point).toMatchObject({ base: before.id, sequence: before.sequence + 1, disks: [{ mode: 'incremental' }] });
      // The other's change id was asked with: what changed was read, and little around it.
      expect(point!.disks[0]!.statistics.read).toBeLessThan(4 * MiB);
      expect(await (one === a ? b : a).restored(point!)).toBe(await guest(site, 'web01'));
      before = point!;
    }
    const { points } = await listPoints(b.vault, 'web01');
    expect(listWriters(points)).toMatchObject([
      { installation: 'b', host: 'machine-of-b', points: 2 },
      { installation: 'a', host: 'machine-of-a', points: 2 },
    ]);
  });

  test('both write many VMs at once, and then each the other’s', async () => {
    const names = ['app01', 'app02', 'db01', 'db02'];
    const site = await openSite(...names);
    const [a, b] = [await install(site, 'writer', 'a'), await install(site, 'second', 'b')];
    const full = await Promise.all([a.points('app*'), b.points('db*')]);
    expect(full.flat().map(({ disks }) => disks[0]!.mode)).toEqual(['full', 'full', 'full', 'full']);
    for (const name of names) await site.guest(name).writeExtent(0, 4 * MiB, randomBytes(MiB));
    const swapped = (await Promise.all([a.points('db*'), b.points('app*')])).flat();
    expect(swapped.map(({ disks }) => disks[0]!.mode)).toEqual(['incremental', 'incremental', 'incremental', 'incremental']);
    for (const point of swapped) expect(await a.restored(point)).toBe(await guest(site, point.vm.name));
  });

  test('who may only read lists, checks and restores; a backup is refused before anything is begun', async () => {
    const site = await openSite('ro01', 'ro02');
    const writer = await install(site, 'writer', 'a');
    const [point] = await writer.points('ro01');
    const reader = await install(site, 'auditor', 'c');
    expect((await listPoints(reader.vault, 'ro01')).points.map(({ id }) => id)).toEqual([point!.id]);
    for await (const told of checkVault(reader.vault)) expect(told.kind === 'finding' ? told.message : '').toBe('');
    expect(await reader.restored(point!)).toBe(await guest(site, 'ro01'));
    await recoverVm({ vault: reader.vault, vcenter: reader.vcenter, environment: reader.engine, point: point!, name: 'back' });
    expect(await guest(site, 'back')).toBe(await guest(site, 'ro01'));

    const plans = await planProtect({ ...reader, environment: reader.engine, selection: { patterns: ['ro02'] } });
    expect(plans.map(({ error }) => error)).toEqual([undefined]);
    await site.journal.clear();
    // Its changes aren’t tracked yet: a backup would begin with that.
    const { vms } = await reader.protect(['ro02']);
    expect(vms).toMatchObject([{ outcome: 'failed', error: { code: 'VAULT_READ_ONLY', kind: 'access', did: 'Nothing was begun.' } }]);
    const methods = new Set((await site.journal.calls()).map(({ method }) => method));
    for (const changing of ['CreateSnapshot_Task', 'CreateSnapshotEx_Task', 'ReconfigVM_Task', 'RemoveSnapshot_Task', 'ConsolidateVMDisks_Task'])
      expect(methods).not.toContain(changing);
    expect(await Array.fromAsync(writer.vault.store.list('sessions/'))).toEqual([]);
  });

  test('at another site the same VM is another one: its first backup is a full that stores nothing again', async () => {
    const one = await openSite('erp01');
    const other = await openSite('erp01');
    const image = await one.guest('erp01').readDisk(0);
    await other.guest('erp01').writeExtent(0, 0, image);
    const [a, b] = [await install(one, 'writer', 'a'), await install(other, 'second', 'site-b')];
    const [first] = await a.points('erp01');
    const [second] = await b.points('erp01');
    expect(first!.disks[0]!.statistics.fresh).toBeGreaterThan(2 * MiB);
    expect(second!.vmId).not.toBe(first!.vmId);
    expect(second).toMatchObject({ sequence: 1, disks: [{ mode: 'full' }] });
    expect(second!.base).toBeUndefined();
    expect(second!.disks[0]!.statistics).toMatchObject({ fresh: 0, stored: 0 });
    expect(await a.restored(second!)).toBe(sha256(image));
  });
});
