import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultEnvironment, VaultKey } from '../vault.ts';
import { newRemovalNoteKey, putRemovalNote, readRemovalNotes } from './removal-notes.ts';
import { type LockedVault, readLockedVault, type StoredSlot, slotKey, unlock, unlockAny } from './stored-slots.ts';

export interface RemoveKeyOptions {
  /** 32 hex digits */
  readonly id: string;
  /** secrets in hand; one of them must open another slot, which is the proof that the vault stays open */
  readonly proofs: readonly VaultKey[];
  /** removes the last recovery slot, too; never the last slot of all */
  readonly force?: boolean;
}

export interface RemovedKey {
  readonly vaultId: string;
  readonly id: string;
  /** the slot that was proven to open the vault; absent when only the rest of a removal was cleared away */
  readonly proof?: string;
}

/**
 * Takes a key slot away. Order: prove that a secret in hand opens another slot; put a note that this slot goes; look again
 * whether the proof is there and not about to go itself; delete the slot; see that it is gone; clear the note. A crash before
 * the deletion leaves the slot, and calling again finishes; two removals at once never leave the vault without a proven key.
 *
 * @throws `KEY_SLOT_ABSENT`, `KEY_LAST`, `KEY_PROOF_MISSING`, `KEY_LAST_RECOVERY`, `KEY_CONFLICT`, `KEY_NOT_REMOVED`, `VAULT_KEY_WRONG`
 */
export async function removeKey(
  store: ObjectStore,
  { id, proofs, force = false }: RemoveKeyOptions,
  environment: Pick<VaultEnvironment, 'clock' | 'random' | 'host'>,
): Promise<RemovedKey> {
  const locked = await readLockedVault(store);
  const vaultId = locked.description.id;
  const notes = await readRemovalNotes(store);
  const target = locked.slots.find((slot) => slot.id === id);
  if (target === undefined) {
    if (!notes.has(id)) throw vaultErrors.create('KEY_SLOT_ABSENT', `This vault has no key slot ${id}.`);
    await clearNotes(store, id);
    return { vaultId, id };
  }
  const proof = await findProof(locked, staying(locked, id, notes), proofs);
  if (!force) checkRecovery(locked, target, notes);

  const note = newRemovalNoteKey(id, environment.random);
  try {
    await putRemovalNote(store, note, { by: environment.host, at: new Date(environment.clock.now()).toISOString() });
    await lookAgain(store, target, proof, force);
  } catch (error) {
    // Nothing was deleted yet, so that our own note may be taken back. If that fails as well, the note only stays.
    await store.delete([note]).catch(() => {});
    throw error;
  }
  await deleteSlot(store, id);
  await clearNotes(store, id);
  return { vaultId, id, proof: proof.id };
}

/** Slots that will be there when `id` is gone: whole, under their own names, and nobody is taking them away. */
function staying({ slots }: LockedVault, id: string, notes: ReadonlyMap<string, unknown>): StoredSlot[] {
  return slots.filter((slot) => slot.id !== id && slot.state === 'usable' && !notes.has(slot.id));
}

async function findProof(locked: LockedVault, others: readonly StoredSlot[], proofs: readonly VaultKey[]): Promise<StoredSlot> {
  for (const secret of proofs) {
    const found = await unlock(locked, others, secret);
    found?.masterKey.fill(0);
    if (found !== undefined) return found.opened;
  }
  if (others.length === 0) throw vaultErrors.create('KEY_LAST', 'This is the last key slot that opens the vault.', { did: 'Nothing was removed.' });
  for (const secret of proofs) (await unlockAny(locked, secret)).masterKey.fill(0);
  throw vaultErrors.create('KEY_PROOF_MISSING', 'The key given opens only the slot that is to be removed, or one that is being removed itself.', {
    did: 'Nothing was removed.',
  });
}

function checkRecovery(locked: LockedVault, target: StoredSlot, notes: ReadonlyMap<string, unknown>): void {
  if (target.state !== 'usable' || target.kind !== 'recovery') return;
  if (staying(locked, target.id, notes).some(({ kind }) => kind === 'recovery')) return;
  throw vaultErrors.create('KEY_LAST_RECOVERY', `${target.id} is the last recovery key of this vault.`, { did: 'Nothing was removed.' });
}

/** What was true before the note must still be true after it: whoever else removes now sees our note, or we see theirs. */
async function lookAgain(store: ObjectStore, target: StoredSlot, proof: StoredSlot, force: boolean): Promise<void> {
  const locked = await readLockedVault(store);
  const notes = await readRemovalNotes(store);
  const still = staying(locked, target.id, notes).find(({ id }) => id === proof.id);
  if (still === undefined || Buffer.compare(still.bytes, proof.bytes) !== 0)
    throw vaultErrors.create('KEY_CONFLICT', `Somebody else is removing ${proof.id}, the key that was to stay.`, { did: 'Nothing was removed.' });
  if (!force) checkRecovery(locked, target, notes);
}

async function deleteSlot(store: ObjectStore, id: string): Promise<void> {
  const key = slotKey(id);
  const { failed } = await store.delete([key]);
  const there = failed.length > 0 || (await store.head(key)) !== undefined;
  if (!there) return;
  const { reason = 'the store says that it was deleted, and still has it', lockedUntil } = failed[0] ?? {};
  const why = lockedUntil === undefined ? reason : `it is locked until ${new Date(lockedUntil).toISOString()}`;
  throw vaultErrors.create('KEY_NOT_REMOVED', `The key slot ${id} could not be deleted: ${why}.`, {
    did: 'It is noted as being removed: it still opens the vault, and no other key is removed on its strength.',
    ...(lockedUntil !== undefined && { advice: 'Remove it again after that date; backups don’t lock it any longer meanwhile.' }),
    subject: { object: key },
  });
}

/** Only once the slot is proven gone. Notes of other attempts at it have no purpose any more, either. */
async function clearNotes(store: ObjectStore, id: string): Promise<void> {
  const notes = (await readRemovalNotes(store)).get(id) ?? [];
  if (notes.length > 0) await store.delete(notes);
}
