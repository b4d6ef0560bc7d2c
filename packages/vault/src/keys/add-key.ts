import type { Random } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { putOnce } from '../session/put-once.ts';
import type { VaultEnvironment, VaultKey } from '../vault.ts';
import { type PassphraseCost, wrapMasterKey } from './key-slot.ts';
import { formatRecoveryKey } from './recovery-key.ts';
import { readRemovalNotes } from './removal-notes.ts';
import { type LockedVault, readLockedVault, readSlot, slotKey, unlock, unlockAny } from './stored-slots.ts';

export interface AddKeyOptions {
  /** opens the vault now */
  readonly opener: VaultKey;
  /** is to open it as well */
  readonly secret: VaultKey;
  /** A slot that is about to go: that the secret opens this one doesn't count. */
  readonly besides?: string | undefined;
  /** lower only in tests */
  readonly passphraseCost?: PassphraseCost | undefined;
}

export interface AddedKey {
  readonly vaultId: string;
  readonly id: string;
  /** The secret opened a slot already, as after an interrupted attempt; nothing was written. */
  readonly existed: boolean;
}

/** A new recovery key as text. It opens nothing until `addKey` has returned. */
export const newRecoveryKey = (random: Random): string => formatRecoveryKey(random.bytes(32));

/**
 * Makes one more secret open the vault: one object is put, read back and opened. Nothing else is read or rewritten.
 * After a crash the slot is there whole or not at all, and every other slot as before.
 *
 * @throws `VAULT_KEY_WRONG` for the opener, `KEY_SLOT_UNVERIFIED` when the new slot doesn't open as stored
 */
export async function addKey(
  store: ObjectStore,
  { opener, secret, besides, passphraseCost }: AddKeyOptions,
  environment: Pick<VaultEnvironment, 'clock' | 'random'>,
): Promise<AddedKey> {
  const locked = await readLockedVault(store);
  const vaultId = locked.description.id;
  const { masterKey } = await unlockAny(locked, opener);
  try {
    const notes = await readRemovalNotes(store);
    const staying = locked.slots.filter(({ id, state }) => state === 'usable' && id !== besides && !notes.has(id));
    const already = await unlock(locked, staying, secret);
    already?.masterKey.fill(0);
    if (already !== undefined) return { vaultId, id: already.opened.id, existed: true };
    const createdAt = new Date(environment.clock.now()).toISOString();
    const slot = await wrapMasterKey(masterKey, secret, {
      vaultId,
      descriptionHash: locked.descriptionHash,
      createdAt,
      random: environment.random,
      cost: passphraseCost,
    });
    await putOnce(store, slotKey(slot.id), slot.bytes);
    await verifySlot(store, locked, { id: slot.id, secret, masterKey });
    return { vaultId, id: slot.id, existed: false };
  } finally {
    masterKey.fill(0);
  }
}

async function verifySlot(
  store: ObjectStore,
  locked: LockedVault,
  { id, secret, masterKey }: { readonly id: string; readonly secret: VaultKey; readonly masterKey: Buffer },
): Promise<void> {
  const key = slotKey(id);
  const stored = await readSlot(store, key, locked.description.id);
  const found = stored?.state === 'usable' ? await unlock(locked, [stored], secret) : undefined;
  const opens = found?.masterKey.equals(masterKey) === true;
  found?.masterKey.fill(0);
  if (opens) return;
  throw vaultErrors.create('KEY_SLOT_UNVERIFIED', `The new key slot ${id} doesn’t open as the store holds it.`, {
    did: 'It was left where it is; the keys that opened the vault before were not touched.',
    subject: { object: key },
  });
}
