import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Datastore, openDatastore, parseDatastorePath } from './index.ts';

async function temporaryDatastore(): Promise<AsyncDisposable & { datastore: Datastore; outside: string }> {
  const outside = await mkdtemp(join(tmpdir(), 'holdfast-ds-'));
  const datastore = await openDatastore('fast1', join(outside, 'fast1'));
  return { datastore, outside, [Symbol.asyncDispose]: async () => await rm(outside, { recursive: true }) };
}

test('a file that was put is listed, read whole and in part, moved, copied and deleted', async () => {
  await using bench = await temporaryDatastore();
  const { datastore } = bench;
  await datastore.makeFolder('web01');
  expect(await datastore.put('[fast1] web01/web01.vmx', Buffer.from('guestOS = "debian12"'))).toBe(20);
  await datastore.put(
    'web01/web01.nvram',
    (async function* () {
      yield Buffer.from('nv');
      yield Buffer.from('ram');
    })(),
  );
  expect((await datastore.list('[fast1] web01/')).map(({ path, type, size }) => ({ path, type, size }))).toEqual([
    { path: 'web01/web01.nvram', type: 'nvram', size: 5 },
    { path: 'web01/web01.vmx', type: 'config', size: 20 },
  ]);
  expect((await buffer(await datastore.read('web01/web01.vmx', { first: 10, last: 17 }))).toString()).toBe('"debian1');
  await datastore.makeFolder('a/b', { parents: true });
  await datastore.move('web01/web01.vmx', '[fast1] a/b/moved.vmx');
  await datastore.copy('a/b/moved.vmx', 'copied.vmx');
  expect((await buffer(await datastore.read('copied.vmx'))).toString()).toBe('guestOS = "debian12"');
  expect((await datastore.list('', { deep: true })).map((file) => file.path)).toEqual([
    'a',
    'a/b',
    'a/b/moved.vmx',
    'copied.vmx',
    'web01',
    'web01/web01.nvram',
  ]);
  await datastore.delete('a');
  expect(await datastore.stat('a/b/moved.vmx')).toBeUndefined();
  expect(await datastore.stat('[fast1]')).toMatchObject({ type: 'folder' });
});

test('what is there is not replaced unless asked, and what is absent is said to be', async () => {
  await using bench = await temporaryDatastore();
  const { datastore } = bench;
  await datastore.put('one.log', Buffer.from('1'));
  await expect(datastore.put('one.log', Buffer.from('2'), { ifAbsent: true })).rejects.toMatchObject({ code: 'DATASTORE_FILE_EXISTS' });
  expect(await datastore.put('one.log', Buffer.from('two'))).toBe(3);
  await expect(datastore.makeFolder('one.log')).rejects.toMatchObject({ code: 'DATASTORE_FILE_EXISTS' });
  await datastore.put('other.log', Buffer.from('other'));
  await expect(datastore.move('one.log', 'other.log')).rejects.toMatchObject({ code: 'DATASTORE_FILE_EXISTS' });
  for (const attempt of [
    () => datastore.read('none'),
    () => datastore.delete('none'),
    () => datastore.list('none'),
    () => datastore.put('none/x', Buffer.from('')),
    () => datastore.makeFolder('no/x'),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'DATASTORE_FILE_ABSENT' });
  }
  await expect(datastore.read('one.log', { first: 0, last: 3 })).rejects.toMatchObject({ code: 'DATASTORE_FILE_TOO_LONG' });
});

test('an upload that breaks leaves neither a file nor a draft', async () => {
  await using bench = await temporaryDatastore();
  const broken = (async function* () {
    yield Buffer.from('half');
    throw new Error('cut');
  })();
  await expect(bench.datastore.put('half.vmdk', broken)).rejects.toThrow('cut');
  expect(await readdir(bench.datastore.folder)).toEqual([]);
});

test('no path leads out of the datastore', async () => {
  await using bench = await temporaryDatastore();
  const { datastore, outside } = bench;
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(outside, join(datastore.folder, 'way-out'));
  for (const path of [
    '../secret',
    'a/../../secret',
    '/etc/passwd',
    '[other] a',
    '[fast1] ../secret',
    '.hidden',
    'a//b',
    'a\\..\\b',
    'a\0b',
    '[fast1]x',
    'way-out',
    'way-out/secret',
  ]) {
    await expect(
      datastore.stat(path).then(async () => await datastore.read(path)),
      path,
    ).rejects.toMatchObject({ code: 'DATASTORE_PATH_REFUSED' });
  }
  expect(await datastore.list('')).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('..', '.', '/', 'a', '[fast1] ', '\\', ' ', '%2e'), { maxLength: 8 }), async (parts) => {
      let path: string;
      try {
        path = datastore.localPath(parts.join(''));
      } catch (error) {
        expect(error).toMatchObject({ code: 'DATASTORE_PATH_REFUSED' });
        return;
      }
      expect(path === datastore.folder || path.startsWith(`${datastore.folder}/`)).toBe(true);
    }),
  );
});

test('a datastore path is a name in brackets and a path', () => {
  expect(parseDatastorePath('[fast 1] web 01/web01.vmdk')).toEqual({ datastore: 'fast 1', path: 'web 01/web01.vmdk' });
  expect(parseDatastorePath('[ds]')).toEqual({ datastore: 'ds', path: '' });
  expect(() => parseDatastorePath('web01/web01.vmdk')).toThrow(/brackets/);
});

test('a copy of a sparse file takes no more room than the file', async () => {
  await using bench = await temporaryDatastore();
  const { datastore } = bench;
  await promisify(execFile)('dd', ['if=/dev/urandom', `of=${datastore.localPath('thin-flat.vmdk')}`, 'bs=64k', 'count=3', 'seek=1000', 'status=none']);
  await datastore.copy('thin-flat.vmdk', 'copy-flat.vmdk');
  const [copy, thin] = await datastore.list('');
  expect(copy).toMatchObject({ name: 'copy-flat.vmdk', type: 'extent', size: 1003 * 64 * 1024 });
  expect(copy!.uniqueSize).toBeLessThanOrEqual(thin!.uniqueSize + 64 * 1024);
  await promisify(execFile)('cmp', [datastore.localPath('thin-flat.vmdk'), datastore.localPath('copy-flat.vmdk')]);
});
