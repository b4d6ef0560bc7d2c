import { randomBytes } from 'node:crypto';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { fileSource } from './file-source.ts';

test('a raw image is read anywhere, by many at once, and named whole', async () => {
  await using folder = await scratchFolder();
  const content = randomBytes(17 * MiB + 100);
  await writeFile(folder.file('disk.raw'), content);
  const source = await fileSource(folder.file('disk.raw'));
  expect(source.capacity).toBe(content.length);
  expect(await Array.fromAsync(source.extents())).toEqual([
    { offset: 0, length: 16 * MiB },
    { offset: 16 * MiB, length: MiB + 100 },
  ]);
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const offset = index * 900_001;
      const into = Buffer.alloc(Math.min(MiB, content.length - offset));
      await source.read(offset, into);
      expect(into.equals(content.subarray(offset, offset + into.length))).toBe(true);
    }),
  );
  await source.close();
});

test('a file knows nothing of changes, unless somebody tells', async () => {
  await using folder = await scratchFolder();
  await writeFile(folder.file('disk.raw'), Buffer.alloc(MiB));
  const silent = await fileSource(folder.file('disk.raw'));
  await expect(Array.fromAsync(silent.extents('7/1'))).rejects.toMatchObject({ code: 'CBT_UNUSABLE' });
  await silent.close();
  const told = await fileSource(folder.file('disk.raw'), {
    changedAreas: async function* (changeId) {
      yield { offset: Number(changeId) * 512, length: 512 };
    },
  });
  expect(await Array.fromAsync(told.extents('3'))).toEqual([{ offset: 1536, length: 512 }]);
  await told.close();
});

test('absent, not a file, outside and cut short are told apart', async () => {
  await using folder = await scratchFolder();
  await expect(fileSource(folder.file('none.raw'))).rejects.toMatchObject({ code: 'DISK_FILE_ABSENT' });
  await mkdir(folder.file('folder'));
  await expect(fileSource(folder.file('folder'))).rejects.toMatchObject({ code: 'DISK_FORMAT_UNKNOWN' });
  await writeFile(folder.file('disk.raw'), Buffer.alloc(MiB));
  const source = await fileSource(folder.file('disk.raw'));
  await expect(source.read(MiB - 1, new Uint8Array(2))).rejects.toMatchObject({ code: 'DISK_MISUSED' });
  await truncate(folder.file('disk.raw'), 4096);
  await expect(source.read(0, new Uint8Array(8192))).rejects.toMatchObject({ code: 'DISK_FILE_DAMAGED' });
  await source.close();
});
