import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { type FaultRule, faultStore, memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { fence } from '../src/collect/fence.ts';
import { createVault, openVault } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { deriveKeys } from '../src/keys/derive.ts';
import { parseKeySlot, unwrapMasterKey } from '../src/keys/key-slot.ts';
import { sealObject } from '../src/sealed-object.ts';
import { backUp, diskBytes, draft, environment, passphrase, passphraseCost, restored, sha256, testDisk, testVault, whole } from './vault-fixture.ts';

const keysOf = async (store: ObjectStore, prefix: string) => (await Array.fromAsync(store.list(prefix))).map(({ key }) => key);

test('a session is present while it lasts and leaves nothing behind but its point', async () => {
  await using fixture = await testVault();
  const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'web01') });
  expect(await keysOf(fixture.store, 'sessions/')).toEqual([`sessions/${session.id}`]);
  await session.end();
  await session.end();
  expect(await keysOf(fixture.store, 'sessions/')).toEqual([]);
  expect(await keysOf(fixture.store, 'points/')).toEqual([]);
  await expect(session.writeFile(Buffer.from('x'))).rejects.toMatchObject({ code: 'SESSION_ENDED' });
});

test('what an uncommitted session wrote is not reused, and harms nothing', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(12 * MiB));
  const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'web01') });
  await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
  await session.end();
  const next = await backUp(fixture.vault, 'web01', disk);
  expect(next.statistics.fresh).toBeGreaterThan(0);
  expect(next.point.sequence).toBe(1);
  expect(sha256(await restored(fixture.vault, next.point.id))).toBe(sha256(disk.bytes));
});

test('a commit whose answer was lost is recognised as done', async () => {
  await using fixture = await testVault({
    store: faultStore(memoryStore(), [{ on: 'put', key: /^points\//, nth: 1, fault: { kind: 'fail after', code: 'STORE_UNREACHABLE' } }]),
  });
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)));
  expect((await fixture.vault.point(point.id)).sequence).toBe(1);
});

test('a commit that can be neither made nor looked up says that it doesn’t know', async () => {
  const rules: FaultRule[] = [
    { on: 'put', key: /^points\//, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } },
    { on: 'get', key: /^points\//, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } },
  ];
  await using fixture = await testVault({ store: faultStore(memoryStore(), rules) });
  await expect(backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)))).rejects.toMatchObject({ code: 'VAULT_COMMIT_UNKNOWN' });
});

test('a session that was fenced can’t commit, and the fence is no point', async () => {
  await using fixture = await testVault();
  const vmId = fixture.vault.vmId('vc', 'web01');
  const session = await fixture.vault.beginSession({ vmId });
  const disk = testDisk(diskBytes(MiB));
  const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
  expect(await fence(insideOf(fixture.vault), { id: session.id, vmId }, 'test')).toBe(true);
  await expect(session.commit(draft('web01', map, statistics))).rejects.toMatchObject({ code: 'VAULT_FENCED' });
  await session.end();
  expect(await Array.fromAsync(fixture.vault.points())).toEqual([]);
  await expect(fixture.vault.point(`${vmId}/${session.id}`)).rejects.toMatchObject({ code: 'POINT_ABSENT' });
  const next = await backUp(fixture.vault, 'web01', disk);
  expect(next.statistics.fresh).toBe(statistics.fresh);
});

test('a deleted point is not listed, not opened and not a base; its chunks may still be reused', async () => {
  await using fixture = await testVault({ sound: false });
  const disk = testDisk(diskBytes(2 * MiB));
  const first = await backUp(fixture.vault, 'web01', disk);
  await fixture.store.put(`deleted/${first.point.id}`, Buffer.from('{}'));
  expect(await Array.fromAsync(fixture.vault.points())).toEqual([]);
  await expect(fixture.vault.point(first.point.id)).rejects.toMatchObject({ code: 'POINT_ABSENT' });
  const second = await backUp(fixture.vault, 'web01', disk);
  expect(second.point.base).toBeUndefined();
});

test('chunks in condemned packs are treated as absent until an outcome pardons them', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(2 * MiB));
  const { point, statistics } = await backUp(fixture.vault, 'web01', disk);
  const description = Buffer.from(await fixture.store.get('vault.json'));
  const { createHash } = await import('node:crypto');
  let keys: ReturnType<typeof deriveKeys> | undefined;
  for (const key of await keysOf(fixture.store, 'keys/')) {
    const master = await unwrapMasterKey(
      parseKeySlot(key, await fixture.store.get(key)),
      { passphrase },
      fixture.vault.description.id,
      createHash('sha256').update(description).digest(),
    );
    if (master !== undefined) keys = deriveKeys(master, fixture.vault.description.id);
  }
  const record = Buffer.from(JSON.stringify({ packs: point.introduced.packs.map(({ id }) => id) }));
  await fixture.store.put('gc/1.condemned', sealObject(keys!, { kind: 'HFCONDM1', key: 'gc/1.condemned' }, record, environment.random));
  const during = await backUp(fixture.vault, 'other', disk);
  expect(during.statistics.fresh).toBe(statistics.fresh);
  expect(during.point.introduced.packs.length).toBeGreaterThan(0);
  const pardon = Buffer.from(JSON.stringify({ packs: [] }));
  await fixture.store.put('gc/1.outcome', sealObject(keys!, { kind: 'HFOUTCM1', key: 'gc/1.outcome' }, pardon, environment.random));
  const after = await backUp(fixture.vault, 'third', disk);
  expect(after.statistics.fresh).toBe(0);
});

test.each([
  ['a full disk at a pack', { on: 'put', key: /^data\//, nth: 2, fault: { kind: 'fail', code: 'STORE_FULL' } }, 'STORE_FULL'],
  ['a full disk at the index', { on: 'put', key: /^index\//, fault: { kind: 'fail', code: 'STORE_FULL' } }, 'STORE_FULL'],
  ['a full disk at the commit', { on: 'put', key: /^points\//, fault: { kind: 'fail', code: 'STORE_FULL' } }, 'STORE_FULL'],
  ['a store that dies at a node', { on: 'put', key: /^meta\//, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } }, 'STORE_UNREACHABLE'],
] as const)('%s fails the session with its own error, and the next one goes on', { timeout: 20_000 }, async (what, rule, code) => {
  const inner = memoryStore();
  await using fixture = await testVault({ store: inner, resources: { packBuffers: 2 } });
  const disk = testDisk(diskBytes(40 * MiB));
  const before = await backUp(fixture.vault, 'web00', testDisk(diskBytes(MiB)));
  const failing = await openVault(faultStore(inner, [rule]), { passphrase }, environment, { workers: 2, packBytes: 4 * MiB, packBuffers: 2 });
  await expect(backUp(failing, 'web01', disk)).rejects.toMatchObject({ code });
  await failing.close();
  // A commit that was refused may have been tried more than once: its session stays for collection to decide.
  expect(await keysOf(inner, 'sessions/')).toHaveLength(what.endsWith('commit') ? 1 : 0);
  const { point } = await backUp(fixture.vault, 'web01', disk);
  expect(point.sequence).toBe(1);
  expect(sha256(await restored(fixture.vault, point.id))).toBe(sha256(disk.bytes));
  expect(await restored(fixture.vault, before.point.id)).toHaveLength(MiB);
});

test('a source that fails fails the disk with its own error, and all buffers come back', async () => {
  await using fixture = await testVault({ resources: { packBuffers: 2 } });
  const disk = testDisk(diskBytes(60 * MiB));
  const broken = {
    capacity: disk.capacity,
    read: async (offset: number, into: Uint8Array) => {
      if (offset > 30 * MiB) throw new Error('cable pulled');
      await disk.read(offset, into);
    },
  };
  for (let turn = 0; turn < 4; turn++) await expect(backUp(fixture.vault, 'web01', broken)).rejects.toThrow('cable pulled');
  const { point } = await backUp(fixture.vault, 'web01', disk);
  expect(sha256(await restored(fixture.vault, point.id))).toBe(sha256(disk.bytes));
});

test('an aborted backup stops, says so, and gives everything back', async () => {
  await using fixture = await testVault({ resources: { packBuffers: 2 } });
  const disk = testDisk(diskBytes(60 * MiB));
  for (let turn = 0; turn < 3; turn++) {
    const stop = new AbortController();
    const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'web01'), signal: stop.signal });
    const work = session.writeDisk({
      source: {
        capacity: disk.capacity,
        read: async (offset, into) => (offset > 20 * MiB ? stop.abort(new Error('stopped by the user')) : disk.read(offset, into)),
      },
      extents: whole(disk.capacity),
    });
    await expect(work).rejects.toThrow('stopped by the user');
    await session.end();
  }
  expect(await keysOf(fixture.store, 'sessions/')).toEqual([]);
  expect((await backUp(fixture.vault, 'web01', disk)).point.sequence).toBe(1);
});

test('more sessions than buffers wait for each other instead of standing still', { timeout: 30_000 }, async () => {
  await using fixture = await testVault({ resources: { packBuffers: 2, segmentBuffers: 2 } });
  const disks = Array.from({ length: 5 }, () => testDisk(diskBytes(18 * MiB)));
  const points = await Promise.all(disks.map((disk, index) => backUp(fixture.vault, `vm${index}`, disk)));
  for (const [index, { point }] of points.entries()) expect(sha256(await restored(fixture.vault, point.id))).toBe(sha256(disks[index]!.bytes));
});

test('a second vault in the same store is refused and changes nothing', async () => {
  await using fixture = await testVault();
  const before = await keysOf(fixture.store, '');
  await expect(createVault(fixture.store, { passphrase: 'other', passphraseCost }, environment)).rejects.toMatchObject({ code: 'VAULT_EXISTS' });
  expect(await keysOf(fixture.store, '')).toEqual(before);
});
