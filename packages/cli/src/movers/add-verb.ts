import { addMover } from '@holdfast/vault';
import type { VaultFlags } from '../flags.ts';
import { keepSecret } from '../redact.ts';
import { reserveSecretFile } from '../secret-file.ts';
import { findSecret } from '../secrets.ts';
import { withVault } from '../vault-session.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';

export interface AddMoverFlags extends VaultFlags {
  readonly keyFile: string;
  readonly keyPassphraseFile?: string;
}

export async function addVerb(context: VerbContext<AddMoverFlags>): Promise<VerbOutcome> {
  const { options, positional, surroundings, output } = context;
  const name = positional[0] as string;
  const source = { what: 'the passphrase for the mover’s key', file: options.keyPassphraseFile, variables: [], flag: '--key-passphrase-file' };
  const passphrase = await findSecret(source, surroundings);
  return await withVault(context, async (vault) => {
    const file = await reserveSecretFile(options.keyFile);
    let written = false;
    const deliver = async (text: string) => {
      await file.write(keepSecret(text));
      written = true;
    };
    try {
      const mover = await addMover(vault, { name, passphrase, deliver });
      output.line(`The mover ${name} (${mover.id}) is listed; its key is in ${file.path}.`);
      output.line('Take that file to the mover’s machine and leave no copy here. It can back up with it, and read no content of any disk.');
      return { result: { ...mover, keyFile: file.path, sealed: passphrase !== undefined } };
    } catch (error) {
      if (!written) await file.discard();
      else output.warn(`Whether the vault lists the mover is not known: see "holdfast vault mover list", and remove ${file.path} if it doesn’t.`);
      throw error;
    }
  });
}
