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
const packBytes = 64;

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
  const head = Buffer.alloc(8 + packs.length * packBytes + 4);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(packs.length, 4);
  packs.forEach((pack, index) => {
    const at = 8 + index * packBytes;
    head.write(pack.id, at, 'hex');
    head.writeUInt32LE(pack.size, at + 16);
    head[at + 20] = pack.kind === 'data' ? 1 : 2;
    head.write(pack.sha256, at + 24, 'hex');
    head.writeUInt32LE(pack.slots, at + 56);
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
  const rowsAt = 8 + packCount * packBytes + 4;
  if (rowsAt > bytes.length) throw damaged();
  const rowCount = bytes.readUInt32LE(rowsAt - 4);
  if (rowsAt + rowCount * rowBytes !== bytes.length) throw damaged();
  const packs = Array.from({ length: packCount }, (_, index): IndexedPack => {
    const at = 8 + index * packBytes;
    return {
      id: bytes.toString('hex', at, at + idBytes),
      size: bytes.readUInt32LE(at + 16),
      kind: bytes[at + 20] === 1 ? 'data' : 'meta',
      sha256: bytes.toString('hex', at + 24, at + 56),
      slots: bytes.readUInt32LE(at + 56),
    };
  });
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
