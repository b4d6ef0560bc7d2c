import type { Area, ChangedAreas } from './virtual-disk.ts';

export const extentsMaxDefault = 2000;

export interface BlockAreasQuery {
  readonly blocks: number;
  readonly blockBytes: number;
  readonly capacity: number;
  readonly startOffset: number;
  readonly extentsMax: number;
}

/** Merges blocks into areas from `startOffset` on; stops before the area that would be one too many, and says how far it came. */
export function blockAreas(has: (block: number) => boolean, query: BlockAreasQuery): ChangedAreas {
  const { blocks, blockBytes, capacity, startOffset } = query;
  const areas: Area[] = [];
  for (let block = Math.floor(startOffset / blockBytes); block < blocks; block++) {
    if (!has(block)) continue;
    const start = Math.max(block * blockBytes, startOffset);
    if (areas.length === query.extentsMax) return { startOffset, length: start - startOffset, areas };
    while (block + 1 < blocks && has(block + 1)) block++;
    areas.push({ start, length: Math.min((block + 1) * blockBytes, capacity) - start });
  }
  return { startOffset, length: capacity - startOffset, areas };
}

/** 64 KiB up to 128 GiB of disk, doubling above: never more than 4 Mi blocks a disk. */
export function trackingBlockBytesFor(capacity: number): number {
  let blockBytes = 64 * 1024;
  for (let limit = 128 * 1024 ** 3; limit < capacity; limit *= 2) blockBytes *= 2;
  return blockBytes;
}
