import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import { type SealedName, sealObject } from '../sealed-object.ts';
import type { VaultEnvironment } from '../vault.ts';

const prefix = 'damaged/';
const nameOf = (pack: string): SealedName => ({ kind: 'HFDAMAG1', key: `${prefix}${pack}` });

export interface NoteContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly environment: VaultEnvironment;
}

/** Packs that somebody found damaged or absent: sessions neither refer to them nor grow from what does (docs/vault-format.md §8.2). */
export async function damagedPacks(store: ObjectStore): Promise<Set<string>> {
  const packs = new Set<string>();
  for await (const { key } of store.list(prefix)) packs.add(key.slice(prefix.length));
  return packs;
}

/** Notes that a pack isn't what was written. Somebody else's note stays as it is. */
export async function noteDamagedPack({ store, keys, environment }: NoteContext, pack: string, reason: string): Promise<void> {
  const name = nameOf(pack);
  const record = { by: environment.host, at: new Date(environment.clock.now()).toISOString(), reason };
  try {
    await store.put(name.key, sealObject(keys, name, Buffer.from(JSON.stringify(record)), environment.random), { ifAbsent: true });
  } catch (error) {
    if ((error as { code?: string }).code !== 'STORE_EXISTS') throw error;
  }
}

/** Takes notes back, of packs that have been read and are what was written, or that are gone and that nobody needs. A note that stays does no harm. */
export async function liftNotes(store: ObjectStore, packs: readonly string[]): Promise<void> {
  await store.delete(packs.map((pack) => nameOf(pack).key));
}
