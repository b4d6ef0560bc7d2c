import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GiB, MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { fixedRandom } from '../testing/fixed-environment.ts';
import { qemuImg, runQemuImg } from '../testing/qemu-img.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { sinkConformance } from '../testing/sink-conformance.ts';
import { diskFileFormatByName } from './file-format.ts';
import { fileSink } from './file-sink.ts';

for (const [format, order] of [
  ['raw', 'any'],
  ['qcow2', 'any'],
  ['vmdk', 'ascending'],
] as const) {
  sinkConformance({
    name: `a ${format} file`,
    format,
    order,
    create: async (folder, capacity) => {
      const path = join(folder, `disk.${format}`);
      return { path, sink: await fileSink(path, format, { capacity, random: fixedRandom }) };
    },
  });

  test(`a file that exists is not replaced by a ${format} disk unless asked, also one that appears meanwhile`, async () => {
    await using folder = await scratchFolder();
    const path = folder.file('disk');
    await writeFile(path, 'precious');
    await expect(fileSink(path, format, { capacity: MiB, random: fixedRandom })).rejects.toMatchObject({ code: 'DISK_TARGET_EXISTS' });

    const other = folder.file('other');
    const sink = await fileSink(other, format, { capacity: MiB, random: fixedRandom });
    await expect(fileSink(other, format, { capacity: MiB, random: fixedRandom })).rejects.toMatchObject({ code: 'DISK_TARGET_EXISTS' });
    await writeFile(other, 'precious');
    await expect(sink.close()).rejects.toMatchObject({ code: 'DISK_TARGET_EXISTS' });
    expect(await readFile(other, 'utf8')).toBe('precious');
    expect((await readdir(folder.path)).sort()).toEqual(['disk', 'other']);

    const asked = await fileSink(path, format, { capacity: MiB, overwrite: true, random: fixedRandom });
    await asked.close();
    expect(await readFile(path, 'utf8')).not.toContain('precious');
  });
}

test('until it is closed, a disk has only its partial name', async () => {
  await using folder = await scratchFolder();
  const sink = await fileSink(folder.file('disk.raw'), 'raw', { capacity: MiB, random: fixedRandom });
  await sink.write(0, new Uint8Array(512).fill(1));
  await sink.flush();
  expect(await readdir(folder.path)).toEqual(['disk.raw.partial']);
  await sink.close();
  expect(await readdir(folder.path)).toEqual(['disk.raw']);
});

test('a folder that isn’t there is said so', async () => {
  await using folder = await scratchFolder();
  const path = folder.file('missing/disk.raw');
  await expect(fileSink(path, 'raw', { capacity: MiB, random: fixedRandom })).rejects.toMatchObject({
    code: 'DISK_TARGET_FAILED',
    subject: { file: path },
    message: expect.stringContaining('no such file or directory'),
  });
});

test('a size that no disk can have leaves no file', async () => {
  await using folder = await scratchFolder();
  await expect(fileSink(folder.file('disk.raw'), 'raw', { capacity: 0, random: fixedRandom })).rejects.toMatchObject({ code: 'DISK_MISUSED' });
  expect(await readdir(folder.path)).toEqual([]);
});

test('a raw disk takes room only where something was written', async () => {
  await using folder = await scratchFolder();
  const path = folder.file('disk.raw');
  const sink = await fileSink(path, 'raw', { capacity: 256 * MiB, random: fixedRandom });
  await sink.zero(0, 256 * MiB);
  await sink.write(100 * MiB, new Uint8Array(65536).fill(1));
  await sink.close();
  const { size, blocks } = await stat(path);
  expect(size).toBe(256 * MiB);
  expect(blocks * 512).toBeLessThan(2 * MiB);
});

test.skipIf(qemuImg === undefined)('a stream-optimised VMDK holds up as one in qemu-img’s eyes', async () => {
  await using folder = await scratchFolder();
  const path = folder.file('disk.vmdk');
  const sink = await fileSink(path, 'vmdk', { capacity: 70 * MiB, random: fixedRandom });
  await sink.write(40 * MiB, randomBytes(MiB));
  await sink.close();
  const info = JSON.parse(await runQemuImg('info', '--output=json', '-f', 'vmdk', path));
  expect(info).toMatchObject({
    'virtual-size': 70 * MiB,
    'cluster-size': 65536,
    'format-specific': { data: { 'create-type': 'streamOptimized', cid: 0x07070707, 'parent-cid': 0xffffffff } },
  });
  // One grain table, so everything else is left out.
  expect((await stat(path)).size).toBeLessThan(1.1 * MiB);
});

test.skipIf(qemuImg === undefined)('a qcow2 disk whose map outgrows the memory for it comes out whole', async () => {
  await using folder = await scratchFolder();
  const path = folder.file('disk.qcow2');
  const capacity = 100 * GiB;
  const sink = await fileSink(path, 'qcow2', { capacity, random: fixedRandom });
  await using model = await open(folder.file('model.raw'), 'w');
  await model.truncate(capacity);
  // Twice through 200 tables, of which 128 fit.
  for (const place of [0, 300_000]) {
    for (let offset = place; offset < capacity; offset += 512 * MiB) {
      const bytes = Buffer.alloc(4096, 1 + ((offset / 4096) % 255));
      await model.write(bytes, 0, bytes.length, offset);
      await sink.write(offset, bytes);
    }
  }
  await sink.zero(0, capacity / 2);
  for (let offset = 0; offset < capacity / 2; offset += 512 * MiB) await model.write(Buffer.alloc(304_096), 0, 304_096, offset);
  await sink.close();
  await runQemuImg('check', '-f', 'qcow2', path);
  await runQemuImg('compare', '-f', 'raw', '-F', 'qcow2', folder.file('model.raw'), path);
});

test('the ending of a name says which format is meant', () => {
  expect(['a.raw', 'a/b.IMG', 'c.dd', 'web01.disk-0.qcow2', 'x.vmdk', 'noending', 'a.vmdk/b', 'x.zip'].map(diskFileFormatByName)).toEqual([
    'raw',
    'raw',
    'raw',
    'qcow2',
    'vmdk',
    undefined,
    undefined,
    undefined,
  ]);
});
