import { vaultErrors } from '../errors.ts';
import { chunkIdBytes, idBytes } from '../format.ts';
import type { PackKind } from '../pack/layout.ts';

/** A pack as its index segment describes it. */
export interface IndexedPack {
  readonly id: string;
  readonly size: number;
  readonly sha256: string;
  readonly kind: PackKind;
  readonly slots: number;
}

/** Rows of one pack: 56 bytes a slot, as they stand in a segment; the pack number is filled in when the segment is made. */
export const rowBytes = 56;
/** A pack in a segment or a merged object; the last four bytes are the latter's. */
export const segmentPackBytes = 64;

export interface IndexRow {
  readonly id: Buffer;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
  readonly plainLength: number;
}

export function writeRow(into: Buffer, index: number, row: IndexRow): void {
  const at = index * rowBytes;
  into.set(row.id, at);
  into.writeUInt16LE(row.slot, at + 36);
  into.writeUInt32LE(row.offset, at + 40);
  into.writeUInt32LE(row.length, at + 44);
  into.writeUInt32LE(row.plainLength, at + 48);
}

function readRow(from: Buffer, at: number): IndexRow & { pack: number } {
  return {
    id: from.subarray(at, at + chunkIdBytes),
    pack: from.readUInt32LE(at + 32),
    slot: from.readUInt16LE(at + 36),
    offset: from.readUInt32LE(at + 40),
    length: from.readUInt32LE(at + 44),
    plainLength: from.readUInt32LE(at + 48),
  };
}

export function writeIndexedPack(into: Buffer, at: number, pack: IndexedPack): void {
  into.write(pack.id, at, 'hex');
  into.writeUInt32LE(pack.size, at + 16);
  into[at + 20] = pack.kind === 'data' ? 1 : 2;
  into.write(pack.sha256, at + 24, 'hex');
  into.writeUInt32LE(pack.slots, at + 56);
}

export function readIndexedPack(from: Buffer, at: number): IndexedPack {
  return {
    id: from.toString('hex', at, at + idBytes),
    size: from.readUInt32LE(at + 16),
    kind: from[at + 20] === 1 ? 'data' : 'meta',
    sha256: from.toString('hex', at + 24, at + 56),
    slots: from.readUInt32LE(at + 56),
  };
}

/** @param rows per pack, in the same order: data packs have rows, metadata packs none */
export function encodeSegment(packs: readonly IndexedPack[], rows: readonly Buffer[]): Buffer {
  const all: Buffer[] = [];
  rows.forEach((ofPack, pack) => {
    for (let at = 0; at < ofPack.length; at += rowBytes) {
      const row = ofPack.subarray(at, at + rowBytes);
      row.writeUInt32LE(pack, 32);
      all.push(row);
    }
  });
  all.sort((a, b) => a.compare(b));
  const head = Buffer.alloc(8 + packs.length * segmentPackBytes + 4);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(packs.length, 4);
  packs.forEach((pack, index) => {
    writeIndexedPack(head, 8 + index * segmentPackBytes, pack);
  });
  head.writeUInt32LE(all.length, head.length - 4);
  return Buffer.concat([head, ...all]);
}

export interface DecodedSegment {
  readonly packs: readonly IndexedPack[];
  /** ascending by chunk id; `pack` counts in `packs` */
  rows(): Generator<IndexRow & { readonly pack: number }>;
  readonly rowCount: number;
}

/** @throws `OBJECT_DAMAGED` when an authenticated segment isn't laid out as format 1 says */
export function decodeSegment(bytes: Buffer): DecodedSegment {
  const damaged = () => vaultErrors.create('OBJECT_DAMAGED', 'An index segment isn’t laid out as format 1 says.');
  if (bytes.length < 12 || bytes.readUInt32LE(0) !== 1) throw damaged();
  const packCount = bytes.readUInt32LE(4);
  const rowsAt = 8 + packCount * segmentPackBytes + 4;
  if (rowsAt > bytes.length) throw damaged();
  const rowCount = bytes.readUInt32LE(rowsAt - 4);
  if (rowsAt + rowCount * rowBytes !== bytes.length) throw damaged();
  const packs = Array.from({ length: packCount }, (_, index) => readIndexedPack(bytes, 8 + index * segmentPackBytes));
  return {
    packs,
    rowCount,
    *rows() {
      for (let at = rowsAt; at < bytes.length; at += rowBytes) {
        const row = readRow(bytes, at);
        if (row.pack >= packCount) throw damaged();
        yield row;
      }
    },
  };
}
