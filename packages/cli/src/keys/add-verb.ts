import { addKey } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { keyServiceOf, vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { type NewPassphraseFlags, newPassphraseSource, readNewPassphrase } from './new-passphrase.ts';
import { withNewRecoveryKey } from './new-recovery-key.ts';
import { withStore } from './with-store.ts';

export interface NewKeyFlags extends NewPassphraseFlags {
  readonly newRecoveryKeyFile?: string;
  readonly newKmsKey?: string;
}

export interface AddFlags extends VaultFlags, NewKeyFlags {
  readonly kind: 'passphrase' | 'recovery' | 'kms';
}

export async function addVerb(context: VerbContext<AddFlags>): Promise<VerbOutcome> {
  const { kind } = context.options;
  checkNewKeyFlags(context.options, kind);
  return kind === 'passphrase' ? await addPassphrase(context) : kind === 'recovery' ? await addRecoveryKey(context) : await addKmsKey(context);
}

/** @throws `CLI_USAGE` for what belongs to a key of another kind */
export function checkNewKeyFlags({ newPassphraseFile, newRecoveryKeyFile, newKmsKey }: NewKeyFlags, kind: string): void {
  const given = { passphrase: newPassphraseFile, recovery: newRecoveryKeyFile, kms: newKmsKey };
  const misplaced = Object.entries(given).find(([of, value]) => of !== kind && value !== undefined)?.[1];
  if (misplaced !== undefined) throw cliErrors.create('CLI_USAGE', `${misplaced} is not for a key of the kind ${kind}`, { did: 'nothing was done' });
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

async function addRecoveryKey(context: VerbContext<AddFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  return await withStore(context, async (store) => {
    const opener = await vaultKey(context);
    const { result, kept } = await withNewRecoveryKey(context, store, { keyFile: options.newRecoveryKeyFile }, async (recoveryKey, place) => {
      const added = await addKey(store, { opener, secret: { recoveryKey } }, surroundings);
      output.line(`Key slot ${added.id} added: ${place} opens the vault from now on.`);
      return { ...added, kind: 'recovery' };
    });
    return { result: { ...result, ...kept } };
  });
}

async function addKmsKey(context: VerbContext<AddFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  if (options.newKmsKey === undefined) throw cliErrors.create('CLI_USAGE', 'a key of the kind kms takes --new-kms-key ARN', { did: 'nothing was done' });
  const kms = keyServiceOf(context, options.newKmsKey);
  return await withStore(context, async (store) => {
    const opener = await vaultKey(context);
    const added = await addKey(store, { opener, secret: { kms } }, surroundings);
    output.line(added.existed ? `${kms.arn} opens the vault already (slot ${added.id}).` : `Key slot ${added.id} added: ${kms.arn} opens the vault, too.`);
    output.line('Whoever may decrypt with it and read the store can read the vault: "vault.kms" in the configuration, or --kms-key.');
    return { result: { ...added, kind: 'aws-kms', kmsKey: kms.arn } };
  });
}
