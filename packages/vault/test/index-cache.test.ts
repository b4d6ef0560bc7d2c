import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectVault, mergeIndex, openVault, type Vault } from '../src/index.ts';
import { checked } from './expect-sound.ts';
import { scratchFolder } from './index-fixture.ts';
import { backUp, diskBytes, environment, passphrase, restored, testDisk, testVault } from './vault-fixture.ts';

const resources = { workers: 2, packBytes: 4 * 1024 * 1024 };

/** Another process's view of the same vault: its own threads, its own knowledge. */
async function another(store: Parameters<typeof openVault>[0], cacheFolder?: string): Promise<Vault & AsyncDisposable> {
  const vault = await openVault(store, { passphrase }, environment, { ...resources, cacheFolder });
  return { ...vault, [Symbol.asyncDispose]: () => vault.close() };
}

test('what one mover has stored, another finds by its cache, and stores nothing', async () => {
  await using scratch = await scratchFolder();
  await using one = await testVault({ resources: { cacheFolder: join(scratch.path, 'one') } });
  const bytes = diskBytes(40 * 1024 * 1024);
  const first = await backUp(one.vault, 'a', testDisk(bytes));
  expect(first.statistics.chunksFresh).toBeGreaterThan(0);
  await using other = await another(one.store, join(scratch.path, 'other'));
  const second = await backUp(other, 'b', testDisk(bytes));
  expect(second.statistics.chunksFresh).toBe(0);
  const again = await backUp(one.vault, 'c', testDisk(bytes));
  expect(again.statistics.chunksFresh).toBe(0);
  expect((await restored(one.vault, second.point.id)).equals(bytes)).toBe(true);
});

test('what a collection has taken is stored again, although the cache of the mover has it', async () => {
  await using scratch = await scratchFolder();
  await using one = await testVault({ resources: { cacheFolder: scratch.path } });
  const bytes = diskBytes(20 * 1024 * 1024);
  const first = await backUp(one.vault, 'a', testDisk(bytes));
  await backUp(one.vault, 'b', testDisk(diskBytes(2 * 1024 * 1024)));
  await one.vault.deletePoint(first.point.id, 'test');
  expect(await collectVault(one.vault, { apply: true })).toMatchObject({ state: 'done' });
  const again = await backUp(one.vault, 'c', testDisk(bytes));
  expect(again.statistics.chunksFresh).toBe(first.statistics.chunksFresh);
  expect((await restored(one.vault, again.point.id)).equals(bytes)).toBe(true);
});

test('a cache that rots costs space at most: each bit of a page that flips is noticed, and the vault stays sound', async () => {
  await using scratch = await scratchFolder();
  await using one = await testVault({ resources: { cacheFolder: scratch.path } });
  const bytes = diskBytes(12 * 1024 * 1024);
  await backUp(one.vault, 'a', testDisk(bytes));
  await backUp(one.vault, 'b', testDisk(bytes)); // has read what the first has written
  const folder = join(scratch.path, one.vault.description.id, 'index');
  for (const name of await readdir(folder)) {
    const file = await readFile(join(folder, name));
    for (let at = 20; at < 4096; at += 32) file[at]! ^= 1; // every row names another place
    await writeFile(join(folder, name), file);
  }
  await using other = await another(one.store, scratch.path);
  const rotten = await backUp(other, 'c', testDisk(bytes));
  expect((await restored(other, rotten.point.id)).equals(bytes)).toBe(true);
  const mended = await backUp(other, 'd', testDisk(bytes));
  expect(mended.statistics.chunksFresh).toBe(0);
});

test('a cache folder that can’t be used is said, and memory does', async () => {
  await using scratch = await scratchFolder();
  const file = join(scratch.path, 'a file');
  await writeFile(file, '');
  await using one = await testVault({ resources: { cacheFolder: file } });
  const bytes = diskBytes(8 * 1024 * 1024);
  await backUp(one.vault, 'a', testDisk(bytes));
  const session = await one.vault.beginSession({ vmId: one.vault.vmId('vc', 'b') });
  expect(session.notices).toEqual([expect.stringContaining('the index cache can’t be used')]);
  await session.end();
  expect((await backUp(one.vault, 'c', testDisk(bytes))).statistics.chunksFresh).toBe(0);
});

test('a vault whose segments were merged and then removed is sound, and every chunk of it is known', async () => {
  await using scratch = await scratchFolder();
  await using one = await testVault({ resources: { cacheFolder: join(scratch.path, 'one') } });
  const disks = Array.from({ length: 17 }, () => diskBytes(256 * 1024));
  for (const [number, bytes] of disks.entries()) await backUp(one.vault, `vm ${number}`, testDisk(bytes));
  const options = { cacheFolder: join(scratch.path, 'collector') };
  expect(await mergeIndex(one.vault, options)).toEqual({ written: 1, removed: 0, left: 0 });
  expect(await mergeIndex(one.vault, options)).toEqual({ written: 0, removed: 17, left: 0 });
  expect((await Array.fromAsync(one.store.list('index/'))).map(({ key }) => key)).toEqual([expect.stringMatching(/^index\/L1-[0-9a-f]{32}$/)]);
  expect((await checked(one.vault)).findings).toEqual([]);
  for (const cacheFolder of [join(scratch.path, 'one'), join(scratch.path, 'new'), undefined]) {
    await using other = await another(one.store, cacheFolder);
    for (const number of [0, 9, 16]) expect((await backUp(other, `again ${number}`, testDisk(disks[number]!))).statistics.chunksFresh).toBe(0);
  }
});
