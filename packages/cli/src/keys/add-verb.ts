import { addKey, newRecoveryKey } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { keepSecret } from '../redact.ts';
import { reserveSecretFile } from '../secret-file.ts';
import { vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { neverStored } from './never-stored.ts';
import { type NewPassphraseFlags, newPassphraseSource, readNewPassphrase } from './new-passphrase.ts';
import { withStore } from './with-store.ts';

export interface AddFlags extends VaultFlags, NewPassphraseFlags {
  readonly kind: 'passphrase' | 'recovery';
  readonly newRecoveryKeyFile?: string;
}

export async function addVerb(context: VerbContext<AddFlags>): Promise<VerbOutcome> {
  const { kind, newRecoveryKeyFile, newPassphraseFile } = context.options;
  const misplaced = kind === 'passphrase' ? newRecoveryKeyFile : newPassphraseFile;
  if (misplaced !== undefined) throw cliErrors.create('CLI_USAGE', `${misplaced} is not for a key of the kind ${kind}`, { did: 'nothing was done' });
  return kind === 'passphrase' ? await addPassphrase(context) : await addRecoveryKey(context);
}

async function addPassphrase(context: VerbContext<AddFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  return await withStore(context, async (store) => {
    const opener = await vaultKey(context);
    const passphrase = await readNewPassphrase(newPassphraseSource(options.newPassphraseFile), options, context);
    const added = await addKey(store, { opener, secret: { passphrase } }, surroundings);
    output.line(
      added.existed ? `This passphrase opens the vault already (slot ${added.id}).` : `Key slot ${added.id} added: the new passphrase opens the vault, too.`,
    );
    return { result: { ...added, kind: 'passphrase' } };
  });
}

/** The key goes to its place before it becomes valid: a crash leaves a key without a slot rather than a slot without a key. */
async function addRecoveryKey(context: VerbContext<AddFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  return await withStore(context, async (store) => {
    const opener = await vaultKey(context);
    const recoveryKey = newRecoveryKey(surroundings.random);
    const file = options.newRecoveryKeyFile === undefined ? undefined : await reserveSecretFile(options.newRecoveryKeyFile);
    if (file !== undefined) await file.write(keepSecret(recoveryKey));
    else {
      output.line('This is the new recovery key. It is shown only now, and whoever has it can read everything. Write it down:');
      output.line();
      output.line(`    ${recoveryKey}`);
      output.line();
    }
    const place = file === undefined ? 'the key above' : `the key in ${file.path}`;
    try {
      const added = await addKey(store, { opener, secret: { recoveryKey } }, surroundings);
      output.line(`Key slot ${added.id} added: ${place} opens the vault from now on.`);
      return { result: { ...added, kind: 'recovery', ...(file === undefined ? { recoveryKey } : { recoveryKeyFile: file.path }) } };
    } catch (error) {
      const futile = neverStored(error);
      if (futile) await file?.discard();
      output.warn(
        futile ? 'The new recovery key opens nothing: forget it.' : `Whether ${place} opens the vault is not known: try it with "holdfast vault key test".`,
      );
      throw error;
    }
  });
}
