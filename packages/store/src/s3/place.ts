import { storeErrors } from '../errors.ts';
import { awsEndpoint } from './control.ts';
import type { S3StoreOptions } from './s3-options.ts';
import { encode } from './signing.ts';

/** Where a bucket answers. */
export interface BucketPlace {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** encoded, before the key: empty, or `/bucket` */
  readonly basePath: string;
}

/** @throws `STORE_ADDRESS` */
export async function bucketPlace(options: S3StoreOptions, region: string): Promise<BucketPlace> {
  const { bucket, endpoint, forcePathStyle } = options;
  if (endpoint === undefined) return placeOf(await awsEndpoint(bucket, region, forcePathStyle ?? false));
  const url = checkEndpoint(options)!;
  if (!(forcePathStyle ?? true)) url.hostname = `${bucket}.${url.hostname}`;
  else url.pathname = `${url.pathname.replace(/\/$/, '')}/${encode(bucket)}`;
  return placeOf(url);
}

function placeOf(url: URL): BucketPlace {
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    basePath: url.pathname.replace(/\/$/, ''),
  };
}

/** Also told without contacting anybody. @throws `STORE_ADDRESS` */
export function checkEndpoint({ bucket, endpoint, allowPlainHttp = false }: S3StoreOptions): URL | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(bucket)) throw storeErrors.create('STORE_ADDRESS', `"${bucket}" can't be the name of a bucket`);
  if (endpoint === undefined) return undefined;
  if (!URL.canParse(endpoint))
    throw storeErrors.create('STORE_ADDRESS', 'the endpoint is not a URL', { advice: 'Write it as https://host or https://host:port.' });
  const url = new URL(endpoint);
  // Not quoted: it holds a secret.
  if (url.username !== '' || url.password !== '')
    throw storeErrors.create('STORE_ADDRESS', `the endpoint at ${url.host} holds a user name or a password`, {
      advice: 'Give credentials through the environment or an AWS profile.',
    });
  if (url.search !== '' || url.hash !== '') throw storeErrors.create('STORE_ADDRESS', `the endpoint ${url.origin} is followed by a query or a fragment`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw storeErrors.create('STORE_ADDRESS', `the endpoint ${endpoint} is neither https nor http`);
  if (url.protocol === 'http:' && !allowPlainHttp && !isLoopback(url.hostname))
    throw storeErrors.create('STORE_ADDRESS', `the endpoint ${endpoint} is plain HTTP, and not on this machine`, {
      advice: 'Use https, or allow plain HTTP explicitly (allowPlainHttp) on a network you trust.',
    });
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
