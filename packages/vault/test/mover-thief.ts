import { createSecretKey } from 'node:crypto';
import type { ObjectStore } from '@holdfast/store';
import { hkdf } from '../src/keys/derive.ts';
import { publicKeyOf, secretKeyOf } from '../src/mover/raw-keys.ts';
import { unwrapPackKey, wrapOf } from '../src/mover/wrapped-key.ts';
import { readTrailer, walkSlots } from '../src/pack/layout.ts';
import { derivedPackKey, openSlot } from '../src/pack/seal.ts';

/** Every purpose that the format derives a key for. */
const purposes = [
  'chunk-id',
  'node-id',
  'data',
  'metadata',
  'point',
  'name',
  'chunker',
  'pack-open',
  'pack-open/1',
  'sign',
  'pack',
  'pack-wrap',
  'mover',
  'recovery',
];

export interface Loot {
  /** data packs whose keys are derived, and those whose keys are wrapped */
  readonly packs: { derived: number; wrapped: number };
  readonly slots: number;
  readonly opened: number;
  readonly keysTried: number;
}

/** Somebody who has these secrets and may read the whole store: tries each, and all that can be derived from them in two steps, on every slot. */
export async function loot(store: ObjectStore, vaultId: string, secrets: readonly Uint8Array[]): Promise<Loot> {
  const salt = Buffer.from(vaultId, 'hex');
  const derive = (keys: readonly Uint8Array[]) => keys.flatMap((key) => purposes.map((purpose) => hkdf(key, salt, `holdfast/1/${purpose}`)));
  const once = derive(secrets);
  const keys = [...secrets, ...once, ...derive(once), Buffer.alloc(32)];
  const result = { packs: { derived: 0, wrapped: 0 }, slots: 0, opened: 0, keysTried: keys.length };
  for await (const { key } of store.list('data/')) {
    const pack = Buffer.from(await store.get(key));
    const packId = key.slice(-32);
    const header = pack.subarray(0, 128);
    const wrap = wrapOf(header);
    if (wrap === 'unknown') throw new Error(`${key} is sealed in a way that this thief doesn’t know`);
    result.packs[wrap]++;
    const slots = walkSlots(pack, readTrailer(pack.subarray(-24))!.tableOffset);
    result.slots += slots.length;
    const left = new Map(slots.entries());
    for (const candidate of keys) {
      const unwrapped = wrap === 'wrapped' ? unwrapPackKey(header, secretKeyOf('x25519', candidate)) : undefined;
      for (const cipherKey of [candidate, derivedPackKey(candidate, packId), ...(unwrapped === undefined ? [] : [unwrapped])]) {
        const object = createSecretKey(cipherKey);
        for (const [number, { offset, length }] of left) {
          if (openSlot(pack.subarray(offset, offset + length), number, object) === undefined) continue;
          result.opened++;
          left.delete(number);
        }
      }
    }
  }
  return result;
}

/** The 32 raw bytes of everything that a mover's key file holds, sealed or not. */
export function secretsOf(keyFile: string): Buffer[] {
  const { keys } = JSON.parse(keyFile) as { keys: Record<string, string | number> };
  const secrets = Object.values(keys).map((value) => {
    if (typeof value === 'string') return Buffer.from(value, 'base64');
    const seed = Buffer.alloc(32);
    seed.writeUInt32LE(value, 0);
    return seed;
  });
  for (const secret of secrets) publicKeyOf('x25519', secret); // 32 bytes each
  return secrets;
}
