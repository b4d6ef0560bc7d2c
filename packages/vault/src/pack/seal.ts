import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { packHeaderBytes, packTrailerBytes, slotHeaderBytes, tagBytes } from '../format.ts';
import { giveBack } from '../give-back.ts';
import { hkdf } from '../keys/derive.ts';
import { encodeTable, readSlotHeader, type SlotHeader, walkSlots, writeSlotHeader, writeTrailer } from './layout.ts';

/** @param key data key or metadata key, by the pack's kind */
export function derivedPackKey(key: Uint8Array, packId: string): Buffer {
  return hkdf(key, Buffer.from(packId, 'hex'), 'holdfast/1/pack');
}

/** As `derivedPackKey`. A key object and not its bytes: making one costs more than sealing a small slot does. */
export function packCipherKey(key: Uint8Array, packId: string): KeyObject {
  return createSecretKey(derivedPackKey(key, packId));
}

const tableNonce = Buffer.from('ffffffff0000000000000000', 'hex');

function slotNonce(slot: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(slot, 0);
  return nonce;
}

/** Bytes a payload takes in a pack. */
export function slotLength(payloadBytes: number): number {
  return slotHeaderBytes + payloadBytes + tagBytes;
}

/** Seals a payload in place: header, ciphertext and tag at `offset` of the pack buffer. */
export function writeSlot(pack: Buffer, offset: number, cipherKey: KeyObject, header: SlotHeader, id: Uint8Array, payload: Uint8Array): void {
  writeSlotHeader(pack, offset, header, id);
  const cipher = createCipheriv('aes-256-gcm', cipherKey, slotNonce(header.slot));
  cipher.setAAD(pack.subarray(offset, offset + slotHeaderBytes));
  const body = offset + slotHeaderBytes;
  const ciphertext = cipher.update(payload);
  pack.set(ciphertext, body);
  giveBack(ciphertext);
  cipher.final();
  pack.set(cipher.getAuthTag(), body + payload.length);
}

/** Writes the sealed table and the trailer behind the slots, which end at `end`; returns the pack's size. */
export function closePack(pack: Buffer, end: number, cipherKey: KeyObject): { size: number; slots: number } {
  const entries = walkSlots(pack, end);
  const table = encodeTable(entries);
  const cipher = createCipheriv('aes-256-gcm', cipherKey, tableNonce);
  cipher.setAAD(pack.subarray(0, packHeaderBytes));
  pack.set(cipher.update(table), end);
  cipher.final();
  pack.set(cipher.getAuthTag(), end + table.length);
  const trailer = end + table.length + tagBytes;
  writeTrailer(pack, trailer, end, table.length + tagBytes, entries.length);
  return { size: trailer + packTrailerBytes, slots: entries.length };
}

/** Opens the sealed table; `undefined` when it was altered. */
export function openTable(sealed: Buffer, packHeader: Buffer, cipherKey: KeyObject): Buffer | undefined {
  return open(sealed, cipherKey, tableNonce, packHeader);
}

function open(sealed: Buffer, cipherKey: KeyObject, nonce: Buffer, associated: Buffer): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', cipherKey, nonce);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
    decipher.final();
    return plain;
  } catch {
    return undefined; // the tag doesn't fit; the caller names what is damaged
  }
}

/**
 * Opens one slot: header, authentication, decompression. The id is for the caller to recompute.
 * `undefined` when it isn't exactly the slot that was written there.
 *
 * @param slot header and body, as addressed
 */
export function openSlot(slot: Buffer, number: number, cipherKey: KeyObject): { plain: Buffer; id: Buffer } | undefined {
  const opened = openForMoving(slot, number, cipherKey);
  if (opened === undefined) return undefined;
  if (opened.header.compressed) giveBack(opened.payload);
  return { plain: opened.plain, id: opened.header.id };
}

/** As `openSlot`, and what was sealed: a slot that moves to another pack isn't compressed again. */
export function openForMoving(slot: Buffer, number: number, cipherKey: KeyObject) {
  const header = readSlotHeader(slot, 0);
  if (header === undefined || header.slot !== number || slotHeaderBytes + header.bodyLength !== slot.length) return undefined;
  const payload = open(slot.subarray(slotHeaderBytes), cipherKey, slotNonce(number), slot.subarray(0, slotHeaderBytes));
  if (payload === undefined) return undefined;
  const plain = header.compressed ? decompress(payload, header.plainLength) : payload;
  if (plain?.length === header.plainLength) return { plain, payload, header };
  giveBack(payload);
  return undefined;
}

const levels = { fast: -3, balanced: 1, dense: 3 } as const;
export type Level = keyof typeof levels;

/** One zstd frame, or `undefined` where it saves less than a twentieth. */
export function compress(plain: Uint8Array, level: Level): Buffer | undefined {
  const frame = zstdCompressSync(plain, {
    params: { [constants.ZSTD_c_compressionLevel]: levels[level] },
    // Told the size, zstd sizes its tables to the chunk: measured 5 to 15 % less CPU at 256 KiB.
    pledgedSrcSize: plain.length,
    chunkSize: Math.max(1024, plain.length + (plain.length >> 7) + 512),
  });
  if (frame.length * 20 <= plain.length * 19) return frame;
  giveBack(frame);
  return undefined;
}

function decompress(frame: Uint8Array, plainLength: number): Buffer | undefined {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: plainLength, chunkSize: Math.max(64, plainLength) });
  } catch {
    return undefined; // authenticated but no frame of this length: the caller names what is damaged
  }
}
