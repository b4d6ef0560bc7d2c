import { createHmac } from 'node:crypto';
import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { forwardsOf } from '../forward/forwards.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { NodeReference } from '../model.ts';
import { packKey } from '../pack/layout.ts';
import { openSlot, packCipherKey } from '../pack/seal.ts';

/** Fetching a gap of this size costs less than another request. */
const gapBytesMax = 64 * 1024;
const rangeBytesMax = 4 * 1024 * 1024;
const requestsAtOnce = 8;

/**
 * Nodes and small files of metadata packs, opened and hashed again; neighbours in a pack come with one request. Where a pack is gone,
 * forwards are followed. Results are in the order asked.
 */
export async function readNodes(store: ObjectStore, keys: VaultKeys, references: readonly NodeReference[], signal?: AbortSignal): Promise<Buffer[]> {
  const forwards = forwardsOf(store, keys);
  const places = references.map((reference) => forwards.placeNow(reference));
  // Other copies are found from a slot itself, not from a copy of it.
  const asked = new Map(places.map((place, index) => [place, references[index]!]));
  const plain = new Map<NodeReference, Buffer>();
  await mapBounded(coalesce(places), requestsAtOnce, async (range) => {
    const key = packKey('meta', range.pack);
    let bytes: Buffer;
    try {
      bytes = Buffer.from(await store.get(key, { range: { offset: range.offset, length: range.length }, signal }));
    } catch (cause) {
      const error = translate(cause, key);
      if (!vaultErrors.is(error, 'PACK_ABSENT')) throw error;
      await forwards.noteGone(range.pack);
      const slots = range.references.map((reference) => asked.get(reference)!);
      if (slots.some((slot) => forwards.placeNow(slot).pack === range.pack)) throw error;
      const read = await readNodes(store, keys, slots, signal);
      for (const [position, reference] of range.references.entries()) plain.set(reference, read[position]!);
      return;
    }
    const cipherKey = packCipherKey(keys.metadata, range.pack);
    for (const reference of range.references) {
      const at = reference.offset - range.offset;
      const opened = openSlot(bytes.subarray(at, at + reference.length), reference.slot, cipherKey);
      if (opened === undefined || nodeId(keys, opened.plain) !== reference.id) throw damagedSlot(key, reference.slot);
      plain.set(reference, opened.plain);
    }
  });
  return places.map((place) => plain.get(place)!);
}

export function nodeId(keys: VaultKeys, plain: Uint8Array): string {
  return createHmac('sha256', keys.nodeId).update(plain).digest('hex');
}

function damagedSlot(key: string, slot: number) {
  return vaultErrors.create('PACK_DAMAGED', `Slot ${slot} of ${key} isn’t what was written there.`, { subject: { object: key, slot } });
}

/** A pack that is proven to be gone, or is too short, is damage to the vault; anything else stays what it was. */
export function translate(cause: unknown, key: string): unknown {
  const code = (cause as { code?: string }).code;
  if (code === 'STORE_ABSENT') return vaultErrors.create('PACK_ABSENT', `${key} is not in the store.`, { cause, subject: { object: key } });
  if (code === 'STORE_RANGE') return vaultErrors.create('PACK_DAMAGED', `${key} is shorter than it was written.`, { cause, subject: { object: key } });
  return cause;
}

interface Range {
  readonly pack: string;
  readonly offset: number;
  length: number;
  readonly references: NodeReference[];
}

function coalesce(references: readonly NodeReference[]): Range[] {
  const sorted = [...references].sort((a, b) => (a.pack === b.pack ? a.offset - b.offset : a.pack < b.pack ? -1 : 1));
  const ranges: Range[] = [];
  for (const reference of sorted) {
    const last = ranges.at(-1);
    const end = reference.offset + reference.length;
    if (
      last !== undefined &&
      last.pack === reference.pack &&
      reference.offset - (last.offset + last.length) <= gapBytesMax &&
      end - last.offset <= rangeBytesMax
    ) {
      last.length = Math.max(last.length, end - last.offset);
      last.references.push(reference);
    } else ranges.push({ pack: reference.pack, offset: reference.offset, length: reference.length, references: [reference] });
  }
  return ranges;
}
