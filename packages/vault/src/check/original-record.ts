import { createHash } from 'node:crypto';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { forwardsPrefix } from '../forward/forward-record.ts';
import type { VaultInside } from '../inside.ts';
import { readSlot } from '../keys/stored-slots.ts';
import { openManifest, parsePointId } from '../point/manifest.ts';
import { magicOf, openObject } from '../sealed-object.ts';
import { sealedNameOf } from './sealed-names.ts';

/** The original of a record that is damaged or absent, from the second copy, proven by its seal or hash; a sentence where it can't be had. */
export async function originalRecord(inside: VaultInside, key: string, copy: ObjectStore | undefined): Promise<Uint8Array | string> {
  if (copy === undefined) return key.startsWith('index/') ? '`holdfast vault repair --index` makes its entries again' : 'no second copy was given';
  let bytes: Uint8Array;
  try {
    bytes = await copy.get(key);
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ABSENT') return 'the copy doesn’t have it';
    throw error;
  }
  return (await isOriginal(inside, key, bytes, copy)) ? bytes : 'it is damaged in the copy, too, or of another vault';
}

async function isOriginal(inside: VaultInside, key: string, bytes: Uint8Array, copy: ObjectStore): Promise<boolean> {
  const { keys, descriptionHash } = inside;
  if (key === 'vault.json') return createHash('sha256').update(bytes).digest().equals(descriptionHash);
  // Of a slot whose secret isn't at hand, only its form can be judged; one that opens nothing takes nothing from one that opens nothing.
  if (key.startsWith('keys/')) return (await readSlot(copy, key, keys.vaultId))?.state === 'usable';
  try {
    const point = key.startsWith('points/') ? parsePointId(key) : undefined;
    if (point !== undefined && magicOf(bytes) === 'HFPOINT1') openManifest(keys, point.vmId, point.sessionId, bytes);
    else {
      const name = sealedNameOf(key);
      if (name === undefined) return false;
      openObject(keys, name, bytes);
    }
    return true;
  } catch (error) {
    if (vaultErrors.is(error, 'OBJECT_DAMAGED') || vaultErrors.is(error, 'POINT_UNREADABLE')) return false;
    throw error;
  }
}

/** Forwarding records that the copy has and this vault hasn't: none is ever deleted, so that they were lost. */
export async function* lostForwards(inside: VaultInside, copy: ObjectStore): AsyncGenerator<{ readonly key: string; readonly bytes: Uint8Array }> {
  const there = new Set<string>();
  for await (const { key } of inside.store.list(forwardsPrefix)) there.add(key);
  for await (const { key } of copy.list(forwardsPrefix)) {
    if (there.has(key)) continue;
    const bytes = await originalRecord(inside, key, copy);
    if (typeof bytes !== 'string') yield { key, bytes };
  }
}
