import { fileURLToPath } from 'node:url';
import { type StoreEnvironment, systemEnvironment } from './environment.ts';
import { storeErrors } from './errors.ts';
import { localStore } from './local/local-store.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3StoreOptions } from './s3/s3-options.ts';
import { s3Store } from './s3/s3-store.ts';

export interface OpenStoreOptions {
  /** Make a folder that isn't there. Buckets are never made: their settings are decisions. */
  readonly create?: boolean;
  /** For `s3://`: what doesn't stand in the address, above all `credentials`, `ca`, `onRetry`, `limits`. */
  readonly s3?: Partial<Omit<S3StoreOptions, 'bucket' | 'prefix'>>;
}

/** What may stand in an `s3://` address. */
const parameters = ['endpoint', 'region', 'pathStyle', 'storageClass', 'allowPlainHttp'] as const;
const secretLike = /key|secret|token|password|passwd|credential|signature|auth/i;
const howToGiveSecrets = 'Give credentials through the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), an AWS profile or an instance role.';

/**
 * Opens the store at an address: `s3://bucket/prefix?endpoint=…&region=…&pathStyle=true&storageClass=…&allowPlainHttp=true`,
 * `file:///folder`, or the path of a folder. Contacts nobody yet.
 *
 * @throws `STORE_ADDRESS`; an address that holds a secret is refused without being repeated
 */
export function openStore(address: string, options: OpenStoreOptions = {}, environment: StoreEnvironment = systemEnvironment): ObjectStore {
  if (address.startsWith('s3://')) return s3Store({ ...options.s3, ...parseS3Address(address) }, environment);
  const folder = { create: options.create ?? false };
  if (address.startsWith('file:')) return localStore(folderOf(address), folder, environment);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1];
  if (scheme !== undefined) throw storeErrors.create('STORE_ADDRESS', `stores at ${scheme}:// are not known`);
  if (address === '' || address.includes('\0')) throw storeErrors.create('STORE_ADDRESS', 'the address of the store is empty or no path');
  return localStore(address, folder, environment);
}

function folderOf(address: string): string {
  try {
    return fileURLToPath(address);
  } catch (cause) {
    throw storeErrors.create('STORE_ADDRESS', `${address} is not the address of a folder on this machine`, { advice: 'Write file:///absolute/path.', cause });
  }
}

function parseS3Address(address: string): S3StoreOptions {
  const [, bucket, path, query] = /^s3:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/.exec(address) ?? [];
  if (bucket === undefined || path === undefined) throw storeErrors.create('STORE_ADDRESS', 'the address is not of the form s3://bucket/prefix?name=value');
  if (/[@:]/.test(bucket))
    throw storeErrors.create('STORE_ADDRESS', 'the address holds something before or behind the bucket that looks like a secret', { advice: howToGiveSecrets });
  const given = new URLSearchParams(query ?? '');
  for (const name of given.keys()) {
    if ((parameters as readonly string[]).includes(name)) continue;
    if (secretLike.test(name))
      throw storeErrors.create('STORE_ADDRESS', `the address of bucket ${bucket} holds a secret in "${name}"`, { advice: howToGiveSecrets });
    throw storeErrors.create('STORE_ADDRESS', `the address of bucket ${bucket} has an unknown part "${name}"`, {
      advice: `Known are ${parameters.join(', ')}.`,
    });
  }
  const text = (name: (typeof parameters)[number]) => given.get(name) || undefined;
  const decision = (name: (typeof parameters)[number]) => {
    const value = text(name);
    if (value === undefined || value === 'true' || value === 'false') return value === undefined ? undefined : value === 'true';
    throw storeErrors.create('STORE_ADDRESS', `"${name}" in the address of bucket ${bucket} must be true or false`);
  };
  return defined({
    bucket,
    prefix: decodeURIComponent(path).replace(/^\/+|\/+$/g, ''),
    endpoint: text('endpoint'),
    region: text('region'),
    storageClass: text('storageClass'),
    forcePathStyle: decision('pathStyle'),
    allowPlainHttp: decision('allowPlainHttp'),
  });
}

/** What isn't in the address must not hide what was given otherwise. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
