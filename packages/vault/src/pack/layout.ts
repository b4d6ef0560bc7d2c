import { vaultErrors } from '../errors.ts';
import { chunkIdBytes, idBytes, packHeaderBytes, packTrailerBytes, slotHeaderBytes, tagBytes } from '../format.ts';

export type PackKind = 'data' | 'meta';
const kindNumber = { data: 1, meta: 2 } as const;

export function packKey(kind: PackKind, packId: string): string {
  return `${kind}/${packId.slice(0, 2)}/${packId}`;
}

/** Id of the pack under this key; `undefined` for any other key. */
export function packIdOf(key: string): string | undefined {
  return /^(?:data|meta)\/[0-9a-f]{2}\/([0-9a-f]{32})$/.exec(key)?.[1];
}

export function writePackHeader(into: Buffer, vaultId: string, packId: string, kind: PackKind): void {
  into.fill(0, 0, packHeaderBytes);
  into.write('HFPACK01', 0, 'latin1');
  into.write(vaultId, 8, 'hex');
  into.write(packId, 8 + idBytes, 'hex');
  into[40] = kindNumber[kind];
}

/** One slot as it lies in a pack. */
export interface SlotHeader {
  readonly slot: number;
  readonly compressed: boolean;
  readonly plainLength: number;
  /** ciphertext and tag */
  readonly bodyLength: number;
}

export function writeSlotHeader(into: Buffer, offset: number, header: SlotHeader, id: Uint8Array): void {
  into.write('SLOT', offset, 'latin1');
  into.writeUInt16LE(header.slot, offset + 4);
  into[offset + 6] = header.compressed ? 1 : 0;
  into[offset + 7] = 0;
  into.writeUInt32LE(header.plainLength, offset + 8);
  into.writeUInt32LE(header.bodyLength, offset + 12);
  into.set(id, offset + 16);
}

/** `undefined` when there is no slot header at `offset`; nothing is authenticated yet. */
export function readSlotHeader(from: Buffer, offset: number): (SlotHeader & { readonly id: Buffer }) | undefined {
  if (offset + slotHeaderBytes > from.length || from.toString('latin1', offset, offset + 4) !== 'SLOT' || from[offset + 6]! > 1) return undefined;
  return {
    slot: from.readUInt16LE(offset + 4),
    compressed: from[offset + 6] === 1,
    plainLength: from.readUInt32LE(offset + 8),
    bodyLength: from.readUInt32LE(offset + 12),
    id: from.subarray(offset + 16, offset + 16 + chunkIdBytes),
  };
}

export interface TableEntry {
  readonly offset: number;
  /** header and body */
  readonly length: number;
  readonly id: Buffer;
}

/** The slots of a pack buffer whose slots end at `end`, found by walking their headers. */
export function walkSlots(pack: Buffer, end: number): TableEntry[] {
  const entries: TableEntry[] = [];
  for (let offset = packHeaderBytes; offset < end; ) {
    const header = readSlotHeader(pack, offset);
    if (header === undefined || header.slot !== entries.length)
      throw vaultErrors.create('PACK_DAMAGED', `Slot ${entries.length} of a pack isn’t where it should begin.`);
    const length = slotHeaderBytes + header.bodyLength;
    entries.push({ offset, length, id: header.id });
    offset += length;
  }
  return entries;
}

const tableEntryBytes = 8 + chunkIdBytes;

export function encodeTable(entries: readonly TableEntry[]): Buffer {
  const table = Buffer.alloc(4 + entries.length * tableEntryBytes);
  table.writeUInt32LE(entries.length, 0);
  entries.forEach((entry, index) => {
    const at = 4 + index * tableEntryBytes;
    table.writeUInt32LE(entry.offset, at);
    table.writeUInt32LE(entry.length, at + 4);
    table.set(entry.id, at + 8);
  });
  return table;
}

export function decodeTable(table: Buffer): TableEntry[] {
  const count = table.readUInt32LE(0);
  return Array.from({ length: count }, (_, index) => {
    const at = 4 + index * tableEntryBytes;
    return { offset: table.readUInt32LE(at), length: table.readUInt32LE(at + 4), id: table.subarray(at + 8, at + tableEntryBytes) };
  });
}

/** What follows the last slot: the sealed table and the trailer. */
export function closingBytes(slots: number): number {
  return 4 + slots * tableEntryBytes + tagBytes + packTrailerBytes;
}

export function writeTrailer(into: Buffer, offset: number, tableOffset: number, tableLength: number, slots: number): void {
  into.writeUInt32LE(tableOffset, offset);
  into.writeUInt32LE(tableLength, offset + 4);
  into.writeUInt32LE(slots, offset + 8);
  into.writeUInt32LE(0, offset + 12);
  into.write('HFPKEND1', offset + 16, 'latin1');
}

export function readTrailer(trailer: Buffer): { tableOffset: number; tableLength: number; slots: number } | undefined {
  if (trailer.length !== packTrailerBytes || trailer.toString('latin1', 16) !== 'HFPKEND1') return undefined;
  return { tableOffset: trailer.readUInt32LE(0), tableLength: trailer.readUInt32LE(4), slots: trailer.readUInt32LE(8) };
}
