import type { ObjectStore } from '@holdfast/store';
import { addKey, listKeys, testKey, tidyRecoveryKey, type VaultKey } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { keepSecret } from '../redact.ts';
import { vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { withNewRecoveryKey, writeSheet } from './new-recovery-key.ts';
import { withStore } from './with-store.ts';

export interface SheetFlags extends VaultFlags {
  readonly out: string;
  readonly new?: boolean;
}

/** Writes the sheet for the recovery key at hand, which is tried first, or for a new one, which is valid only once its sheet is written. */
export async function sheetVerb(context: VerbContext<SheetFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  return await withStore(context, async (store) => {
    const opener = await vaultKey(context);
    const printIt = (path: string) => output.line(`The recovery sheet is in ${path}. Print it, then delete the file: whoever reads it can read the vault.`);
    if (options.new !== true) {
      const { path } = await writeSheet(context, store, { path: options.out, recoveryKey: await provenRecoveryKey(store, opener) });
      printIt(path);
      return { result: { vaultId: (await listKeys(store)).vaultId, sheet: path } };
    }
    const { result } = await withNewRecoveryKey(context, store, { sheet: options.out }, async (recoveryKey) => {
      const { vaultId, id } = await addKey(store, { opener, secret: { recoveryKey } }, surroundings);
      output.line(`Key slot ${id} added: the recovery key on the sheet opens the vault from now on.`);
      printIt(options.out);
      return { vaultId, sheet: options.out, id };
    });
    return { result };
  });
}

async function provenRecoveryKey(store: ObjectStore, key: VaultKey): Promise<string> {
  if (!('recoveryKey' in key)) {
    throw cliErrors.create('CLI_USAGE', 'a sheet needs a recovery key, and a vault doesn’t keep the ones it has', {
      did: 'nothing was done',
      advice: 'Give the recovery key with --recovery-key-file, or make a new one for the sheet with --new.',
    });
  }
  await testKey(store, key);
  return keepSecret(tidyRecoveryKey(key.recoveryKey));
}
