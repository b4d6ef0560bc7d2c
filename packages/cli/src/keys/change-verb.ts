import { changePassphrase } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { passphraseSource, vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { type NewPassphraseFlags, newPassphraseSource, readNewPassphrase } from './new-passphrase.ts';
import { withStore } from './with-store.ts';

export async function changeVerb(context: VerbContext<VaultFlags & NewPassphraseFlags>): Promise<VerbOutcome> {
  const { options, configuration, surroundings, output } = context;
  return await withStore(context, async (store) => {
    const old = await vaultKey(context);
    if (!('passphrase' in old)) {
      throw cliErrors.create('CLI_USAGE', 'changing a passphrase needs the old one, and a recovery key was given', {
        did: 'nothing was done',
        advice:
          'If the passphrase is lost, add a new one ("holdfast vault key add --kind passphrase") and remove the old one’s slot ("holdfast vault key remove").',
      });
    }
    const passphrase = await readNewPassphrase(newPassphraseSource(options.newPassphraseFile), options, context);
    const { vaultId, id, removed } = await changePassphrase(store, { from: old.passphrase, to: passphrase }, surroundings);
    output.line(`The passphrase is changed: key slot ${id} is in, ${removed.join(', ')} is gone. No data was rewritten.`);
    const { file } = passphraseSource(options, configuration.vault);
    if (file !== undefined) output.line(`${file} still holds the old passphrase: put the new one there before the next backup.`);
    output.line('Whoever copied the old slot and knows the old passphrase can still read the vault.');
    return { result: { vaultId, id, removed } };
  });
}
