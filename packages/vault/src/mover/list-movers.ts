import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { openObject } from '../sealed-object.ts';
import { publicKeyOf, rawKeyBytes } from './raw-keys.ts';
import type { ListedMover, VaultSigning } from './signing.ts';

export const moverRecordKey = (id: string) => `movers/${id}`;
export const removalRecordKey = (id: string) => `movers/${id}.removed`;

const requestsAtOnce = 16;
const recordSchema = z.looseObject({
  name: z.string(),
  publicKey: z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length === rawKeyBytes),
  addedAt: z.string(),
});
const removalSchema = z.looseObject({ at: z.string(), objects: z.record(z.string(), z.string()) });

/** A record of a mover that can't be read, or isn't from somebody with the master key. What the mover signed counts as unlisted. */
export interface UnreadableMover {
  readonly key: string;
  readonly reason: string;
}

/** Reads who may sign in this vault, into the keys that it is opened with. */
export async function loadMovers(store: ObjectStore, keys: VaultKeys & { readonly signing: VaultSigning }): Promise<UnreadableMover[]> {
  const unreadable: UnreadableMover[] = [];
  const movers: ListedMover[] = [];
  const removals = new Map<string, ListedMover['removed']>();
  await mapBounded(store.list('movers/'), requestsAtOnce, async ({ key }) => {
    const match = /^movers\/([0-9a-f]{32})(\.removed)?$/.exec(key);
    if (match === null) return;
    const [, id = '', removal] = match;
    try {
      const bytes = await store.get(key);
      if (removal === undefined) movers.push(readRecord(keys, id, bytes));
      else removals.set(id, readRemoval(keys, id, bytes));
    } catch (error) {
      if (!vaultErrors.is(error, 'OBJECT_DAMAGED')) throw error;
      unreadable.push({ key, reason: error.message });
      // Who removed a mover meant it: a record that can't be read leaves it nothing.
      if (removal !== undefined) removals.set(id, { at: '', objects: new Map() });
    }
  });
  keys.signing.movers.clear();
  for (const mover of movers) keys.signing.movers.set(mover.id, { ...mover, removed: removals.get(mover.id) });
  return unreadable;
}

function readRecord(keys: VaultKeys, id: string, bytes: Uint8Array): ListedMover {
  const { name, publicKey, addedAt } = parsed(moverRecordKey(id), recordSchema, openObject(keys, { kind: 'HFMOVER1', key: moverRecordKey(id) }, bytes));
  return { id, name, publicKey: publicKeyOf('ed25519', publicKey), addedAt };
}

function readRemoval(keys: VaultKeys, id: string, bytes: Uint8Array): ListedMover['removed'] {
  const { at, objects } = parsed(removalRecordKey(id), removalSchema, openObject(keys, { kind: 'HFMOVEX1', key: removalRecordKey(id) }, bytes));
  return { at, objects: new Map(Object.entries(objects)) };
}

function parsed<T>(key: string, schema: z.ZodType<T>, content: Buffer): T {
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch (cause) {
    throw vaultErrors.create('OBJECT_DAMAGED', `Object ${key} doesn’t hold what such an object holds.`, { cause, subject: { object: key } });
  }
}
