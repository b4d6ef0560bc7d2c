import type { ObjectStore } from '@holdfast/store';
import type { KeySlotEntry } from '../vault.ts';
import { readRemovalNotes } from './removal-notes.ts';
import { readLockedVault, type StoredSlot } from './stored-slots.ts';

/**
 * The key slots of a vault, as anybody who can read its store sees them. Takes no key, and so can't tell what they open.
 *
 * @throws `VAULT_ABSENT`, `VAULT_NOT_UNDERSTOOD`
 */
export async function listKeys(store: ObjectStore): Promise<{ vaultId: string; slots: KeySlotEntry[] }> {
  const { description, slots } = await readLockedVault(store);
  const notes = await readRemovalNotes(store);
  return { vaultId: description.id, slots: slots.map((slot) => entryOf(slot, notes.has(slot.id))) };
}

export function entryOf({ id, state, kind, createdAt, reason, slot }: StoredSlot, removing: boolean): KeySlotEntry {
  return {
    id,
    state,
    ...(kind !== undefined && { kind }),
    ...(slot?.kdf.name === 'aws-kms' && { kmsKey: slot.kdf.key }),
    ...(createdAt !== undefined && { createdAt }),
    ...(reason !== undefined && { reason }),
    removing,
  };
}
