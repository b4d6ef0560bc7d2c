import { judgePassphrase, passphraseLengthMin } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { Output } from '../output.ts';
import { readSecret, type SecretSource } from '../secrets.ts';
import type { Surroundings } from '../surroundings.ts';

export interface NewPassphraseFlags {
  readonly newPassphraseFile?: string;
  readonly allowWeak?: boolean;
}

export const newPassphraseSource = (file: string | undefined): SecretSource => ({
  what: 'the new passphrase',
  file,
  variables: ['HOLDFAST_NEW_PASSPHRASE'],
  flag: '--new-passphrase-file',
});

/**
 * Reads a passphrase that is to become a key. One that is too short is refused unless the user insists; what makes a longer
 * one easy to guess is said.
 *
 * @throws `CLI_PASSPHRASE_WEAK`
 */
export async function readNewPassphrase(
  source: SecretSource,
  { allowWeak = false }: Pick<NewPassphraseFlags, 'allowWeak'>,
  { surroundings, output }: { readonly surroundings: Surroundings; readonly output: Output },
): Promise<string> {
  const passphrase = await readSecret({ ...source, confirm: true }, surroundings);
  const { verdict, warnings } = judgePassphrase(passphrase);
  if (verdict === 'empty') throw cliErrors.create('CLI_PASSPHRASE_WEAK', 'the passphrase is empty', { did: 'nothing was done', advice: 'Choose one.' });
  if (verdict === 'short' && !allowWeak) {
    throw cliErrors.create('CLI_PASSPHRASE_WEAK', `the passphrase has fewer than ${passphraseLengthMin} characters`, { did: 'nothing was done' });
  }
  for (const warning of warnings) output.warn(`warning: the passphrase is easier to guess than it looks. ${warning}`);
  return passphrase;
}
