import { listKeys, removeKey, type VaultKey } from '@holdfast/vault';
import type { VaultFlags } from '../flags.ts';
import { findSecret } from '../secrets.ts';
import { keyServiceOf, vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { wholeId } from './slot-id.ts';
import { withStore } from './with-store.ts';

export interface RemoveFlags extends VaultFlags {
  readonly proofPassphraseFile?: string;
  readonly proofRecoveryKeyFile?: string;
  readonly proofKmsKey?: string;
  readonly force?: boolean;
}

export async function removeVerb(context: VerbContext<RemoveFlags>): Promise<VerbOutcome> {
  const { options, positional, surroundings, output } = context;
  return await withStore(context, async (store) => {
    const id = wholeId(positional[0]!, (await listKeys(store)).slots);
    const proofs = [await vaultKey(context), ...(await furtherProofs(context))];
    const removed = await removeKey(store, { id, proofs, force: options.force === true }, surroundings);
    output.line(removed.proof === undefined ? `Key slot ${id} was gone already.` : `Key slot ${id} removed; ${removed.proof} was proven to open the vault.`);
    output.line('Whoever copied the slot before and knows its secret can still read the vault.');
    return { result: removed };
  });
}

async function furtherProofs(context: VerbContext<RemoveFlags>): Promise<VaultKey[]> {
  const { options, surroundings } = context;
  const find = (what: string, file: string | undefined, flag: string) => findSecret({ what, file, variables: [], flag }, surroundings);
  const passphrase = await find('the passphrase that proves', options.proofPassphraseFile, '--proof-passphrase-file');
  const recoveryKey = await find('the recovery key that proves', options.proofRecoveryKeyFile, '--proof-recovery-key-file');
  return [
    ...(passphrase === undefined ? [] : [{ passphrase }]),
    ...(recoveryKey === undefined ? [] : [{ recoveryKey: recoveryKey.trim() }]),
    ...(options.proofKmsKey === undefined ? [] : [{ kms: keyServiceOf(context, options.proofKmsKey) }]),
  ];
}
