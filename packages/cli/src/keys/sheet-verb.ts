import { extname, resolve } from 'node:path';
import type { ObjectStore } from '@holdfast/store';
import { addKey, listKeys, newRecoveryKey, testKey, tidyRecoveryKey, type VaultKey } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { keepSecret } from '../redact.ts';
import { reserveSecretFile } from '../secret-file.ts';
import { storeAddress, vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { neverStored } from './never-stored.ts';
import { recoverySheet } from './recovery-sheet.ts';
import { renderHtml, renderText } from './sheet-page.ts';
import { withStore } from './with-store.ts';

export interface SheetFlags extends VaultFlags {
  readonly out: string;
  readonly new?: boolean;
}

/** Writes the sheet for the recovery key at hand, which is tried first, or for a new one, which is valid only once its sheet is written. */
export async function sheetVerb(context: VerbContext<SheetFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  const render = { '.txt': renderText, '.html': renderHtml }[extname(options.out)];
  if (render === undefined) throw cliErrors.create('CLI_USAGE', `${options.out} is neither .txt nor .html`, { did: 'nothing was done' });
  return await withStore(context, async (store) => {
    const opener = await vaultKey(context);
    const recoveryKey = options.new === true ? keepSecret(newRecoveryKey(surroundings.random)) : await provenRecoveryKey(store, opener);
    const { vaultId } = await listKeys(store);
    const address = storeAddress(context);
    const place = address.startsWith('s3://') ? address : resolve(address);
    const { host, version, clock } = surroundings;
    const file = await reserveSecretFile(options.out);
    await file.write(render(recoverySheet({ vaultId, store: place, recoveryKey, madeAt: clock.now(), version, host })));
    try {
      const added = options.new === true ? await addKey(store, { opener, secret: { recoveryKey } }, surroundings) : undefined;
      if (added !== undefined) output.line(`Key slot ${added.id} added: the recovery key on the sheet opens the vault from now on.`);
      output.line(`The recovery sheet is in ${file.path}. Print it, then delete the file: whoever reads it can read the vault.`);
      return { result: { vaultId, sheet: file.path, ...(added !== undefined && { id: added.id }) } };
    } catch (error) {
      if (neverStored(error)) await file.discard();
      else output.warn(`Whether the key in ${file.path} opens the vault is not known: try it with "holdfast vault key test".`);
      throw error;
    }
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
