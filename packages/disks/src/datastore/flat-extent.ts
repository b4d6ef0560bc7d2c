import type { ExtentMap } from './extent-map.ts';

/** Bytes that lie in a file as they lie on the disk. */
export function flatExtent(extent: { start: number; length: number; path: string; position: number }): ExtentMap {
  return {
    start: extent.start,
    length: extent.length,
    locate: async (offset, length) => [{ from: 'file', offset, length, path: extent.path, position: extent.position + (offset - extent.start) }],
  };
}

/** A part of a disk without a file, which reads as zeros. */
export function zeroExtent(start: number, total: number): ExtentMap {
  return { start, length: total, locate: async (offset, length) => [{ from: 'zero', offset, length }] };
}
