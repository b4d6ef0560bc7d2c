import { MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { collect } from '../src/collect/collect.ts';
import { readVaultLocks, verifyLocks } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { broken, dayMs, type ImmutableVault, immutableVault } from './immutable-fixture.ts';
import { backUp, diskBytes, testDisk } from './vault-fixture.ts';

const run = (fixture: ImmutableVault) => collect(insideOf(fixture.vault), { apply: true });
const packsIn = async ({ bucket }: ImmutableVault) =>
  (await Array.fromAsync(bucket.versions.list(''))).filter(({ key }) => /^(data|meta)\//.test(key)).map(({ key }) => key);

test('what is locked is not yet collected, and is when its lock has ended; nothing of it stays behind', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket, store } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(5 * MiB)));
  const kept = await backUp(vault, 'web02', testDisk(diskBytes(5 * MiB)));
  const locked = point.introduced.packs.map(({ id }) => id);
  await vault.deletePoint(point.id, 'old');
  const deletions = store.meter().requests.delete;
  const early = await run(fixture);
  expect(early).toMatchObject({
    state: 'nothing to do',
    locked: { packs: locked.length, bytes: point.introduced.packs.reduce((sum, { size }) => sum + size, 0) },
  });
  expect(Date.parse(early.locked!.until)).toBeGreaterThanOrEqual(Date.parse(point.lock!.until));
  // Known to be locked: not even tried.
  expect(store.meter().requests.delete).toBe(deletions);
  // Until then, the deletion can be taken back.
  await vault.undeletePoint(point.id);
  await vault.deletePoint(point.id, 'old');
  fixture.pass(60);
  expect(await run(fixture)).toMatchObject({ state: 'done', packs: locked.length });
  const left = await packsIn(fixture);
  expect(left.map((key) => key.slice(-32)).sort()).toEqual(kept.point.introduced.packs.map(({ id }) => id).sort());
  expect((await Array.fromAsync(bucket.versions.list(''))).filter(({ marker }) => marker)).toEqual([]);
});

test('a lock that nobody knew of keeps a cycle open, blocks no other, and is tried again when it has ended', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket } = fixture;
  const first = await backUp(vault, 'web01', testDisk(diskBytes(5 * MiB)));
  await vault.deletePoint(first.point.id, 'old');
  // Somebody else locks for longer, and the records are lost.
  const until = fixture.now() + 100 * dayMs;
  for (const { id } of first.point.introduced.packs) {
    for (const key of [`data/${id.slice(0, 2)}/${id}`, `meta/${id.slice(0, 2)}/${id}`])
      await bucket.locks.retain(key, { mode: 'governance', until }).catch(() => {});
  }
  fixture.pass(60);
  const refused = await run(fixture);
  expect(refused).toMatchObject({ state: 'done', packs: first.point.introduced.packs.length, locked: { packs: first.point.introduced.packs.length } });
  expect(Date.parse(refused.locked!.until)).toBeGreaterThanOrEqual(until);
  // The next cycle isn't held up by it, and doesn't try it again.
  const second = await backUp(vault, 'web02', testDisk(diskBytes(5 * MiB)));
  await vault.deletePoint(second.point.id, 'old');
  fixture.pass(39);
  const deletions = fixture.store.meter().failures.delete;
  await run(fixture);
  expect(fixture.store.meter().failures.delete).toBe(deletions);
  const waiting = first.point.introduced.packs.map(({ id }) => id);
  expect((await packsIn(fixture)).map((key) => key.slice(-32))).toEqual(expect.arrayContaining(waiting));
  fixture.pass(30);
  for (let n = 0; n < 2; n++) await run(fixture);
  expect(await packsIn(fixture)).toEqual([]);
});

test('what is locked, until when and why is told from a few small objects, and the store agrees', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, store } = fixture;
  const disk = testDisk(diskBytes(5 * MiB));
  let furthest = '';
  for (let day = 0; day < 70; day += 2) {
    fixture.pass(2);
    disk.bytes.set(diskBytes(MiB), 0);
    furthest = (await backUp(vault, 'web01', disk, [{ offset: 0, length: MiB }])).point.id;
  }
  expect(await broken(vault, fixture.bucket, fixture.now())).toEqual([]);
  const before = store.meter();
  const locks = await readVaultLocks(vault);
  const after = store.meter();
  expect(after.requests.list + after.requests.get - before.requests.list - before.requests.get).toBeLessThan(110);
  expect(locks).toMatchObject({ immutability: { mode: 'governance', days: 14 }, furthest: { id: furthest, vm: 'web01' } });
  expect(Date.parse(locks.furthest!.until)).toBeGreaterThan(fixture.now() + 13 * dayMs);
  // Counted anew from the bucket itself.
  const truth = new Map<string, number>();
  for (const { key, version } of await Array.fromAsync(fixture.bucket.versions.list(''))) {
    const lock = /^(data|meta)\//.test(key) ? await fixture.bucket.locks.retention(key, version) : undefined;
    if (lock === undefined || lock.until <= fixture.now()) continue;
    const until = new Date(lock.until).toISOString();
    truth.set(until, (truth.get(until) ?? 0) + 1);
  }
  expect(Object.fromEntries(locks.generations.map(({ until, packs }) => [until, packs]))).toEqual(Object.fromEntries(truth));
  expect(locks.deletableFrom).toBe([...truth.keys()].sort().at(-1));
  expect(await verifyLocks(vault, 50)).toMatchObject({ differences: [] });
  // A lock that was taken away, as only somebody with the right to bypass can.
  const { id } = (await vault.point(furthest)).introduced.packs[0]!;
  const [lifted] = (await Array.fromAsync(fixture.bucket.versions.list(''))).filter(({ key }) => key.endsWith(`/${id}`));
  fixture.bucket.lift(lifted!.key, lifted!.version);
  expect((await verifyLocks(vault, 1000)).differences.map(({ object }) => object)).toEqual([lifted!.key]);
}, 60_000);
