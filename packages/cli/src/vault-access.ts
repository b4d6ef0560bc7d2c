import { kmsKey, type ObjectStore, openStore, type RetryNotice } from '@holdfast/store';
import { isSealedMoverKey, type KeyService, type MoverKeyText, type VaultKey } from '@holdfast/vault';
import { cliErrors } from './errors.ts';
import type { StoreFlags, VaultFlags } from './flags.ts';
import { keepSecret } from './redact.ts';
import { findSecret, readSecret } from './secrets.ts';
import type { VerbContext } from './verb.ts';

/**
 * Where the vault lies, as one address: a directory, or `s3://bucket/prefix?region=…&endpoint=…`. Flags win over the configuration.
 *
 * @throws `CLI_NOT_CONFIGURED`
 */
export function storeAddress({ options, configuration }: Pick<VerbContext<StoreFlags>, 'options' | 'configuration'>): string {
  const configured = options.store === undefined ? configuration.vault : undefined;
  const place = options.store ?? configured?.store;
  if (place === undefined) {
    throw cliErrors.create('CLI_NOT_CONFIGURED', 'it is not known where the vault lies', {
      advice: 'Give --store s3://bucket/prefix or --store FOLDER, or name it in the configuration.',
    });
  }
  if (!place.startsWith('s3://')) return place;
  const [base, query = ''] = place.split('?', 2);
  const parameters = new URLSearchParams(query);
  const region = options.region ?? configured?.region;
  const endpoint = options.endpoint ?? configured?.endpoint;
  if (region !== undefined) parameters.set('region', region);
  if (endpoint !== undefined) parameters.set('endpoint', endpoint);
  if (options.pathStyle ?? configured?.pathStyle) parameters.set('pathStyle', 'true');
  const all = parameters.toString();
  return all === '' ? (base as string) : `${base}?${all}`;
}

/** Opens the store that flags and configuration name. `create` makes a folder that isn't there; buckets are never made. */
export function openStoreOf(context: VerbContext<StoreFlags>, create = false): ObjectStore {
  const { output, surroundings } = context;
  for (const name of ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) keepSecret(surroundings.variables[name] ?? '');
  const onRetry = ({ operation, key, reason, attempt, attemptsMax }: RetryNotice) => {
    if (output.options.debug) output.remark(`store: ${operation} ${key}: ${reason}; attempt ${attempt} of ${attemptsMax}`);
  };
  return openStore(storeAddress(context), { create, s3: { onRetry } }, surroundings);
}

/**
 * What opens the vault: a recovery key where one is named, else a key of AWS KMS where one is named, else the passphrase.
 * A flag that names one wins over all that the environment and the configuration say.
 */
export async function vaultKey(context: VerbContext<VaultFlags>): Promise<VaultKey> {
  const { options, configuration, surroundings } = context;
  if (options.moverKeyFile !== undefined)
    throw cliErrors.create('CLI_USAGE', 'the key of a write-only mover opens no key slots and can’t manage them', { did: 'nothing was done' });
  const configured = configuration.vault;
  const flagged = options.passphraseFile !== undefined || options.kmsKey !== undefined;
  const recoveryKey = await findSecret(
    {
      what: 'the recovery key',
      file: options.recoveryKeyFile ?? (flagged ? undefined : configured?.recoveryKeyFile),
      variables: flagged ? [] : ['HOLDFAST_RECOVERY_KEY'],
      flag: '--recovery-key-file',
    },
    surroundings,
  );
  if (recoveryKey !== undefined) return { recoveryKey: recoveryKey.trim() };
  const arn = options.kmsKey ?? (options.passphraseFile === undefined ? configured?.kms?.key : undefined);
  if (arn !== undefined) return { kms: keyServiceOf(context, arn) };
  return { passphrase: await readSecret(passphraseSource(options, configured), surroundings) };
}

/**
 * As `vaultKey`, or the key of a write-only mover: where a flag names one, or the configuration does and no flag names another.
 */
export async function openingKey(context: VerbContext<VaultFlags>): Promise<VaultKey | MoverKeyText> {
  const { options, configuration, surroundings } = context;
  const others = [options.passphraseFile, options.recoveryKeyFile, options.kmsKey];
  const file = options.moverKeyFile ?? (others.every((other) => other === undefined) ? configuration.vault?.moverKeyFile : undefined);
  if (file === undefined) return await vaultKey(context);
  const moverKey = await readSecret({ what: 'the mover’s key', file, variables: [], flag: '--mover-key-file' }, surroundings);
  if (isSealedMoverKey(moverKey) !== true) return { moverKey };
  const source = {
    what: 'the passphrase of the mover’s key',
    file: options.moverPassphraseFile ?? configuration.vault?.moverPassphraseFile,
    variables: ['HOLDFAST_MOVER_PASSPHRASE'],
    flag: '--mover-passphrase-file',
  };
  return { moverKey, moverPassphrase: await readSecret(source, surroundings) };
}

/** A key of AWS KMS, by its ARN. Contacts nobody yet. @throws `KMS_ADDRESS` */
export function keyServiceOf({ options, configuration, output, surroundings }: VerbContext<VaultFlags>, arn: string): KeyService {
  const endpoint = options.kmsEndpoint ?? configuration.vault?.kms?.endpoint;
  const onRetry = (reason: string, attempt: number) => {
    if (output.options.debug) output.remark(`AWS KMS: ${reason}; attempt ${attempt}`);
  };
  return kmsKey({ arn, onRetry, ...(endpoint !== undefined && { endpoint }) }, surroundings);
}

export function passphraseSource(
  options: VaultFlags,
  configured: { passphraseFile?: string | undefined; passphraseVariable?: string | undefined } | undefined,
) {
  return {
    what: 'the vault’s passphrase',
    file: options.passphraseFile ?? configured?.passphraseFile,
    variables: [...(configured?.passphraseVariable === undefined ? [] : [configured.passphraseVariable]), 'HOLDFAST_PASSPHRASE'],
    flag: '--passphrase-file',
  };
}
