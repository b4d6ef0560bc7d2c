import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MiB } from '@holdfast/kit';
import { localStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { createVault, openVault, removeKey, writtenOnce } from '../src/index.ts';
import { checked } from './expect-sound.ts';
import { broken, dayMs, immutableVault, promised } from './immutable-fixture.ts';
import { backUp, diskBytes, draft, environment, passphrase, passphraseCost, restored, sha256, testDisk, whole } from './vault-fixture.ts';

test('everything that a point needs is locked for as long as it promises, and nothing else is', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(9 * MiB)));
  expect(promised(point)).toBeGreaterThan(fixture.now() + 13.9 * dayMs);
  expect(Date.parse(point.lock!.packsUntil)).toBeGreaterThanOrEqual(promised(point));
  expect(await broken(vault, bucket, fixture.now())).toEqual([]);
  const unlocked = [];
  for await (const { key, version } of bucket.versions.list(''))
    if ((await bucket.locks.retention(key, version)) === undefined) unlocked.push(key.split('/')[0]);
  expect(new Set(unlocked)).toEqual(new Set(['index', 'locks']));
});

test('a backup within the generation locks nothing again; one beyond locks each pack once', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, store } = fixture;
  const disk = testDisk(diskBytes(9 * MiB));
  const first = await backUp(vault, 'web01', disk);
  const calls = async (work: () => Promise<unknown>) => {
    const before = store.meter().requests.lock;
    await work();
    return store.meter().requests.lock - before;
  };
  const change = () => backUp(vault, 'web01', disk, [{ offset: 0, length: MiB }]);
  // How long until the packs fall short of a point's horizon depends on the calendar, and never lasts longer than a generation.
  const counts: number[] = [];
  for (let day = 1; day <= 40; day++) {
    fixture.pass(1);
    disk.bytes.set(diskBytes(MiB), 0);
    counts.push(await calls(change));
    expect(await broken(vault, fixture.bucket, fixture.now())).toEqual([]);
  }
  const busy = counts.filter((count) => count > 0);
  expect(busy.length).toBeGreaterThanOrEqual(1);
  expect(busy.length).toBeLessThanOrEqual(2);
  // Packs of the first point that are still needed, metadata of later ones, description and keys.
  expect(Math.max(...busy)).toBeLessThan(first.point.introduced.packs.length + 40 * 2 + 3);
}, 60_000);

test('a chunk that another VM stored long ago is locked as long as whoever uses it again', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket } = fixture;
  const shared = diskBytes(5 * MiB);
  await backUp(vault, 'web01', testDisk(shared));
  fixture.pass(50);
  const { point, statistics } = await backUp(vault, 'web02', testDisk(shared));
  expect(statistics.fresh).toBe(0);
  expect(promised(point)).toBeGreaterThan(fixture.now());
  expect(await broken(vault, bucket, fixture.now())).toEqual([]);
});

test('records of locks that are lost cost calls, and no lock', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket } = fixture;
  const disk = testDisk(diskBytes(5 * MiB));
  for (let day = 0; day < 40; day += 8) {
    fixture.pass(8);
    for await (const { key, version } of bucket.versions.list('locks/')) await bucket.versions.delete([{ key, version }]);
    disk.bytes.set(diskBytes(MiB), 0);
    await backUp(vault, 'web01', disk, [{ offset: 0, length: MiB }]);
    await backUp(vault, 'web02', disk);
    expect(await broken(vault, bucket, fixture.now())).toEqual([]);
  }
});

test('a point may be immutable for longer or shorter than the vault says', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket } = fixture;
  const disk = testDisk(diskBytes(3 * MiB));
  await backUp(vault, 'web01', disk);
  const session = await vault.beginSession({ vmId: vault.vmId('vc', 'web01'), immutableDays: 400 });
  const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(0), base: session.base?.disks[0]?.map });
  const point = await session.commit(draft('web01', map, statistics));
  await session.end();
  expect(promised(point)).toBeGreaterThan(fixture.now() + 399 * dayMs);
  expect(await broken(vault, bucket, fixture.now())).toEqual([]);
  await expect(vault.beginSession({ vmId: point.vmId, immutableDays: 0 })).rejects.toMatchObject({ code: 'IMMUTABLE_DAYS' });
});

test('many records become one, and say the same', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket } = fixture;
  const disk = testDisk(diskBytes(2 * MiB));
  for (let n = 0; n < 40; n++) await backUp(vault, `web${n % 3}`, disk, [{ offset: 0, length: 4096 }]);
  const names = [];
  for await (const { key } of bucket.list('locks/')) names.push(key);
  expect(names.length).toBeLessThan(34);
  expect(names.filter((key) => key.endsWith('.totals'))).toHaveLength(1);
  expect(await broken(vault, bucket, fixture.now())).toEqual([]);
}, 60_000);

test('a store that can’t lock is refused before anything is written', async () => {
  const store = memoryStore();
  const options = { passphrase, passphraseCost, immutability: { mode: 'compliance', days: 30 } } as const;
  await expect(createVault(store, options, environment)).rejects.toMatchObject({ code: 'LOCKS_UNSUPPORTED' });
  expect(store.objects.size).toBe(0);
});

test('an attacker who writes over everything and deletes everything he can changes nothing for listing and restoring', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket, environment: own } = fixture;
  const disk = testDisk(diskBytes(5 * MiB));
  const { point } = await backUp(vault, 'web01', disk);
  const there = await Array.fromAsync(bucket.versions.list(''));
  for (const { key, version } of there) {
    await bucket.versions.delete([{ key, version }]);
    await bucket.put(key, Buffer.from('rubbish'));
    await bucket.delete([key]);
    await bucket.put(key, Buffer.from('more rubbish'));
  }
  await bucket.put(`deleted/${point.id}`, Buffer.from('rubbish'));
  await bucket.put('gc/99.condemned', Buffer.from('rubbish'));
  const again = await openVault(bucket, { passphrase }, own, { workers: 1 });
  try {
    expect((await Array.fromAsync(again.points())).map(({ id }) => id)).toContain(point.id);
    expect(sha256(await restored(again, point.id))).toBe(sha256(disk.bytes));
  } finally {
    await again.close();
  }
});

test('a check finds what is locked less than a point promises', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(5 * MiB)));
  expect((await checked(vault)).findings).toEqual([]);
  const lift = async (key: string) => {
    for (const one of await Array.fromAsync(bucket.versions.list(key))) bucket.lift(one.key, one.version);
  };
  const { id } = point.introduced.packs[0]!;
  const [pack] = (await Array.fromAsync(bucket.list(''))).filter(({ key }) => key.endsWith(`/${id}`));
  for (const key of [pack!.key, `points/${point.id}`, 'keys/']) await lift(key);
  const { findings } = await checked(vault);
  expect(findings.map(({ code, object }) => [code, object]).sort()).toEqual(
    [pack!.key, `points/${point.id}`, 'keys/'].map((object) => ['LOCK_ABSENT', object]).sort(),
  );
  fixture.pass(60);
  // Nothing is promised any more.
  expect((await checked(vault)).findings).toEqual([]);
});

test('a key slot is removed when its lock has ended; backups don’t lock it again meanwhile', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const { vault, bucket, recoveryKey, environment: own } = fixture;
  const disk = testDisk(diskBytes(2 * MiB));
  const store = await writtenOnce(bucket);
  const { id } = vault.description.keySlots.find(({ kind }) => kind === 'passphrase')!;
  const remove = () => removeKey(store, { id, proofs: [{ recoveryKey }] }, own);
  await expect(remove()).rejects.toMatchObject({ code: 'KEY_NOT_REMOVED', message: expect.stringContaining('it is locked until') });
  for (let week = 0; week < 8; week++) {
    fixture.pass(7);
    await backUp(vault, 'web01', disk, [{ offset: 0, length: 4096 }]);
  }
  expect(await remove()).toMatchObject({ id });
  expect((await Array.fromAsync(bucket.versions.list('key'))).map(({ key }) => key)).toHaveLength(1);
  expect((await checked(vault)).findings.filter(({ state }) => state !== 'notice')).toEqual([]);
});

test.skipIf(judge('python-reader') === undefined)('a stranger restores a copy of an immutable vault from the specification alone', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-immutable-'));
  try {
    const disk = testDisk(diskBytes(3 * MiB));
    const { point } = await backUp(fixture.vault, 'web01', disk);
    const copy = localStore(join(folder, 'copy'), { create: true });
    for await (const { key } of fixture.bucket.list('')) await copy.put(key, await fixture.bucket.get(key));
    const file = join(folder, 'restored.raw');
    await promisify(execFile)(judge('python-reader')!, [join(folder, 'copy'), 'restore', point.id, '2000', file], {
      env: { PATH: process.env.PATH, HOLDFAST_PASSPHRASE: passphrase },
    });
    expect(sha256(await readFile(file))).toBe(sha256(disk.bytes));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
