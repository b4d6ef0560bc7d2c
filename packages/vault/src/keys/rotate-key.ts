import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultEnvironment, VaultKey } from '../vault.ts';
import { addKey } from './add-key.ts';
import type { PassphraseCost } from './key-slot.ts';
import { removeKey } from './remove-key.ts';
import { readLockedVault, unlock } from './stored-slots.ts';
import { testKey } from './test-key.ts';

export interface RotateKeyOptions {
  /** the slot to replace, 32 hex digits */
  readonly id: string;
  /** opens the vault now: the slot's own secret or any other */
  readonly opener: VaultKey;
  /** of the slot's kind; of AWS KMS the same key may be named again, which wraps a new data key */
  readonly secret: VaultKey;
  /** Told when the new slot is proven to open, before the old one goes: from here on both do, whatever fails. */
  readonly onAdded?: ((id: string) => void) | undefined;
  /** lower only in tests */
  readonly passphraseCost?: PassphraseCost | undefined;
}

/**
 * Puts a slot of the same kind in place of one: the new one is put and proven to open before the old one is removed on its strength.
 * After a crash both may be there; calling again with the same secret finishes. The master key stays what it was.
 *
 * @throws `KEY_SLOT_ABSENT`, `KEY_KIND`, `KEY_SAME`, and what `addKey` and `removeKey` throw
 */
export async function rotateKey(
  store: ObjectStore,
  { id, opener, secret, onAdded, passphraseCost }: RotateKeyOptions,
  environment: Pick<VaultEnvironment, 'clock' | 'random' | 'host'>,
): Promise<{ vaultId: string; id: string; removed: string }> {
  const locked = await readLockedVault(store);
  const old = locked.slots.find((slot) => slot.id === id);
  if (old === undefined) {
    // Gone: there is nothing to do but clear away what an earlier attempt left.
    await removeKey(store, { id, proofs: [secret] }, environment);
    const { vaultId, opens } = await testKey(store, secret);
    return { vaultId, id: opens[0]!.id, removed: id };
  }
  const kind = 'passphrase' in secret ? 'passphrase' : 'recoveryKey' in secret ? 'recovery' : 'aws-kms';
  if (old.kind !== kind)
    throw vaultErrors.create('KEY_KIND', `Slot ${id} is of the kind ${old.kind ?? 'unknown'}, the new key of the kind ${kind}.`, {
      did: 'Nothing was changed.',
    });
  const same = kind === 'aws-kms' ? undefined : await unlock(locked, [old], secret);
  same?.masterKey.fill(0);
  if (same !== undefined) throw vaultErrors.create('KEY_SAME', `The new key is the one that opens slot ${id} already.`, { did: 'Nothing was changed.' });
  const added = await addKey(store, { opener, secret, passphraseCost, besides: id }, environment);
  onAdded?.(added.id);
  await removeKey(store, { id, proofs: [secret] }, environment);
  return { vaultId: added.vaultId, id: added.id, removed: id };
}
