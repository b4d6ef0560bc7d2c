import { Buffer } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { dataRanges } from './data-ranges.ts';
import type { DiskCore } from './disk-core.ts';
import { placeLive } from './guest-writes.ts';
import { chainOf } from './layer-tree.ts';
import type { Area, WriteReport } from './virtual-disk.ts';
import { readWhole } from './whole-io.ts';

const windowBytes = 1024 * 1024;
const blockBytes = 64 * 1024;
/** What differs inside a block is written in pages, as a file system would. */
const pageBytes = 4096;

/** Makes the live state equal to a raw image, writing only what differs; holes of both are not even read. */
export async function writeImage(core: DiskCore, path: string): Promise<WriteReport> {
  await using file = await open(path, 'r');
  const length = Math.min((await file.stat()).size, core.state.capacity);
  const ranges = await dataRanges(path);
  const wanted = Buffer.alloc(windowBytes);
  const present = Buffer.alloc(windowBytes);
  let compared = 0;
  let written = 0;
  let range = 0;
  for (let start = 0; start < length; start += windowBytes) {
    const bytes = Math.min(windowBytes, length - start);
    while (range < ranges.length && areaEnd(ranges[range]!) <= start) range++;
    const inImage = range < ranges.length && ranges[range]!.start < start + bytes;
    const onDisk = chainOf(core.state, core.state.live).some((layer) => core.extent(layer.id).mayHold(start, bytes));
    if (!inImage && !onDisk) continue;
    const want = wanted.subarray(0, bytes);
    const have = present.subarray(0, bytes);
    await fill(file, want, start, inImage, path);
    await core.readChain(core.state.live, start, have);
    compared += bytes;
    for (const part of differences(want, have)) {
      await placeLive(core, start + part.start, want.subarray(part.start, areaEnd(part)));
      written += part.length;
    }
  }
  return { compared, written };
}

async function fill(file: FileHandle, into: Uint8Array, position: number, holdsData: boolean, path: string): Promise<void> {
  if (holdsData) await readWhole(file, into, position, path);
  else into.fill(0);
}

/** Pages that differ, joined where they touch. */
function* differences(one: Buffer, other: Buffer): Generator<Area> {
  let start = -1;
  for (let block = 0; block < one.length; block += blockBytes) {
    const blockEnd = Math.min(block + blockBytes, one.length);
    const same = one.compare(other, block, blockEnd, block, blockEnd) === 0;
    for (let page = block; page < blockEnd; page += same ? blockBytes : pageBytes) {
      const pageEnd = Math.min(page + pageBytes, blockEnd);
      const differs = !same && one.compare(other, page, pageEnd, page, pageEnd) !== 0;
      if (differs && start < 0) start = page;
      if (!differs && start >= 0) {
        yield { start, length: page - start };
        start = -1;
      }
    }
  }
  if (start >= 0) yield { start, length: one.length - start };
}

function areaEnd(area: Area): number {
  return area.start + area.length;
}
