import { listKeys, rotateKey, type VaultKey } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { keyServiceOf, vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { checkNewKeyFlags, type NewKeyFlags } from './add-verb.ts';
import { newPassphraseSource, readNewPassphrase } from './new-passphrase.ts';
import { withNewRecoveryKey } from './new-recovery-key.ts';
import { wholeId } from './slot-id.ts';
import { withStore } from './with-store.ts';

export interface RotateFlags extends VaultFlags, NewKeyFlags {
  readonly sheet?: string;
}

/** Puts a new key of the same kind in the place of a slot. What it can't do is said, too. */
export async function rotateVerb(context: VerbContext<RotateFlags>): Promise<VerbOutcome> {
  const { options, positional, surroundings, output } = context;
  return await withStore(context, async (store) => {
    const { slots } = await listKeys(store);
    const id = wholeId(positional[0]!, slots);
    const { kind, kmsKey } = slots.find((slot) => slot.id === id) ?? {};
    checkNewKeyFlags(options, kind === 'aws-kms' ? 'kms' : (kind ?? ''));
    if (options.sheet !== undefined && kind !== 'recovery') throw cliErrors.create('CLI_USAGE', 'only a recovery key has a sheet', { did: 'nothing was done' });
    const opener = await vaultKey(context);
    const rotate = async (secret: VaultKey, onAdded?: () => void) => await rotateKey(store, { id, opener, secret, onAdded }, surroundings);
    if (kind === 'passphrase') {
      const passphrase = await readNewPassphrase(newPassphraseSource(options.newPassphraseFile), options, context);
      return tell(await rotate({ passphrase }), 'the new passphrase');
    }
    if (kind === 'aws-kms')
      return tell(await rotate({ kms: keyServiceOf(context, options.newKmsKey ?? kmsKey!) }), options.newKmsKey ?? `${kmsKey}, with a new data key`);
    if (kind !== 'recovery')
      throw cliErrors.create('CLI_USAGE', `slot ${id} can’t be rotated: ${kind === undefined ? 'it isn’t there or can’t be read' : `its kind is ${kind}`}`, {
        did: 'nothing was done',
      });
    const places = { keyFile: options.newRecoveryKeyFile, sheet: options.sheet };
    const { result, kept } = await withNewRecoveryKey(context, store, places, async (recoveryKey, place, valid) =>
      tell(await rotate({ recoveryKey }, valid), place),
    );
    return { result: { ...result.result, ...kept } };
  });

  function tell(rotated: { vaultId: string; id: string; removed: string }, what: string) {
    output.line(`Key slot ${rotated.id} is in, ${rotated.removed} is gone: ${what} opens the vault from now on. No data was rewritten.`);
    output.line('Whoever copied the old slot and knows its secret, or has opened the vault before, can still read it: the master key is the same.');
    return { result: rotated };
  }
}
