import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { collect } from '../src/collect/collect.ts';
import { insideOf } from '../src/inside.ts';
import { startLease } from '../src/session/lease.ts';
import { backUp, diskBytes, draft, restored, sha256, type TestVault, testDisk, testVault, whole } from './vault-fixture.ts';

const namesOf = async (store: ObjectStore, prefix: string) => (await Array.fromAsync(store.list(prefix))).map(({ key }) => key);
const run = ({ vault }: TestVault, laterMs = 0) => {
  const { store, keys, environment } = insideOf(vault);
  const clock = { ...environment.clock, now: () => environment.clock.now() + laterMs };
  return collect({ store, keys, environment: { ...environment, clock } }, { apply: true });
};

test('collection deletes what only a deleted point needed, and nothing else; a dry run changes nothing', async () => {
  await using fixture = await testVault();
  const kept = testDisk(diskBytes(3 * MiB));
  const first = await backUp(fixture.vault, 'web01', testDisk(diskBytes(3 * MiB)));
  const second = await backUp(fixture.vault, 'web02', kept);
  const session = first.point.introduced;
  await fixture.vault.deletePoint(first.point.id, 'old');
  const before = await namesOf(fixture.store, '');
  const { store, keys, environment } = insideOf(fixture.vault);
  const planned = await collect({ store, keys, environment }, { apply: false });
  expect(planned).toMatchObject({ state: 'would delete', packs: session.packs.length, bytes: session.packs.reduce((sum, pack) => sum + pack.size, 0) });
  expect(await namesOf(fixture.store, '')).toEqual(before);
  expect(await run(fixture)).toMatchObject({ state: 'done', packs: session.packs.length, pardoned: 0, segments: session.segments.length });
  const left = (await namesOf(fixture.store, '')).filter((key) => /^(data|meta|index)\//.test(key));
  expect(left.map((key) => key.split('/').at(-1)).sort()).toEqual(
    [...second.point.introduced.packs.map(({ id }) => id), ...second.point.introduced.segments.map((key) => key.slice('index/'.length))].sort(),
  );
  expect(sha256(await restored(fixture.vault, second.point.id))).toBe(sha256(kept.bytes));
  expect(await run(fixture)).toMatchObject({ state: 'nothing to do' });
});

test('a deleted chunk is stored again, though a segment that names it may be left', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(3 * MiB));
  const { point } = await backUp(fixture.vault, 'web01', disk);
  await fixture.vault.deletePoint(point.id, 'old');
  const segments = await Promise.all((await namesOf(fixture.store, 'index/')).map(async (key) => [key, await fixture.store.get(key)] as const));
  expect(await run(fixture)).toMatchObject({ state: 'done' });
  for (const [key, bytes] of segments) await fixture.store.put(key, bytes);
  const again = await backUp(fixture.vault, 'web01', disk);
  expect(sha256(await restored(fixture.vault, again.point.id))).toBe(sha256(disk.bytes));
});

test('a session that began before the record is waited for, and what it commits is pardoned', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(3 * MiB));
  const { point } = await backUp(fixture.vault, 'web01', disk);
  await fixture.vault.deletePoint(point.id, 'old');
  const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'web02') });
  expect(await run(fixture)).toMatchObject({ state: 'waiting', waitingFor: [{ id: session.id }] });
  const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
  const late = await session.commit(draft('web02', map, statistics));
  await session.end();
  const report = await run(fixture);
  expect(report.state).toBe('done');
  expect(report.pardoned).toBeGreaterThan(0);
  expect(sha256(await restored(fixture.vault, late.id))).toBe(sha256(disk.bytes));
});

test('a point that was committed late is no base while the record is open, so that its deletion harms nobody', async () => {
  await using fixture = await testVault();
  const { vault } = fixture;
  const disk = testDisk(diskBytes(3 * MiB));
  await vault.deletePoint((await backUp(vault, 'web01', disk)).point.id, 'old');
  const early = await vault.beginSession({ vmId: vault.vmId('vc', 'web02') });
  const { store, keys, environment } = insideOf(vault);
  const asleep = Promise.withResolvers<void>();
  const wake = Promise.withResolvers<void>();
  const sleep = async () => {
    asleep.resolve();
    await wake.promise;
  };
  const collection = collect({ store, keys, environment: { ...environment, clock: { ...environment.clock, sleep } } }, { apply: true, waitMs: 3_600_000 });
  await asleep.promise;
  const written = await early.writeDisk({ source: disk, extents: whole(disk.capacity) });
  const late = await early.commit(draft('web02', written.map, written.statistics));
  await early.end();
  const next = await vault.beginSession({ vmId: vault.vmId('vc', 'web02') });
  expect(next.base).toBeUndefined();
  await vault.deletePoint(late.id, 'mistake');
  wake.resolve();
  expect(await collection).toMatchObject({ state: 'done', pardoned: 0 });
  const { map, statistics } = await next.writeDisk({ source: disk, extents: whole(disk.capacity) });
  const point = await next.commit(draft('web02', map, statistics));
  await next.end();
  expect(sha256(await restored(vault, point.id))).toBe(sha256(disk.bytes));
});

test.each([
  ['is refused, when its session has decided it before it left', true],
  ['would bring up a point whose packs have gone, had its session just left', false],
])('a commit that arrives after its session has gone %s', async (_what, decides) => {
  const inner = memoryStore();
  let under: (() => Promise<unknown>) | undefined;
  let holding = false;
  const store: ObjectStore = {
    ...inner,
    put: async (key, body, options) => {
      if (!key.startsWith('points/') || !holding) return inner.put(key, body, options);
      if (under === undefined) {
        const late = body.slice();
        under = () => inner.put(key, late, options);
        throw Object.assign(new Error('no answer'), { code: 'STORE_UNREACHABLE' });
      }
      // The fence of a session that gives itself up; switched off, it only seems to be there.
      return decides ? inner.put(key, body, options) : { key, size: body.length };
    },
  };
  await using fixture = await testVault({ store, sound: decides });
  const disk = testDisk(diskBytes(3 * MiB));
  await fixture.vault.deletePoint((await backUp(fixture.vault, 'web01', disk)).point.id, 'old');
  const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'web02') });
  const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
  holding = true;
  await expect(session.commit(draft('web02', map, statistics))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  await session.end();
  expect(await namesOf(inner, 'sessions/')).toEqual([]);
  expect(await run(fixture)).toMatchObject({ state: 'done' });
  const arrived = await under!().then(
    () => true,
    () => false,
  );
  expect(arrived).toBe(!decides);
  const points = await Array.fromAsync(fixture.vault.points());
  expect(points).toHaveLength(decides ? 0 : 1);
  if (!decides) await expect(restored(fixture.vault, points[0]!.id)).rejects.toMatchObject({ code: 'PACK_ABSENT' });
});

test('a session whose lease ran out is fenced, and can’t commit any more', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(2 * MiB));
  await fixture.vault.deletePoint((await backUp(fixture.vault, 'web01', disk)).point.id, 'old');
  const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'web02') });
  const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
  expect(await run(fixture, 3_600_000)).toMatchObject({ state: 'done', fenced: [session.id] });
  await expect(session.commit(draft('web02', map, statistics))).rejects.toMatchObject({ code: 'VAULT_FENCED' });
  await session.end();
});

test.each([
  ['a manifest that is damaged', (key: string) => key.startsWith('points/'), false],
  ['a node that is gone', (key: string) => key.startsWith('meta/'), true],
  ['a session that can’t be read', (key: string) => key.startsWith('sessions/'), false],
])('%s stops collection, and nothing is deleted', async (_what, chosen, gone) => {
  const inner = memoryStore();
  await using fixture = await testVault({ store: inner });
  await backUp(fixture.vault, 'web01', testDisk(diskBytes(2 * MiB)));
  const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'web03') });
  const key = [...inner.objects.keys()].find(chosen)!;
  const { point } = await backUp(fixture.vault, 'web02', testDisk(diskBytes(2 * MiB)));
  await fixture.vault.deletePoint(point.id, 'old');
  const found = inner.objects.get(key)!;
  if (gone) inner.objects.delete(key);
  else inner.objects.set(key, { ...found, body: found.body.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) });
  const before = [...inner.objects.keys()];
  await expect(run(fixture)).rejects.toMatchObject({ code: 'COLLECTION_REFUSED' });
  expect([...inner.objects.keys()]).toEqual(before);
  inner.objects.set(key, found);
  await session.end();
});

test('a session that died while it tried to bring back what a collection had taken doesn’t stand in the way of the next collections', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(3 * MiB)));
  const shared = testDisk(diskBytes(2 * MiB));
  const needed = await backUp(vault, 'web02', shared);
  await vault.deletePoint(point.id, 'old');
  expect(await run(fixture)).toMatchObject({ state: 'done' });
  const { keys, environment } = insideOf(vault);
  const dead = await startLease(store, keys, environment, 'd'.repeat(32), { kind: 'undelete', vmId: point.vmId, point: point.id });
  await dead.leave();
  const more = await backUp(vault, 'web03', testDisk(diskBytes(2 * MiB)));
  await vault.deletePoint(more.point.id, 'old');
  expect(await run(fixture)).toMatchObject({ state: 'done', packs: more.point.introduced.packs.length });
  expect(sha256(await restored(vault, needed.point.id))).toBe(sha256(shared.bytes));
  await expect(vault.undeletePoint(point.id)).rejects.toMatchObject({ code: 'POINT_CONDEMNED' });
});
