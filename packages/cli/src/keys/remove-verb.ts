import { listKeys, removeKey, type VaultKey } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { findSecret } from '../secrets.ts';
import { vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { withStore } from './with-store.ts';

export interface RemoveFlags extends VaultFlags {
  readonly proofPassphraseFile?: string;
  readonly proofRecoveryKeyFile?: string;
  readonly force?: boolean;
}

const idLength = 32;

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

/** The id itself, or the one that begins so. A whole id may be gone: an interrupted removal is finished with it. */
function wholeId(given: string, slots: readonly { readonly id: string }[]): string {
  const found = slots.filter(({ id }) => id.startsWith(given.toLowerCase()));
  if (found.length === 1) return found[0]!.id;
  if (/^[0-9a-f]+$/i.test(given) && given.length === idLength) return given.toLowerCase();
  throw cliErrors.create('CLI_USAGE', found.length === 0 ? `no key slot’s id begins with ${given}` : `more than one key slot’s id begins with ${given}`, {
    did: 'nothing was done',
    advice: 'Give the id as "holdfast vault key list" shows it.',
  });
}

async function furtherProofs({ options, surroundings }: VerbContext<RemoveFlags>): Promise<VaultKey[]> {
  const find = (what: string, file: string | undefined, flag: string) => findSecret({ what, file, variables: [], flag }, surroundings);
  const passphrase = await find('the passphrase that proves', options.proofPassphraseFile, '--proof-passphrase-file');
  const recoveryKey = await find('the recovery key that proves', options.proofRecoveryKeyFile, '--proof-recovery-key-file');
  return [...(passphrase === undefined ? [] : [{ passphrase }]), ...(recoveryKey === undefined ? [] : [{ recoveryKey: recoveryKey.trim() }])];
}
