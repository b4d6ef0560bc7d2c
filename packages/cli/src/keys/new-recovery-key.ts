import { extname, resolve } from 'node:path';
import type { ObjectStore } from '@holdfast/store';
import { listKeys, newRecoveryKey } from '@holdfast/vault';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import { keepSecret } from '../redact.ts';
import { reserveSecretFile, type SecretFile } from '../secret-file.ts';
import { storeAddress } from '../vault-access.ts';
import type { VerbContext } from '../verb.ts';
import { neverStored } from './never-stored.ts';
import { recoverySheet } from './recovery-sheet.ts';
import { renderHtml, renderText } from './sheet-page.ts';

/** Where a new recovery key goes: a file with nothing else in it, a sheet to print, or, with neither, the terminal. */
export interface RecoveryKeyPlaces {
  readonly keyFile?: string | undefined;
  readonly sheet?: string | undefined;
}

/**
 * Makes a recovery key, brings it to its place, and only then has it become valid: a crash leaves a key without a slot rather than a
 * slot without a key. Says where it is, and when it came to nothing. `work` calls `valid` where something may fail after the key opens
 * the vault.
 */
export async function withNewRecoveryKey<T>(
  context: VerbContext<VaultFlags>,
  store: ObjectStore,
  places: RecoveryKeyPlaces,
  work: (recoveryKey: string, place: string, valid: () => void) => Promise<T>,
): Promise<{ result: T; kept: Record<string, string> }> {
  const { surroundings, output } = context;
  const recoveryKey = newRecoveryKey(surroundings.random);
  const files: SecretFile[] = [];
  const kept: Record<string, string> = {};
  if (places.keyFile !== undefined) {
    const file = await reserveSecretFile(places.keyFile);
    await file.write(keepSecret(recoveryKey));
    files.push(file);
    kept.recoveryKeyFile = file.path;
  }
  if (places.sheet !== undefined) {
    const file = await writeSheet(context, store, { path: places.sheet, recoveryKey: keepSecret(recoveryKey) });
    files.push(file);
    kept.sheet = file.path;
  }
  if (files.length === 0) {
    kept.recoveryKey = recoveryKey;
    output.line('This is the new recovery key. It is shown only now, and whoever has it can read everything. Write it down:');
    output.line();
    output.line(`    ${recoveryKey}`);
    output.line();
  }
  const place = files.length === 0 ? 'the key above' : `the key in ${files.map(({ path }) => path).join(' and ')}`;
  let opens = false;
  const valid = () => {
    opens = true;
  };
  try {
    return { result: await work(recoveryKey, place, valid), kept };
  } catch (error) {
    const futile = !opens && neverStored(error);
    if (futile) for (const file of files) await file.discard();
    output.warn(
      opens
        ? `The new recovery key is valid: ${place} opens the vault, and the old one still does, too.`
        : futile
          ? 'The new recovery key opens nothing: forget it.'
          : `Whether ${place} opens the vault is not known: try it with "holdfast vault key test".`,
    );
    throw error;
  }
}

/** @throws `CLI_USAGE` for a name that ends in neither .txt nor .html, `CLI_FILE_EXISTS` */
export async function writeSheet(
  context: VerbContext<VaultFlags>,
  store: ObjectStore,
  { path, recoveryKey }: { readonly path: string; readonly recoveryKey: string },
): Promise<SecretFile> {
  const render = { '.txt': renderText, '.html': renderHtml }[extname(path)];
  if (render === undefined) throw cliErrors.create('CLI_USAGE', `${path} is neither .txt nor .html`, { did: 'nothing was done' });
  const { vaultId, slots } = await listKeys(store);
  const kmsKeys = slots.flatMap(({ kmsKey, state }) => (kmsKey === undefined || state !== 'usable' ? [] : [kmsKey]));
  const address = storeAddress(context);
  const place = address.startsWith('s3://') ? address : resolve(address);
  const { host, version, clock } = context.surroundings;
  const file = await reserveSecretFile(path);
  await file.write(render(recoverySheet({ vaultId, store: place, recoveryKey, kmsKeys: [...new Set(kmsKeys)], madeAt: clock.now(), version, host })));
  return file;
}
