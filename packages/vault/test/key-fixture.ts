import type { ObjectStore } from '@holdfast/store';
import { type MemoryStore, memoryStore } from '@holdfast/store/testing';
import { addKey, createVault, listKeys, openVault, type VaultKey } from '../src/index.ts';
import { environment, passphrase, passphraseCost } from './vault-fixture.ts';

/** A vault without content: a passphrase, a recovery key, and the ids of their slots. */
export async function keyVault(store: MemoryStore = memoryStore()) {
  const { recoveryKey, vaultId } = await createVault(store, { passphrase, passphraseCost }, environment);
  const slots = await slotIds(store);
  return { store, recoveryKey, vaultId, passphraseId: slots.passphrase![0]!, recoveryId: slots.recovery![0]! };
}

export async function slotIds(store: ObjectStore): Promise<Partial<Record<string, string[]>>> {
  const { slots } = await listKeys(store);
  return Object.fromEntries([...Map.groupBy(slots, ({ kind }) => kind ?? 'none')].map(([kind, entries]) => [kind, entries.map(({ id }) => id)]));
}

/** Whether a secret opens the vault; anything but a plain no is thrown. */
export async function opens(store: ObjectStore, key: VaultKey): Promise<boolean> {
  try {
    await (await openVault(store, key, environment)).close();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'VAULT_KEY_WRONG') return false;
    throw error;
  }
}

export const addCheaply = (store: ObjectStore, opener: VaultKey, secret: VaultKey) => addKey(store, { opener, secret, passphraseCost }, environment);

export function copyOf(store: MemoryStore): MemoryStore {
  const copy = memoryStore();
  for (const [key, object] of store.objects) copy.objects.set(key, object);
  return copy;
}

export const notesIn = (store: MemoryStore) => [...store.objects.keys()].filter((key) => key.startsWith('key-removals/'));
