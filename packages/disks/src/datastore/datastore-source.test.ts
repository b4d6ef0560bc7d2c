import { execFile } from 'node:child_process';
import { open as openFile, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { MiB } from '@holdfast/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DiskSource } from '../disk.ts';
import { fixedRandom, sleeplessClock } from '../testing/fixed-environment.ts';
import { type FolderFiles, folderFiles } from '../testing/folder-files.ts';
import { qemuImg, runQemuImg } from '../testing/qemu-img.ts';
import { chainPlan, descriptor, type WrittenChain, writeChain } from '../testing/random-chain.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { type DatastoreSourceOptions, datastoreSource } from './datastore-source.ts';

function open(files: FolderFiles, chain: Pick<WrittenChain, 'disk' | 'content'>, options: Partial<DatastoreSourceOptions> = {}): Promise<DiskSource> {
  return datastoreSource({ files, disk: chain.disk, capacity: chain.content.length, clock: sleeplessClock(), random: fixedRandom, ...options });
}

async function readAll(source: DiskSource, stepBytes = 5 * MiB): Promise<Buffer> {
  const all = Buffer.alloc(source.capacity, 0xee);
  for (let at = 0; at < all.length; at += stepBytes) await source.read(at, all.subarray(at, at + stepBytes));
  return all;
}

const twoDeltas = {
  capacity: 20 * MiB,
  base: [{ offset: 0, length: 20 * MiB }],
  deltas: [
    { format: 'cowd', runs: [{ grain: 100, count: 50, kind: 'data' }] },
    { format: 'sesparse', runs: [{ grain: 4090, count: 12, kind: 'data' }] },
  ],
} as const;

test('any chain reads as its newest layers say, whole and in parts, over a line that breaks', { timeout: 120_000 }, async () => {
  const parts = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 3 * MiB })), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(chainPlan, parts, fc.integer({ min: 20_000, max: MiB }), async (plan, ranges, cutAfterBytes) => {
      await using folder = await scratchFolder();
      const chain = await writeChain(folder.path, plan);
      const source = await open(folderFiles(folder.path, { cutAfterBytes }), chain, { pieceBytesMax: 300_000 });
      expect((await readAll(source)).equals(chain.content)).toBe(true);
      await Promise.all(
        ranges.map(async ([start, length]) => {
          const offset = start % plan.capacity;
          const into = Buffer.alloc(Math.min(length, plan.capacity - offset), 0xee);
          await source.read(offset, into);
          expect(into.equals(chain.content.subarray(offset, offset + into.length))).toBe(true);
        }),
      );
      await source.close();
    }),
    { numRuns: 40 },
  );
});

test.skipIf(qemuImg === undefined)('qemu-img reads the same chains alike', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(chainPlan, async (plan) => {
      await using folder = await scratchFolder();
      const chain = await writeChain(folder.path, plan);
      await writeFile(folder.file('model.raw'), chain.content);
      await runQemuImg('compare', '-f', 'vmdk', '-F', 'raw', chain.localPath, folder.file('model.raw'));
    }),
    { numRuns: 15 },
  );
});

test.skipIf(qemuImg === undefined).each(['monolithicFlat', 'twoGbMaxExtentFlat'])('a disk of the kind %s made by qemu-img is read', async (subformat) => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, { capacity: 9 * MiB, base: [{ offset: MiB, length: 5 * MiB }], deltas: [] });
  await writeFile(folder.file('model.raw'), chain.content);
  await runQemuImg('convert', '-f', 'raw', '-O', 'vmdk', '-o', `subformat=${subformat}`, folder.file('model.raw'), folder.file('vm/made.vmdk'));
  const source = await open(folderFiles(folder.path), { disk: '[store] vm/made.vmdk', content: chain.content });
  expect((await readAll(source)).equals(chain.content)).toBe(true);
});

test.skipIf(qemuImg === undefined)('a disk in several extents is read across their borders', async () => {
  await using folder = await scratchFolder();
  const capacity = 2048 * MiB + 64 * MiB;
  await promisify(execFile)(qemuImg as string, ['create', '-f', 'vmdk', '-o', 'subformat=twoGbMaxExtentFlat', folder.file('big.vmdk'), String(capacity)]);
  const text = await readFile(folder.file('big.vmdk'), 'utf8');
  const [first] = [...text.matchAll(/^RW (\d+) FLAT "(.+?)"/gm)].map((match) => Number(match[1]) * 512);
  const border = first as number;
  const mark = Buffer.alloc(8192, 0x5a);
  await using left = await openFile(folder.file('big-f001.vmdk'), 'r+');
  await left.write(mark, 0, 4096, border - 4096);
  await using right = await openFile(folder.file('big-f002.vmdk'), 'r+');
  await right.write(mark, 0, 4096, 0);
  const source = await open(folderFiles(folder.path), { disk: '[store] big.vmdk', content: { length: capacity } as Buffer });
  const into = Buffer.alloc(16384);
  await source.read(border - 8192, into);
  expect(into.equals(Buffer.concat([Buffer.alloc(4096), mark, Buffer.alloc(4096)]))).toBe(true);
});

test('after a cut only the rest is asked for again', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, { ...twoDeltas, deltas: [] });
  const files = folderFiles(folder.path, { cutAfterBytes: 3 * MiB });
  const source = await open(files, chain, { pieceBytesMax: 20 * MiB, attemptsMax: 2 });
  files.requests.length = 0;
  expect((await readAll(source, 20 * MiB)).equals(chain.content)).toBe(true);
  expect(files.requests.map(({ offset }) => offset / MiB)).toEqual([0, 3, 6, 9, 12, 15, 18]);
});

test('a line that never brings anything is given up, with the file and the reason', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, { ...twoDeltas, deltas: [] });
  const files = folderFiles(folder.path, { cutAfterBytes: 1000, silent: true });
  const source = await open(files, chain, { attemptsMax: 3 });
  files.requests.length = 0;
  await expect(source.read(0, new Uint8Array(4096))).rejects.toMatchObject({
    code: 'DISK_READ_FAILED',
    message: '[store] vm/web-flat.vmdk can’t be read: socket hang up',
    subject: { file: '[store] vm/web-flat.vmdk' },
  });
  expect(files.requests).toHaveLength(3);
});

test('long reads are split and run side by side, within the bound', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, { ...twoDeltas, deltas: [] });
  const files = folderFiles(folder.path);
  const source = await open(files, chain, { connectionsMax: 3, pieceBytesMax: MiB });
  files.requests.length = 0;
  await Promise.all([source.read(0, new Uint8Array(10 * MiB)), source.read(10 * MiB, new Uint8Array(10 * MiB))]);
  expect(files.requests).toHaveLength(20);
  expect(files.mostAtOnce).toBe(3);
});

test('grains scattered over a delta are fetched with few requests, and holes with none', async () => {
  await using folder = await scratchFolder();
  const runs = Array.from({ length: 40 }, (_, index) => ({ grain: ((index * 17) % 40) * 20, count: 3, kind: 'data' as const }));
  const chain = await writeChain(folder.path, { capacity: 4 * MiB, base: [], deltas: [{ format: 'sesparse', runs }] });
  const files = folderFiles(folder.path);
  const source = await open(files, chain);
  const into = Buffer.alloc(3 * MiB);
  await source.read(0, into);
  files.requests.length = 0;
  await source.read(0, into);
  expect(into.equals(chain.content.subarray(0, into.length))).toBe(true);
  expect(files.requests.filter(({ path }) => path.endsWith('-sesparse.vmdk'))).toHaveLength(1);
});

test('a read that is called off says so, and a closed source reads no more', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, twoDeltas);
  const source = await open(folderFiles(folder.path), chain);
  await expect(source.read(0, new Uint8Array(512), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  await source.close();
  await expect(source.read(0, new Uint8Array(512))).rejects.toMatchObject({ code: 'DISK_ABANDONED' });
});

test('a parent that was changed behind its child’s back is found', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, twoDeltas);
  const text = await readFile(folder.file('vm/web.vmdk'), 'utf8');
  await writeFile(folder.file('vm/web.vmdk'), text.replace('CID=000000a0', 'CID=0badcafe'));
  await expect(open(folderFiles(folder.path), chain)).rejects.toMatchObject({ code: 'DISK_CHAIN_BROKEN' });
});

test('a chain that leads back to itself ends', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, { ...twoDeltas, deltas: twoDeltas.deltas.slice(0, 1) });
  const text = await readFile(chain.localPath, 'utf8');
  await writeFile(
    chain.localPath,
    text
      .replace(/CID=\w+/g, 'CID=000000a1')
      .replace('hint="web.vmdk"', 'hint="x"')
      .replace(/Hint="[^"]+"/, 'Hint="web-000001.vmdk"'),
  );
  await expect(open(folderFiles(folder.path), chain)).rejects.toMatchObject({ code: 'DISK_CHAIN_BROKEN', message: expect.stringContaining('on itself') });
});

test('a parent in another folder is found where the VM’s configuration says, and only there', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, { ...twoDeltas, deltas: twoDeltas.deltas.slice(0, 1) });
  const text = await readFile(chain.localPath, 'utf8');
  await writeFile(chain.localPath, text.replace('"web.vmdk"', '"/vmfs/volumes/5f3e-01/vm/web.vmdk"'));
  const files = folderFiles(folder.path);
  await expect(open(files, chain)).rejects.toMatchObject({ code: 'DISK_CHAIN_BROKEN', message: expect.stringContaining('on which datastore') });
  await expect(open(files, chain, { parents: ['[store] vm/other.vmdk'] })).rejects.toMatchObject({ code: 'DISK_CHAIN_BROKEN' });
  const source = await open(files, chain, { parents: ['[store] vm/web.vmdk'] });
  expect((await readAll(source)).equals(chain.content)).toBe(true);
});

test('a size that isn’t the one the VM has is refused', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, twoDeltas);
  await expect(open(folderFiles(folder.path), chain, { capacity: 21 * MiB })).rejects.toMatchObject({ code: 'DISK_CHAIN_BROKEN' });
});

test.each([
  ['VMFS', 'vsan://5a1f-e2/', 'DISK_NOT_READABLE_AS_FILE'],
  ['VMFS', 'vvol://rfc4122.5a1f', 'DISK_NOT_READABLE_AS_FILE'],
  ['VMFSRDM', 'web-rdm.vmdk', 'DISK_NOT_READABLE_AS_FILE'],
  ['VMFSRAWRDM', 'web-rdmp.vmdk', 'DISK_NOT_READABLE_AS_FILE'],
  ['SPARSE', 'web-s001.vmdk', 'DISK_FORMAT_UNKNOWN'],
  ['VMFS', '../other/web-flat.vmdk', 'DISK_CHAIN_BROKEN'],
])('an extent %s "%s" is refused as %s', async (type, file, code) => {
  await using folder = await scratchFolder();
  await writeFile(folder.file('web.vmdk'), descriptor({ capacity: MiB, type, createType: 'vmfs', file, contentId: 1 }));
  const opening = open(folderFiles(folder.path), { disk: '[store] web.vmdk', content: Buffer.alloc(MiB) });
  await expect(opening).rejects.toMatchObject({ code, advice: expect.stringMatching(code === 'DISK_CHAIN_BROKEN' ? /vCenter/ : /hotadd|nbdssl/) });
});

test('an encrypted disk is refused, since its bytes would be of no use', async () => {
  await using folder = await scratchFolder();
  const text = descriptor({ capacity: MiB, type: 'VMFS', createType: 'vmfs', file: 'web-flat.vmdk', contentId: 1 });
  await writeFile(folder.file('web.vmdk'), `${text}ddb.iofilters = "vmwarevmcrypt"\n`);
  const opening = open(folderFiles(folder.path), { disk: '[store] web.vmdk', content: Buffer.alloc(MiB) });
  await expect(opening).rejects.toMatchObject({ code: 'DISK_NOT_READABLE_AS_FILE', message: expect.stringContaining('encrypted') });
});

test('absent and locked files are told apart', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, twoDeltas);
  const locked = folderFiles(folder.path, { locked: ['[store] vm/web-flat.vmdk'] });
  const source = open(locked, chain);
  await expect(source.then((it) => it.read(0, new Uint8Array(4096)))).rejects.toMatchObject({
    code: 'DISK_FILE_LOCKED',
    message: '[store] vm/web-flat.vmdk is locked by a host',
  });
  await unlink(folder.file('vm/web-flat.vmdk'));
  await expect(open(folderFiles(folder.path), chain)).rejects.toMatchObject({ code: 'DISK_FILE_ABSENT' });
});

test.each(['web-flat.vmdk', 'web-000001-delta.vmdk', 'web-000002-sesparse.vmdk'])('a file %s cut short is damage, not zeros', async (name) => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, twoDeltas);
  const path = folder.file(`vm/${name}`);
  await truncate(path, (await readFile(path)).length - 512);
  const reading = open(folderFiles(folder.path), chain).then((source) => readAll(source));
  await expect(reading).rejects.toMatchObject({ code: 'DISK_FILE_DAMAGED', subject: { file: `[store] vm/${name}` } });
});

test.each([
  ['its kind', 0, 1],
  ['its version', 8, 2],
  ['the size of its grains', 24, 16],
  ['the size of its disk', 16, 1],
  ['a journal to replay', 512 + 24, 1],
  ['its second header', 512, 1],
])('an SESparse delta with something wrong about %s is refused', async (_what, at, value) => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, twoDeltas);
  const path = folder.file('vm/web-000002-sesparse.vmdk');
  const bytes = await readFile(path);
  bytes[at] = value;
  await writeFile(path, bytes);
  await expect(open(folderFiles(folder.path), chain)).rejects.toMatchObject({ code: expect.stringMatching(/^DISK_(FORMAT_UNKNOWN|FILE_DAMAGED)$/) });
});

test('a delta with more grains than twelve bits can number is read, and read as qemu-img does', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, {
    capacity: 24 * MiB,
    base: [],
    deltas: [{ format: 'sesparse', runs: [{ grain: 100, count: 5000, kind: 'data' }] }],
  });
  const source = await open(folderFiles(folder.path), chain);
  expect((await readAll(source)).equals(chain.content)).toBe(true);
  await writeFile(folder.file('model.raw'), chain.content);
  if (qemuImg !== undefined) await runQemuImg('compare', '-f', 'vmdk', '-F', 'raw', chain.localPath, folder.file('model.raw'));
});

test('a table that would lie outside of its file is damage', async () => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, twoDeltas);
  const path = folder.file('vm/web-000001-delta.vmdk');
  const bytes = await readFile(path);
  bytes.writeUInt32LE(bytes.length / 512 - 8, 4 * 512);
  await writeFile(path, bytes);
  const reading = open(folderFiles(folder.path), chain).then((source) => readAll(source));
  await expect(reading).rejects.toMatchObject({ code: 'DISK_FILE_DAMAGED', message: expect.stringContaining('grain table 0') });
});

test.each([
  ['a directory entry', 1024 + 7, 0x20],
  ['a table entry', 1536 + 4090 * 8 + 7, 0x70],
  ['a table entry of no kind', 1536 + 4090 * 8 + 7, 0x00],
])('an SESparse delta with %s that makes no sense is damage', async (_what, at, value) => {
  await using folder = await scratchFolder();
  const chain = await writeChain(folder.path, { ...twoDeltas, deltas: [{ format: 'sesparse', runs: [{ grain: 4089, count: 3, kind: 'data' }] }] });
  const path = folder.file('vm/web-000001-sesparse.vmdk');
  const bytes = await readFile(path);
  expect(bytes[at]).not.toBe(value);
  bytes[at] = value;
  await writeFile(path, bytes);
  const reading = open(folderFiles(folder.path), chain).then((source) => readAll(source));
  await expect(reading).rejects.toMatchObject({ code: 'DISK_FILE_DAMAGED' });
});
