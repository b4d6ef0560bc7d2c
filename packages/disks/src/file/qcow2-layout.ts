/** The parts of a qcow2 file (version 3) that a freshly written image needs. All numbers big-endian. */

export const clusterBytes = 65536;
const clusterBits = 16;
export const entryBytes = 8;
export const entriesPerTable = clusterBytes / entryBytes;
/** How much of the disk one L2 table maps: 512 MiB. */
export const tableCoverageBytes = entriesPerTable * clusterBytes;
/** 16-bit counts: one block of counts serves 2 GiB of file. */
export const countsPerBlock = clusterBytes / 2;

/** Set where the count of the cluster pointed to is exactly one: always, in a file without snapshots. */
const copiedFlag = 0x80000000;

export interface Qcow2Geometry {
  /** bytes of disk, a multiple of 512 */
  readonly capacity: number;
  readonly l1Entries: number;
  readonly l1Offset: number;
  readonly refcountTableOffset: number;
  readonly refcountTableClusters: number;
}

export function encodeHeader(geometry: Qcow2Geometry): Uint8Array {
  const header = new Uint8Array(clusterBytes);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x514649fb);
  view.setUint32(4, 3);
  view.setUint32(20, clusterBits);
  setOffset(view, 24, geometry.capacity);
  view.setUint32(36, geometry.l1Entries);
  setOffset(view, 40, geometry.l1Offset);
  setOffset(view, 48, geometry.refcountTableOffset);
  view.setUint32(56, geometry.refcountTableClusters);
  // counts of 2^4 bits
  view.setUint32(96, 4);
  view.setUint32(100, 104);
  return header;
}

/** A pointer in an L1 or L2 table to a cluster that belongs to this image alone. */
export function setPointer(view: DataView, entry: number, offset: number): void {
  setOffset(view, entry * entryBytes, offset);
  view.setUint32(entry * entryBytes, (view.getUint32(entry * entryBytes) | copiedFlag) >>> 0);
}

/** @returns the cluster's offset in the file; 0 when there is none */
export function getPointer(view: DataView, entry: number): number {
  return (view.getUint32(entry * entryBytes) & ~copiedFlag) * 2 ** 32 + view.getUint32(entry * entryBytes + 4);
}

export function setOffset(view: DataView, at: number, offset: number): void {
  view.setUint32(at, Math.floor(offset / 2 ** 32));
  view.setUint32(at + 4, offset % 2 ** 32);
}
