import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { collect } from '../src/collect/collect.ts';
import { openVault, type Vault } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { backUp, diskBytes, draft, environment, memorySink, passphrase, restored, sha256, testDisk, testVault, whole } from './vault-fixture.ts';

const sessionsOf = async (store: ObjectStore) => await Array.fromAsync(store.list('sessions/'), ({ key }) => key);
const collected = (vault: Vault, laterMs = 0) => {
  const { store, keys, environment } = insideOf(vault);
  const clock = { ...environment.clock, now: () => environment.clock.now() + laterMs };
  return collect({ store, keys, environment: { ...environment, clock } }, { apply: true });
};

test('collection waits for a restore, which finds its packs though its point has been deleted', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(3 * MiB));
  const { point } = await backUp(fixture.vault, 'web01', disk);
  const session = await fixture.vault.beginRestore(point.id);
  await fixture.vault.deletePoint(point.id, 'old');
  expect(await collected(fixture.vault)).toMatchObject({ state: 'waiting', waitingFor: [{ id: session.id, kind: 'restore' }] });
  const sink = memorySink(disk.capacity);
  await session.restoreDisk({ disk: point.disks[0]!.key, sink });
  await session.end();
  expect(sha256(sink.bytes)).toBe(sha256(disk.bytes));
  expect(session.notices).toEqual([]);
  expect(await sessionsOf(fixture.store)).toEqual([]);
  expect(await collected(fixture.vault)).toMatchObject({ state: 'done', packs: point.introduced.packs.length });
});

test('a restore that has ended reads nothing more, and one of a deleted point leaves nothing', async () => {
  await using fixture = await testVault();
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)));
  const session = await fixture.vault.beginRestore(point.id);
  await expect(session.readFile('nvram')).rejects.toMatchObject({ code: 'POINT_PART_ABSENT' });
  await expect(session.restoreDisk({ disk: 1, sink: memorySink(MiB) })).rejects.toMatchObject({ code: 'POINT_PART_ABSENT' });
  await session.end();
  await expect(session.restoreDisk({ disk: point.disks[0]!.key, sink: memorySink(MiB) })).rejects.toMatchObject({ code: 'SESSION_ENDED' });
  await fixture.vault.deletePoint(point.id, 'old');
  await expect(fixture.vault.beginRestore(point.id)).rejects.toMatchObject({ code: 'POINT_ABSENT' });
  expect(await sessionsOf(fixture.store)).toEqual([]);
});

test('while a collection is open, a point committed late is refused when it needs condemned packs, and only then', async () => {
  await using fixture = await testVault();
  const { vault } = fixture;
  const [disk, other] = [testDisk(diskBytes(3 * MiB)), testDisk(diskBytes(3 * MiB))];
  await vault.deletePoint((await backUp(vault, 'web01', disk)).point.id, 'old');
  const late = await vault.beginSession({ vmId: vault.vmId('vc', 'web02') });
  expect(await collected(vault)).toMatchObject({ state: 'waiting' });
  const { map, statistics } = await late.writeDisk({ source: disk, extents: whole(disk.capacity) });
  const needing = await late.commit(draft('web02', map, statistics));
  const free = (await backUp(vault, 'web03', other)).point;
  await expect(vault.beginRestore(needing.id)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
  expect(sha256(await restored(vault, free.id))).toBe(sha256(other.bytes));
  await late.end();
  expect(await collected(vault)).toMatchObject({ state: 'done' });
  expect(sha256(await restored(vault, needing.id))).toBe(sha256(disk.bytes));
});

test('a restore that a collector gave up says so when its packs are gone', async () => {
  await using fixture = await testVault();
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(2 * MiB)));
  const session = await fixture.vault.beginRestore(point.id);
  await fixture.vault.deletePoint(point.id, 'old');
  expect(await collected(fixture.vault, 3_600_000)).toMatchObject({ state: 'done', fenced: [session.id] });
  await expect(session.restoreDisk({ disk: point.disks[0]!.key, sink: memorySink(2 * MiB) })).rejects.toMatchObject({ code: 'RESTORE_FENCED' });
  await session.end();
});

test.each(['put', 'delete'] as const)('a store that refuses to %s is restored from, and a notice says what that means', async (refused) => {
  const inner = memoryStore();
  await using fixture = await testVault({ store: inner });
  const disk = testDisk(diskBytes(2 * MiB));
  const { point } = await backUp(fixture.vault, 'web01', disk);
  const refuse = async () => {
    throw Object.assign(new Error('no'), { code: 'STORE_ACCESS' });
  };
  const report = async (keys: readonly string[]) => ({ deleted: 0, failed: keys.map((key) => ({ key, reason: 'not allowed' })) });
  const vault = await openVault({ ...inner, [refused]: refused === 'put' ? refuse : report }, { passphrase }, environment, { workers: 1 });
  try {
    const session = await vault.beginRestore(point.id);
    const sink = memorySink(disk.capacity);
    await session.restoreDisk({ disk: point.disks[0]!.key, sink });
    await session.end();
    expect(sha256(sink.bytes)).toBe(sha256(disk.bytes));
    expect(session.notices).toEqual([expect.stringMatching(refused === 'put' ? /collection isn’t held off/ : /could not be deleted/)]);
  } finally {
    await vault.close();
  }
});
