import { Buffer } from 'node:buffer';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataRanges } from '../vsphere/disks/data-ranges.ts';
import type { FileSystemPlace } from './estate.ts';

const copyBytes = 4 * 1024 * 1024;

/** Gives `work` the file system as a file of its own, for programs that know no offset. The file goes afterwards. */
export async function withPartition<T>(place: FileSystemPlace, work: (file: string) => Promise<T>): Promise<T> {
  if (place.offset === 0) return await work(place.image);
  const folder = await mkdtemp(join(dirname(place.image), '.partition-'));
  try {
    const path = join(folder, 'partition');
    await copyOut(place, path);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function copyOut(place: FileSystemPlace, path: string): Promise<void> {
  await using image = await open(place.image, 'r');
  await using file = await open(path, 'wx');
  await file.truncate(place.length);
  const buffer = Buffer.alloc(copyBytes);
  const end = place.offset + place.length;
  for (const range of await dataRanges(place.image)) {
    const rangeEnd = Math.min(range.start + range.length, end);
    for (let at = Math.max(range.start, place.offset); at < rangeEnd; at += copyBytes) {
      const { bytesRead } = await image.read(buffer, 0, Math.min(copyBytes, rangeEnd - at), at);
      await file.write(buffer, 0, bytesRead, at - place.offset);
    }
  }
}
