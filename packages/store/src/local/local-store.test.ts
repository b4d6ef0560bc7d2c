import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, link, mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { storeConformance } from '../testing/conformance.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { localStore } from './local-store.ts';
import { sortedFolder } from './sorted-folder.ts';

const writerProgram = join(import.meta.dirname, 'local-store.writer.ts');

storeConformance('a folder', async () => {
  const folder = await scratchFolder();
  return { ...localStore(folder.path), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});

const bytes = (text: string) => Buffer.from(text);

async function keys(store: ObjectStore, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found;
}

test('a missing folder is not an empty store', async () => {
  await using folder = await scratchFolder();
  const store = localStore(join(folder.path, 'not-mounted'));
  await expect(store.head('a')).rejects.toMatchObject({ code: 'STORE_BUCKET_ABSENT' });
  await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_BUCKET_ABSENT' });
  await expect(store.put('a', bytes('a'))).rejects.toMatchObject({ code: 'STORE_BUCKET_ABSENT' });
  await expect(keys(store)).rejects.toMatchObject({ code: 'STORE_BUCKET_ABSENT' });
  expect(await readdir(folder.path)).toEqual([]);
});

test('a folder is made when asked for', async () => {
  await using folder = await scratchFolder();
  const store = localStore(join(folder.path, 'new', 'vault'), { create: true });
  expect(await store.head('a')).toBeUndefined();
  await store.put('a/b', bytes('a'));
  expect(await readdir(join(folder.path, 'new', 'vault', 'a'))).toEqual(['b']);
});

test('a folder that was exchanged under us does not make objects absent', async () => {
  await using folder = await scratchFolder();
  const root = join(folder.path, 'vault');
  const store = localStore(root, { create: true });
  await store.put('points/one', bytes('1'));
  await rename(root, join(folder.path, 'unmounted'));
  await mkdir(root);
  await expect(store.head('points/one')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  await expect(store.get('points/one')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  await expect(store.put('points/two', bytes('2'))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  await expect(keys(store)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
});

test('what a dead writer left is never listed, and removed by the next writer', async () => {
  await using folder = await scratchFolder();
  const writer = fork(writerProgram, [folder.path, 'die'], { stdio: 'ignore' });
  await once(writer, 'exit');
  expect(writer.signalCode).toBe('SIGKILL');
  const temporary = join(folder.path, '.holdfast-temporary');
  expect(await readdir(temporary)).toHaveLength(1);
  const store = localStore(folder.path);
  expect(await keys(store)).toEqual([]);
  await store.put('a', bytes('a'));
  expect(await readdir(temporary)).toEqual([]);
  expect(await keys(store)).toEqual(['a']);
});

test('what a living writer, or another machine, is writing is left alone until it is old', async () => {
  await using folder = await scratchFolder();
  const temporary = join(folder.path, '.holdfast-temporary');
  await mkdir(temporary);
  const names = { recent: `${'0'.repeat(16)}-1-2-${'a'.repeat(16)}`, old: `${'0'.repeat(16)}-1-2-${'b'.repeat(16)}`, unknown: 'something else' };
  for (const name of Object.values(names)) await writeFile(join(temporary, name), 'x');
  await utimes(join(temporary, names.old), 1, 1);
  await utimes(join(temporary, names.unknown), 1, 1);
  await localStore(folder.path).put('a', bytes('a'));
  expect((await readdir(temporary)).sort()).toEqual([names.recent, names.unknown]);
});

test('several processes write and delete in one folder at once', async () => {
  await using folder = await scratchFolder();
  const writers = [1, 2, 3].map((seed) => fork(writerProgram, [folder.path, 'churn', String(seed)], { stdio: 'inherit' }));
  const exits = await Promise.all(writers.map((writer) => once(writer, 'exit')));
  expect(exits.map(([code]) => code)).toEqual([0, 0, 0]);
  const store = localStore(folder.path);
  expect(await keys(store)).toEqual(['shared/won']);
  expect(await readdir(join(folder.path, '.holdfast-temporary'))).toEqual([]);
});

test('files that are not ours are not objects', async () => {
  await using folder = await scratchFolder();
  await mkdir(join(folder.path, 'lost+found'));
  await writeFile(join(folder.path, 'lost+found', 'x'), 'x');
  await mkdir(join(folder.path, '.snapshot'));
  await writeFile(join(folder.path, '.snapshot', 'x'), 'x');
  await writeFile(join(folder.path, '.DS_Store'), 'x');
  await writeFile(join(folder.path, 'ours'), 'x');
  await symlink(join(folder.path, 'nowhere'), join(folder.path, 'dangling'));
  expect(await keys(localStore(folder.path))).toEqual(['ours']);
});

test('an object and a folder of one name cannot be kept, and nobody takes one for the other', async () => {
  await using folder = await scratchFolder();
  const store = localStore(folder.path);
  await store.put('a/b', bytes('b'));
  await store.put('c', bytes('c'));
  await expect(store.put('a', bytes('x'))).rejects.toMatchObject({ code: 'STORE_UNSUITABLE' });
  await expect(store.put('a', bytes('x'), { ifAbsent: true })).rejects.toMatchObject({ code: 'STORE_UNSUITABLE' });
  await expect(store.put('c/d', bytes('x'))).rejects.toMatchObject({ code: 'STORE_UNSUITABLE' });
  await expect(store.put('c/d', bytes('x'), { ifAbsent: true })).rejects.toMatchObject({ code: 'STORE_UNSUITABLE' });
  expect(await keys(store)).toEqual(['a/b', 'c']);
  expect(await store.delete(['a'])).toEqual({ deleted: 1, failed: [] });
  expect(await keys(store)).toEqual(['a/b', 'c']);
});

test('a folder we may not write is told apart from one that is full', async () => {
  await using folder = await scratchFolder();
  await chmod(folder.path, 0o555);
  expect(await writerSays(fork(writerProgram, [folder.path, 'refused'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }))).toMatch(
    /^STORE_ACCESS: writing a\/b/,
  );
});

const smallFileSystem = ['--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"'];
const canMount = spawnSync('unshare', [...smallFileSystem, tmpdir(), 'true']).status === 0;

test.skipIf(!canMount)('a full file system is told, and nothing of the object is kept', async () => {
  await using folder = await scratchFolder();
  const child = spawn('unshare', [...smallFileSystem, folder.path, process.execPath, writerProgram, folder.path, 'fill'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8');
  const said = (await child.stdout.toArray()).join('');
  expect(said.trim().split('\n')).toEqual([expect.stringMatching(/^STORE_FULL: writing large in /), 'temporary files: 0', 'listed: small', 'then: stored']);
});

test('a second name for the same file does not make a taken key ours', async () => {
  await using folder = await scratchFolder();
  const store = localStore(folder.path);
  await store.put('mine', bytes('1'), { ifAbsent: true });
  await link(join(folder.path, 'mine'), join(folder.path, 'other-name'));
  await expect(store.put('mine', bytes('1'), { ifAbsent: true })).rejects.toMatchObject({ code: 'STORE_EXISTS' });
});

test('a folder with more entries than are held in memory is listed in order all the same', async () => {
  await using folder = await scratchFolder();
  const names = Array.from({ length: 57 }, (_, index) => `n${(index * 31) % 57}`);
  for (const name of names) await writeFile(join(folder.path, name), '');
  for (const held of [1, 2, 7, 56, 57, 58]) {
    const found: string[] = [];
    for await (const { part } of sortedFolder(folder.path, '', held)) found.push(part);
    expect(found).toEqual([...names].sort());
  }
});

async function writerSays(writer: ChildProcess): Promise<string> {
  const [said] = (await once(writer, 'message')) as [string];
  await once(writer, 'exit');
  return said;
}
