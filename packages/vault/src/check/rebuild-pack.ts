import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { packHeaderBytes, slotHeaderBytes, tagBytes } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { type PackKind, readSlotHeader, writePackHeader } from '../pack/layout.ts';
import { existingPackKey, isHeaderOf } from '../pack/pack-keys.ts';
import { closePack, compress, type Level, slotLength, writeSlot } from '../pack/seal.ts';

/** One slot of a pack that is to be made again. */
export interface SlotPlan {
  readonly offset: number;
  /** header and body */
  readonly length: number;
  readonly id: Buffer;
  /** where the pack still holds it, header and body */
  readonly intact?: Buffer | undefined;
  /** otherwise its plain bytes, from elsewhere */
  readonly plain?: Buffer | undefined;
}

const levels: readonly Level[] = ['balanced', 'fast', 'dense'];

/**
 * Makes a pack again, bit for bit: the key and nonce of a slot follow from its place, so that the same plain bytes, compressed the same
 * way, are the same sealed bytes. Whether they were is proven by the SHA-256 of the whole. Anything else must never be stored: another
 * compression of the same bytes would be sealed under a nonce that was used before.
 *
 * @param damaged what is there of the pack, where something is
 * @returns `undefined` when it doesn't come out as it was written
 */
export function rebuildPack(
  keys: VaultKeys,
  pack: { readonly kind: PackKind; readonly id: string; readonly size: number; readonly sha256: string },
  slots: readonly SlotPlan[],
  damaged?: Buffer,
): Buffer | undefined {
  const last = slots.at(-1);
  if (last === undefined || last.offset + last.length > pack.size) return undefined;
  const header = Buffer.alloc(packHeaderBytes);
  writePackHeader(header, keys.vaultId, pack.id, pack.kind);
  if (damaged !== undefined && isHeaderOf(damaged.subarray(0, packHeaderBytes), keys, pack.kind, pack.id)) damaged.copy(header, 0, 0, packHeaderBytes);
  const key = existingPackKey(keys, pack.kind, pack.id, header);
  if (key === undefined) return undefined;
  const cipherKey = createSecretKey(key);
  const bytes = Buffer.alloc(pack.size);
  header.copy(bytes);
  let end = packHeaderBytes;
  for (const [number, slot] of slots.entries()) {
    if (slot.offset !== end) return undefined;
    const sealed = slot.intact ?? sealAgain(number, slot, cipherKey, damaged);
    if (sealed === undefined) return undefined;
    sealed.copy(bytes, end);
    end += slot.length;
  }
  try {
    if (closePack(bytes, end, cipherKey).size !== pack.size) return undefined;
  } catch {
    return undefined; // the table doesn't fit behind the slots: this isn't the pack's layout
  }
  return createHash('sha256').update(bytes).digest('hex') === pack.sha256 ? bytes : undefined;
}

/**
 * For when not all can be had: the damaged pack with those slots as they were whose plain bytes are given. A slot counts only when the tag
 * that is left of it is the tag of what was sealed again; nothing else would prove that the rest of it is the same.
 */
export function mendSlots(
  keys: VaultKeys,
  pack: { readonly kind: PackKind; readonly id: string },
  slots: readonly SlotPlan[],
  damaged: Buffer,
): { readonly bytes: Buffer; readonly mended: number } | undefined {
  const key = existingPackKey(keys, pack.kind, pack.id, damaged.subarray(0, packHeaderBytes));
  if (key === undefined) return undefined;
  const cipherKey = createSecretKey(key);
  const bytes = Buffer.from(damaged);
  let mended = 0;
  for (const [number, slot] of slots.entries()) {
    const end = slot.offset + slot.length;
    if (slot.intact !== undefined || end > damaged.length) continue;
    const sealed = sealAgain(number, slot, cipherKey, damaged);
    if (sealed?.subarray(-tagBytes).equals(damaged.subarray(end - tagBytes, end)) !== true) continue;
    sealed.copy(bytes, slot.offset);
    mended++;
  }
  return mended === 0 ? undefined : { bytes, mended };
}

/** The slot sealed from its plain bytes: of the ways to compress that give the right length, the one that agrees most with what is left of it. */
function sealAgain(number: number, { offset, length, id, plain }: SlotPlan, cipherKey: KeyObject, damaged: Buffer | undefined): Buffer | undefined {
  if (plain === undefined) return undefined;
  const left = damaged?.subarray(offset, offset + length);
  let best: { sealed: Buffer; differing: number } | undefined;
  for (const payload of payloadsOf(plain)) {
    if (slotLength(payload.length) !== length) continue;
    const sealed = Buffer.alloc(length);
    const header = { slot: number, compressed: payload !== plain, plainLength: plain.length, bodyLength: payload.length + tagBytes };
    writeSlot(sealed, 0, cipherKey, header, id, payload);
    const differing = left === undefined ? 0 : sealed.reduce((sum, byte, at) => sum + (byte === left[at] ? 0 : 1), 0);
    if (best === undefined || differing < best.differing) best = { sealed, differing };
  }
  return best?.sealed;
}

function* payloadsOf(plain: Buffer): Generator<Buffer> {
  yield plain;
  for (const level of levels) {
    const frame = compress(plain, level);
    if (frame !== undefined) yield frame;
  }
}

/** Whether plain bytes are what an id stands for. */
export function isContent(keys: VaultKeys, kind: PackKind, id: Buffer, plain: Buffer): boolean {
  return createHmac('sha256', kind === 'data' ? keys.chunkId : keys.nodeId)
    .update(plain)
    .digest()
    .equals(id);
}

/** Slots by their headers, up to the first that doesn't follow. */
export function slotsByHeader(pack: Buffer, end: number): { offset: number; length: number; id: Buffer }[] {
  const slots: { offset: number; length: number; id: Buffer }[] = [];
  for (let offset = packHeaderBytes; offset < end; ) {
    const header = readSlotHeader(pack, offset);
    if (header === undefined || header.slot !== slots.length || offset + slotHeaderBytes + header.bodyLength > end) break;
    const length = slotHeaderBytes + header.bodyLength;
    slots.push({ offset, length, id: header.id });
    offset += length;
  }
  return slots;
}
