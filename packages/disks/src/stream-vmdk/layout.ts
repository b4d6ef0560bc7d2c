/** The parts of a stream-optimised VMDK. All numbers little-endian; positions in sectors. */

export const sectorBytes = 512;
export const grainBytes = 65536;
export const grainsPerTable = 512;
/** How much of the disk one grain table maps: 32 MiB. */
export const tableCoverageBytes = grainsPerTable * grainBytes;
/** Bytes in front of a grain's data: which grain, how long. */
export const grainMarkerBytes = 12;

const descriptorSectors = 20;
/** Header and descriptor, filled up to a grain. */
const overheadBytes = grainBytes;
/** In the header: the directory's place isn't known yet, see the footer. */
const directoryAtEnd = -1;

/** Line ends are checked, grains are compressed, parts carry markers. */
const flags = 0x1 | 0x10000 | 0x20000;
const deflate = 1;

export const markerTypes = { endOfStream: 0, grainTable: 1, grainDirectory: 2, footer: 3 } as const;

/** Header or, with the place of the directory, footer. */
export function encodeSparseHeader(capacity: number, directorySector: number = directoryAtEnd): Uint8Array {
  const header = new Uint8Array(sectorBytes);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x564d444b, true);
  view.setUint32(4, 3, true);
  view.setUint32(8, flags, true);
  setSectors(view, 12, Math.ceil(capacity / sectorBytes));
  setSectors(view, 20, grainBytes / sectorBytes);
  setSectors(view, 28, 1);
  setSectors(view, 36, descriptorSectors);
  view.setUint32(44, grainsPerTable, true);
  setSectors(view, 56, directorySector);
  setSectors(view, 64, overheadBytes / sectorBytes);
  header.set([0x0a, 0x20, 0x0d, 0x0a], 73);
  view.setUint16(77, deflate, true);
  return header;
}

/** @param length of what follows, in sectors */
export function encodeMarker(type: number, length: number): Uint8Array {
  const marker = new Uint8Array(sectorBytes);
  const view = new DataView(marker.buffer);
  setSectors(view, 0, length);
  view.setUint32(12, type, true);
  return marker;
}

/** Header and descriptor, filled up to a grain: what a stream begins with. */
export function encodeOverhead(capacity: number, descriptor: string): Uint8Array {
  const overhead = new Uint8Array(overheadBytes);
  overhead.set(encodeSparseHeader(capacity));
  const { read } = new TextEncoder().encodeInto(descriptor, overhead.subarray(sectorBytes, sectorBytes * (1 + descriptorSectors)));
  if (read < descriptor.length) throw new RangeError('the descriptor is longer than its place');
  return overhead;
}

function setSectors(view: DataView, at: number, sectors: number): void {
  view.setBigInt64(at, BigInt(sectors), true);
}
