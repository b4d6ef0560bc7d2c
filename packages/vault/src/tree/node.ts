import { vaultErrors } from '../errors.ts';
import { chunkIdBytes, fanOut, idBytes, pageBytes } from '../format.ts';
import type { NodeReference, SlotAddress } from '../model.ts';

/** A run of pages of one segment and where its bytes lie; no address means zeros. */
export interface LeafEntry {
  readonly pages: number;
  readonly chunk?: NodeReference;
}

export interface InnerEntry {
  readonly child: number;
  readonly node: NodeReference;
}

const headBytes = 8;
const entryBytes = 48;
const zeroPack = 0xffff;

interface Row {
  readonly number: number;
  readonly reference?: NodeReference | undefined;
}

function encode(kind: number, level: number, rows: readonly Row[]): Buffer {
  const packs = new Map<string, number>();
  for (const { reference } of rows) if (reference !== undefined && !packs.has(reference.pack)) packs.set(reference.pack, packs.size);
  const bytes = Buffer.alloc(headBytes + packs.size * idBytes + rows.length * entryBytes);
  bytes[0] = kind;
  bytes[1] = level;
  bytes.writeUInt16LE(rows.length, 2);
  bytes.writeUInt16LE(packs.size, 4);
  let at = headBytes;
  for (const pack of packs.keys()) at += bytes.write(pack, at, 'hex');
  for (const { number, reference } of rows) {
    bytes.writeUInt16LE(number, at);
    if (reference === undefined) bytes.writeUInt16LE(zeroPack, at + 2);
    else {
      bytes.writeUInt16LE(packs.get(reference.pack)!, at + 2);
      bytes.writeUInt16LE(reference.slot, at + 4);
      bytes.writeUInt32LE(reference.offset, at + 8);
      bytes.writeUInt32LE(reference.length, at + 12);
      bytes.write(reference.id, at + 16, 'hex');
    }
    at += entryBytes;
  }
  return bytes;
}

function decode(bytes: Buffer, kind: number, level: number): Row[] {
  const damaged = () => vaultErrors.create('OBJECT_DAMAGED', 'A node of a disk map isn’t laid out as format 1 says.');
  if (bytes.length < headBytes || bytes[0] !== kind || bytes[1] !== level) throw damaged();
  const count = bytes.readUInt16LE(2);
  const packCount = bytes.readUInt16LE(4);
  if (bytes.length !== headBytes + packCount * idBytes + count * entryBytes) throw damaged();
  const packs = Array.from({ length: packCount }, (_, index) => bytes.toString('hex', headBytes + index * idBytes, headBytes + (index + 1) * idBytes));
  return Array.from({ length: count }, (_, index) => {
    const at = headBytes + packCount * idBytes + index * entryBytes;
    const number = bytes.readUInt16LE(at);
    const packIndex = bytes.readUInt16LE(at + 2);
    if (packIndex === zeroPack) return { number };
    const pack = packs[packIndex];
    if (pack === undefined) throw damaged();
    const address: SlotAddress = { pack, slot: bytes.readUInt16LE(at + 4), offset: bytes.readUInt32LE(at + 8), length: bytes.readUInt32LE(at + 12) };
    return { number, reference: { id: bytes.toString('hex', at + 16, at + 16 + chunkIdBytes), ...address } };
  });
}

/** The packs that a node refers to, without looking at its entries. The node was authenticated before. */
export function packsNamed(bytes: Buffer): string[] {
  const count = bytes.length < headBytes ? Number.NaN : bytes.readUInt16LE(4);
  if (!(headBytes + count * idBytes <= bytes.length)) throw vaultErrors.create('OBJECT_DAMAGED', 'A node of a disk map isn’t laid out as format 1 says.');
  return Array.from({ length: count }, (_, index) => bytes.toString('hex', headBytes + index * idBytes, headBytes + (index + 1) * idBytes));
}

export function encodeLeaf(entries: readonly LeafEntry[]): Buffer {
  return encode(
    1,
    0,
    entries.map(({ pages, chunk }) => ({ number: pages, reference: chunk })),
  );
}

export function decodeLeaf(bytes: Buffer): LeafEntry[] {
  return decode(bytes, 1, 0).map(({ number, reference }) => (reference === undefined ? { pages: number } : { pages: number, chunk: reference }));
}

export function encodeInner(level: number, entries: readonly InnerEntry[]): Buffer {
  return encode(
    2,
    level,
    entries.map(({ child, node }) => ({ number: child, reference: node })),
  );
}

export function decodeInner(bytes: Buffer, level: number): InnerEntry[] {
  return decode(bytes, 2, level).map(({ number, reference }) => {
    if (reference === undefined || number >= fanOut) throw vaultErrors.create('OBJECT_DAMAGED', 'An inner node of a disk map names a child that can’t be.');
    return { child: number, node: reference };
  });
}

/** Smallest height whose leaves cover the capacity. */
export function heightOf(capacity: number, segmentBytes: number): number {
  let height = 0;
  for (let covered = segmentBytes; covered < capacity; covered *= fanOut) height++;
  return height;
}

/** Pages of segment `segment` of a disk; a last page that reaches beyond the end counts whole. */
export function pagesOf(capacity: number, segment: number, segmentBytes: number): number {
  return Math.ceil(Math.min(segmentBytes, capacity - segment * segmentBytes) / pageBytes);
}
