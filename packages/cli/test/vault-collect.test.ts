import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MiB, systemClock, systemRandom } from '@holdfast/kit';
import { localStore, type ObjectStore, s3Store } from '@holdfast/store';
import { startVersitygw } from '@holdfast/store/testing';
import { createVault, openVault, type RecoveryPoint, type Vault } from '@holdfast/vault';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { runHoldfast } from './run-holdfast.ts';
import { runInside } from './run-inside.ts';

const passphrase = 'a passphrase for tests';
const environment = { clock: systemClock, random: systemRandom, host: 'mover1', version: '0' };

/** A vault with a point each of some VMs, whose disks have nothing in common. */
async function vaultWith(store: ObjectStore, names: readonly string[]) {
  await createVault(store, { passphrase, passphraseCost: { memoryKiB: 64, passes: 1, parallelism: 1 } }, environment);
  const vault = await openVault(store, { passphrase }, environment, { workers: 1, packBytes: 4 * MiB });
  const disk = randomBytes(MiB);
  const points: RecoveryPoint[] = [];
  for (const name of names) points.push(await backUp(vault, name, name === names[0] ? disk : randomBytes(MiB)));
  return { vault, disk, points };
}

async function backUp(vault: Vault, name: string, disk: Buffer): Promise<RecoveryPoint> {
  const session = await vault.beginSession({ vmId: vault.vmId('vc', name) });
  const source = { capacity: disk.length, read: async (offset: number, into: Uint8Array) => void into.set(disk.subarray(offset, offset + into.length)) };
  const extents = (async function* () {
    yield { offset: 0, length: disk.length };
  })();
  try {
    const { map, statistics } = await session.writeDisk({ source, extents });
    const pointDisk = {
      key: 2000,
      label: 'Hard disk 1',
      capacity: disk.length,
      identity: {},
      map,
      mode: 'full' as const,
      transport: { mode: 'memory' },
      statistics,
    };
    return await session.commit({
      vm: { name, vcenter: 'vc', instanceUuid: name },
      takenAt: '2026-01-01T00:00:00.000Z',
      consistency: { asked: 'crash', got: 'crash' },
      ...{ disks: [pointDisk], excluded: [], configuration: {}, files: {} },
    });
  } finally {
    await session.end();
  }
}

const bytesOf = (point: RecoveryPoint) => point.introduced.packs.reduce((sum, pack) => sum + pack.size, 0);

describe('vault collect', () => {
  test('says what would go, frees it, waits for who was there before, and leaves what points need', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-collect-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const place = join(folder, 'vault');
    const { vault, disk, points } = await vaultWith(localStore(place, { create: true }), ['web01', 'db01', 'app01']);
    stack.defer(() => vault.close());
    const run = (...words: string[]) => runInside([...words, '--store', place], { HOLDFAST_PASSPHRASE: passphrase });
    const [kept, gone, later] = points as [RecoveryPoint, RecoveryPoint, RecoveryPoint];

    expect(await run('vault', 'collect')).toMatchObject({ code: 0, stdout: expect.stringMatching(/nothing is to be freed/) });
    expect(await run('points', 'delete', gone.sessionId, '--reason', 'moved away')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"holdfast vault collect --apply" frees the space/),
    });
    const planned = await run('vault', 'collect');
    expect(planned.stdout).toMatch(/^2 packs, 1\.0 MiB, would go: no point in use needs them\./);
    expect(planned.stdout).toMatch(new RegExp(`db01 .*${gone.sessionId}.*moved away`));
    expect(planned.stdout).toMatch(/This was a dry run/);
    expect(JSON.parse((await run('vault', 'collect', '--json')).stdout)).toMatchObject({
      verb: 'vault collect',
      result: { dryRun: true, runs: [{ state: 'would delete', packs: 2, bytes: bytesOf(gone), points: [gone.id] }] },
    });

    const session = await vault.beginSession({ vmId: vault.vmId('vc', 'new01') });
    const waiting = await run('vault', 'collect', '--apply');
    expect(waiting).toMatchObject({ code: 6, stdout: expect.stringMatching(/Collection 0 stays open: 2 packs, 1\.0 MiB, go when these sessions have ended/) });
    expect(waiting.stdout).toContain(`backup ${session.id} on mover1, since `);
    const info = await run('vault', 'info');
    expect(info.stdout).toMatch(/Collection 0 is open, of 2 packs; it waits for:\n {2}backup /);
    expect((await run('points', 'undelete', gone.sessionId)).stderr).toMatch(/POINT_CONDEMNED/);
    await vault.deletePoint(later.id, 'meanwhile');

    const applied = run('vault', 'collect', '--apply', '--wait', '1min');
    await session.end();
    const { code, stdout } = await applied;
    expect(code).toBe(0);
    expect(stdout).toMatch(/Collection 0 is done: 2 packs, 1\.0 MiB, deleted, with 1 index segment\./);
    expect(stdout).toMatch(/Collection 1 is done: 2 packs, 1\.0 MiB, deleted, with 1 index segment\./);
    expect(await run('vault', 'collect', '--apply')).toMatchObject({ code: 0, stdout: expect.stringMatching(/nothing is to be freed/) });
    expect((await run('vault', 'info')).stdout).not.toMatch(/Collection/);
    expect(await run('vault', 'check', '--level', '4')).toMatchObject({ code: 0 });
    expect(await run('restore', 'disk', kept.sessionId, '--to', join(folder, 'web01.raw'))).toMatchObject({ code: 0 });
    expect((await readFile(join(folder, 'web01.raw'))).equals(disk)).toBe(true);
  });

  test('rewrites packs of which little is needed when it is asked to, and says before what that reads and frees', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-collect-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const place = join(folder, 'vault');
    const { vault } = await vaultWith(localStore(place, { create: true }), []);
    stack.defer(() => vault.close());
    const run = (...words: string[]) => runInside([...words, '--store', place], { HOLDFAST_PASSPHRASE: passphrase });
    const disk = randomBytes(16 * MiB);
    const large = await backUp(vault, 'web01', disk);
    // A good part of it lies in packs of the other point.
    const kept = disk.subarray(0, 5 * MiB);
    const point = await backUp(vault, 'db01', kept);
    await vault.deletePoint(large.id, 'moved away');

    const planned = await run('vault', 'collect', '--rewrite-below', '100%');
    expect(planned.stdout).toMatch(/^\d packs would be rewritten: [\d.]+ [KM]iB read and written again, so that a collection frees \d\.\d MiB\./);
    expect(planned.stdout).toMatch(/packs, \d+\.\d MiB, would go: no point in use needs them\./);
    expect(await run('vault', 'collect', '--rewrite-below', '0%')).toMatchObject({ code: 2, stderr: expect.stringMatching(/between 1% and 100%/) });
    const { code, stdout } = await run('vault', 'collect', '--apply', '--rewrite-below', '100%', '--rewrite-budget', '1GiB', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: { rewritten: { state: 'done', notices: [] }, runs: [{ state: 'done' }] } });
    expect(await run('vault', 'collect', '--rewrite')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No pack is to be rewritten\.\n.*nothing is to be freed/),
    });
    expect(await run('vault', 'check', '--level', '4')).toMatchObject({ code: 0 });
    expect(await run('restore', 'disk', point.sessionId, '--to', join(folder, 'db01.raw'))).toMatchObject({ code: 0 });
    expect((await readFile(join(folder, 'db01.raw'))).equals(kept)).toBe(true);
  });

  test('refuses what it can’t tell, and words that contradict each other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-collect-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const place = join(folder, 'vault');
    const { vault, points } = await vaultWith(localStore(place, { create: true }), ['web01', 'db01']);
    stack.defer(() => vault.close());
    const run = (...words: string[]) => runInside([...words, '--store', place], { HOLDFAST_PASSPHRASE: passphrase });
    await vault.deletePoint(points[1]!.id, 'old');
    const node = points[0]!.introduced.packs.map(({ id }) => join(place, 'meta', id.slice(0, 2), id));
    for (const path of node) await rm(path, { force: true });
    expect(await run('vault', 'collect', '--apply')).toMatchObject({ code: 7, stderr: expect.stringMatching(/COLLECTION_REFUSED/) });
    expect(await run('vault', 'collect', '--apply', '--dry-run')).toMatchObject({ code: 2 });
    expect(await run('vault', 'collect', '--wait', 'long')).toMatchObject({ code: 2, stderr: expect.stringMatching(/90s, 15min, 2h or 1d/) });
  });

  describe.skipIf(judge('versitygw') === undefined)('on versitygw', () => {
    test('frees space in a bucket', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-collect-s3-'));
      await using stack = new AsyncDisposableStack();
      stack.defer(() => rm(folder, { recursive: true, force: true }));
      const { options } = stack.use(await startVersitygw({ folder, plain: true }));
      const { accessKeyId, secretAccessKey } = options.credentials;
      const variables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, HOLDFAST_PASSPHRASE: passphrase };
      const place = ['--store', `s3://${options.bucket}/site-a`, '--endpoint', options.endpoint, '--region', 'us-east-1'];
      const store = s3Store({ ...options, prefix: 'site-a' });
      const { vault, points } = await vaultWith(store, ['web01', 'db01']);
      stack.defer(() => vault.close());
      const run = (...words: string[]) => runHoldfast([...words, ...place], { variables });
      expect(await run('points', 'delete', points[1]!.sessionId)).toMatchObject({ code: 0 });
      const done = await run('vault', 'collect', '--apply');
      expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/Collection 0 is done: 2 packs, 1\.0 MiB, deleted/) });
      const packs = await Array.fromAsync(store.list('data/'), ({ key }) => key.slice(-32));
      expect(packs.every((id) => points[0]!.introduced.packs.some((pack) => pack.id === id))).toBe(true);
      const restored = join(folder, 'web01.raw');
      expect(await run('restore', 'disk', points[0]!.sessionId, '--to', restored)).toMatchObject({ code: 0 });
      expect(await run('vault', 'collect')).toMatchObject({ code: 0, stdout: expect.stringMatching(/nothing is to be freed/) });
    });
  });
});
