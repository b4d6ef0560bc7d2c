import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultEnvironment } from '../vault.ts';
import { addKey } from './add-key.ts';
import type { PassphraseCost } from './key-slot.ts';
import { removeKey } from './remove-key.ts';
import { testKey } from './test-key.ts';

export interface ChangePassphraseOptions {
  readonly from: string;
  readonly to: string;
  /** lower only in tests */
  readonly passphraseCost?: PassphraseCost | undefined;
}

/**
 * Puts a slot for the new passphrase, verifies that it opens, and only then removes what the old one opens.
 * After a crash both may open the vault; calling again with the same two finishes.
 *
 * @throws `KEY_SAME`, and what `addKey` and `removeKey` throw
 */
export async function changePassphrase(
  store: ObjectStore,
  { from, to, passphraseCost }: ChangePassphraseOptions,
  environment: Pick<VaultEnvironment, 'clock' | 'random' | 'host'>,
): Promise<{ vaultId: string; id: string; removed: string[] }> {
  if (from.normalize('NFC') === to.normalize('NFC'))
    throw vaultErrors.create('KEY_SAME', 'The new passphrase is the old one.', { did: 'Nothing was changed.' });
  const old = await testKey(store, { passphrase: from });
  const { vaultId, id } = await addKey(store, { opener: { passphrase: from }, secret: { passphrase: to }, passphraseCost }, environment);
  const removed: string[] = [];
  for (const slot of old.opens) {
    await removeKey(store, { id: slot.id, proofs: [{ passphrase: to }] }, environment);
    removed.push(slot.id);
  }
  return { vaultId, id, removed };
}
