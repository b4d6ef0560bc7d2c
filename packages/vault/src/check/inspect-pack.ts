import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { packHeaderBytes, packTrailerBytes, slotHeaderBytes } from '../format.ts';
import { giveBack } from '../give-back.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { decodeTable, type PackKind, readSlotHeader, readTrailer, type TableEntry, writePackHeader } from '../pack/layout.ts';
import { existingPackKey, isHeaderOf } from '../pack/pack-keys.ts';
import { openSlot, openTable } from '../pack/seal.ts';

/** A run of bytes of a pack that isn't what was written there. */
export interface PackProblem {
  readonly offset: number;
  readonly length: number;
  readonly slot?: number;
  readonly what: string;
}

export interface IntactSlot {
  readonly slot: number;
  readonly offset: number;
  /** header and body */
  readonly length: number;
  readonly id: Buffer;
  readonly plainLength: number;
}

export interface PackIdentity {
  readonly kind: PackKind;
  readonly id: string;
  /** hex; absent where nobody recorded it */
  readonly sha256?: string | undefined;
}

/**
 * Cipher key, id key and expected header of a pack; `undefined` when its header wraps a key that doesn't open, and with it nothing does.
 *
 * @param found the header as it is; of use only where keys can be wrapped
 */
export function packOpener(keys: VaultKeys, { kind, id }: PackIdentity, found: Buffer) {
  const key = existingPackKey(keys, kind, id, found);
  if (key === undefined) return undefined;
  const cipherKey = createSecretKey(key);
  const header = Buffer.alloc(packHeaderBytes);
  // Of a wrapped key that opens, every byte in front of it has been authenticated.
  if (isHeaderOf(found, keys, kind, id)) found.copy(header);
  else writePackHeader(header, keys.vaultId, id, kind);
  const idKey = kind === 'data' ? keys.chunkId : keys.nodeId;
  return {
    header,
    /** `undefined` when it isn't what was written */
    table(sealed: Buffer): TableEntry[] | undefined {
      // The header that must be there, not the one that is: a damaged header costs the header only.
      const plain = openTable(sealed, header, cipherKey);
      return plain === undefined || plain.length < 4 ? undefined : decodeTable(plain);
    },
    /** The plain length of a slot that opens and hashes to its id, `undefined` otherwise. */
    slot(bytes: Buffer, number: number, id: Buffer): number | undefined {
      const opened = openSlot(bytes, number, cipherKey);
      if (opened === undefined) return undefined;
      const intact = opened.id.equals(id) && createHmac('sha256', idKey).update(opened.plain).digest().equals(id);
      const { length } = opened.plain;
      giveBack(opened.plain);
      return intact ? length : undefined;
    },
  };
}

/** Opens and hashes every slot of a pack, and compares header, table and trailer with each other and with what was recorded. */
export function inspectPack(bytes: Buffer, identity: PackIdentity, keys: VaultKeys): { problems: PackProblem[]; slots: IntactSlot[] } {
  const opener = packOpener(keys, identity, bytes.subarray(0, packHeaderBytes));
  if (opener === undefined) return { problems: [{ offset: 0, length: bytes.length, what: 'its header, which holds the key to all of it' }], slots: [] };
  const problems: PackProblem[] = [];
  if (!bytes.subarray(0, packHeaderBytes).equals(opener.header)) problems.push({ offset: 0, length: packHeaderBytes, what: 'its header' });
  const trailerAt = Math.max(packHeaderBytes, bytes.length - packTrailerBytes);
  const trailer = readTrailer(bytes.subarray(trailerAt));
  const fits = trailer !== undefined && trailer.tableOffset + trailer.tableLength === trailerAt && trailer.tableOffset >= packHeaderBytes;
  const table = fits ? opener.table(bytes.subarray(trailer.tableOffset, trailerAt)) : undefined;
  if (fits && table === undefined) problems.push({ offset: trailer.tableOffset, length: trailer.tableLength, what: 'its slot table' });
  if (fits && table !== undefined && trailer.slots !== table.length) problems.push({ offset: trailerAt, length: packTrailerBytes, what: 'its trailer' });

  const end = fits ? trailer.tableOffset : bytes.length;
  const entries = table === undefined ? scanSlots(bytes, end, opener, problems) : table.map((entry, slot) => ({ ...entry, slot }));
  if (!fits) {
    // Of a pack that was cut, the last bytes may be a slot's: nobody is to lose it for the trailer's sake.
    const slotsEnd = entries.reduce((furthest, { offset, length }) => Math.max(furthest, offset + length), 0);
    problems.push({ offset: Math.max(trailerAt, slotsEnd), length: Math.min(packTrailerBytes, Math.max(0, bytes.length - slotsEnd)), what: 'its trailer' });
  }
  const slots: IntactSlot[] = [];
  for (const { slot, offset, length, id } of entries) {
    const plainLength = offset + length <= end ? opener.slot(bytes.subarray(offset, offset + length), slot, id) : undefined;
    if (plainLength === undefined) problems.push({ offset, length, slot, what: `slot ${slot}` });
    else slots.push({ slot, offset, length, id, plainLength });
  }
  if (problems.length === 0 && identity.sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== identity.sha256)
    problems.push({ offset: trailerAt, length: packTrailerBytes, what: 'bytes that nothing refers to' });
  return { problems, slots };
}

/**
 * Slots found by their headers, where the way to the table is lost. What lies between two that can be found counts as damaged,
 * unless it is the table behind the last.
 */
function scanSlots(bytes: Buffer, end: number, opener: NonNullable<ReturnType<typeof packOpener>>, problems: PackProblem[]): (TableEntry & { slot: number })[] {
  const entries: (TableEntry & { slot: number })[] = [];
  const headerAt = (offset: number, least: number) => {
    const header = readSlotHeader(bytes, offset);
    return header !== undefined && header.slot >= least && offset + slotHeaderBytes + header.bodyLength <= end ? header : undefined;
  };
  for (let offset = packHeaderBytes; offset < end; ) {
    const least = (entries.at(-1)?.slot ?? -1) + 1;
    let found = offset;
    while (found >= 0 && found < end && headerAt(found, least) === undefined) found = bytes.indexOf('SLOT', found + 1, 'latin1');
    const header = found >= 0 && found < end ? headerAt(found, least) : undefined;
    const until = header === undefined ? end : found;
    const tableIsHere = [until, until - packTrailerBytes].some((tableEnd) => tableEnd > offset && opener.table(bytes.subarray(offset, tableEnd)) !== undefined);
    if (until > offset && !tableIsHere) problems.push({ offset, length: until - offset, what: 'a run in which no slot begins' });
    if (header === undefined) break;
    const length = slotHeaderBytes + header.bodyLength;
    entries.push({ slot: header.slot, offset: found, length, id: header.id });
    offset = found + length;
  }
  return entries;
}
