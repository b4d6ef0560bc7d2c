import type { ObjectStore } from '@holdfast/store';
import type { KeySlotEntry, VaultKey } from '../vault.ts';
import { entryOf } from './list-keys.ts';
import { readRemovalNotes } from './removal-notes.ts';
import { noneOpens, readLockedVault, unlock } from './stored-slots.ts';

/**
 * Tries a secret on every slot and reads nothing else.
 *
 * @returns the slots that it opens, at least one
 * @throws `VAULT_KEY_WRONG`, `KEY_SLOT_REFUSED`, `VAULT_ALTERED`, `RECOVERY_KEY_MALFORMED`, `OBJECT_DAMAGED` when a damaged slot might have opened
 */
export async function testKey(store: ObjectStore, secret: VaultKey): Promise<{ vaultId: string; opens: KeySlotEntry[] }> {
  const locked = await readLockedVault(store);
  const notes = await readRemovalNotes(store);
  const opens: KeySlotEntry[] = [];
  for (const slot of locked.slots) {
    const found = await unlock(locked, [slot], secret);
    found?.masterKey.fill(0);
    if (found !== undefined) opens.push(entryOf(slot, notes.has(slot.id)));
  }
  if (opens.length === 0) throw noneOpens(locked, secret);
  return { vaultId: locked.description.id, opens };
}
