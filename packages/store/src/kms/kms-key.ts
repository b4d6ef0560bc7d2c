import type { KMSClient } from '@aws-sdk/client-kms';
import { type HoldfastError, retry } from '@holdfast/kit';
import { type StoreEnvironment, systemEnvironment } from '../environment.ts';
import type { S3CredentialProvider, S3Credentials } from '../s3/s3-options.ts';
import { type KmsErrorCode, kmsErrors } from './errors.ts';
import { parseKmsKeyArn } from './key-arn.ts';
import { judgeKmsFailure } from './verdict.ts';

export interface KmsKeyOptions {
  /** of a symmetric encryption key; says the region, too */
  readonly arn: string;
  /** Where KMS is asked, for private endpoints: `https://host[:port]`; plain HTTP only on this machine. Default: AWS’s own for the region, or AWS_ENDPOINT_URL_KMS. */
  readonly endpoint?: string;
  /** Default: the standard AWS chain (environment, profile, container, instance role). */
  readonly credentials?: S3Credentials | S3CredentialProvider;
  /** PEM certificates to trust instead of the machine’s */
  readonly ca?: string;
  readonly onRetry?: (reason: string, attempt: number) => void;
}

/** One key of AWS KMS. The key itself never leaves KMS; it wraps data keys, each bound to a context. */
export interface KmsKey {
  readonly arn: string;
  /** A fresh key of 32 bytes, and the same wrapped. Needs kms:GenerateDataKey. */
  newDataKey(context: Readonly<Record<string, string>>): Promise<{ plaintext: Uint8Array; ciphertext: Uint8Array }>;
  /** The data key again; `undefined` when KMS says that it wasn’t wrapped by this key with this context. Needs kms:Decrypt. */
  openDataKey(ciphertext: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array | undefined>;
}

/** Where something answered that isn’t KMS: the caller sees that it is no key. */
const nothing = new Uint8Array(0);
const attemptsMax = 6;
const pauseMs = 200;
const pauseMsMax = 5_000;
const connectMs = 5_000;
const answerMs = 15_000;

/**
 * A key of AWS KMS, asked when it is needed: two requests in the life of a key slot, one each time a vault is opened.
 * Contacts nobody yet. Throttling and broken connections are tried again, six times in all.
 *
 * @throws `KMS_ADDRESS`
 */
export function kmsKey(options: KmsKeyOptions, environment: StoreEnvironment = systemEnvironment): KmsKey {
  const { arn, endpoint } = options;
  parseKmsKeyArn(arn);
  if (endpoint !== undefined) checkEndpoint(endpoint);
  return {
    arn,
    newDataKey: (EncryptionContext) =>
      ask(options, environment, 'GenerateDataKey', async (client, { GenerateDataKeyCommand }) => {
        const answer = await client.send(new GenerateDataKeyCommand({ KeyId: arn, KeySpec: 'AES_256', EncryptionContext }));
        return { plaintext: answer.Plaintext ?? nothing, ciphertext: answer.CiphertextBlob ?? nothing };
      }).then((answer) => answer ?? refuse(options, 'KMS_ADDRESS', 'GenerateDataKey: the key doesn’t wrap data keys')),
    openDataKey: (CiphertextBlob, EncryptionContext) =>
      ask(options, environment, 'Decrypt', async (client, { DecryptCommand }) => {
        // Naming the key keeps KMS from opening what somebody else’s key has wrapped.
        return (await client.send(new DecryptCommand({ KeyId: arn, CiphertextBlob, EncryptionContext }))).Plaintext ?? nothing;
      }),
  };
}

type Sdk = typeof import('@aws-sdk/client-kms');

async function ask<T>(
  options: KmsKeyOptions,
  { clock, random }: StoreEnvironment,
  operation: string,
  work: (client: KMSClient, sdk: Sdk) => Promise<T>,
): Promise<T | undefined> {
  // Loaded only here: most commands never need it.
  const sdk = await import('@aws-sdk/client-kms');
  const client = await makeClient(sdk, options);
  try {
    return await retry(() => work(client, sdk), {
      attemptsMax,
      pauseMs,
      pauseMsMax,
      clock,
      random,
      retryable: (error) => {
        if (kmsErrors.is(error)) return false;
        const verdict = judgeKmsFailure(error);
        return verdict !== 'not this one' && verdict.again;
      },
      onRetry: (error, attempt) => options.onRetry?.(`${operation}: ${(error as Error).message}`, attempt),
    });
  } catch (error) {
    if (kmsErrors.is(error)) throw error;
    const verdict = judgeKmsFailure(error);
    if (verdict === 'not this one') return undefined;
    throw explain(options, operation, verdict.error, verdict.again, error as Error);
  } finally {
    client.destroy();
  }
}

async function makeClient(sdk: Sdk, { arn, endpoint, credentials, ca }: KmsKeyOptions): Promise<KMSClient> {
  const { region } = parseKmsKeyArn(arn);
  const httpsAgent = { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) } as const;
  const client = new sdk.KMSClient({
    region,
    // Pauses between attempts are ours, by the clock that was given.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true, httpsAgent },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  });
  // Also where the environment names the endpoint: the answer is a key in plain.
  client.middlewareStack.add(
    (next) => async (request) => {
      const { protocol, hostname } = request.request as { readonly protocol: string; readonly hostname: string };
      if (protocol !== 'https:' && !isHere(hostname)) throw refusal(`${protocol}//${hostname} is not https`);
      return await next(request);
    },
    { step: 'finalizeRequest', name: 'holdfastOnlyTls' },
  );
  return client;
}

function explain(options: KmsKeyOptions, operation: string, code: KmsErrorCode, triedAgain: boolean, cause: Error): HoldfastError {
  const said = cause.message === '' || cause.message === 'UnknownError' ? cause.name : `${cause.name} "${cause.message}"`;
  return kmsErrors.create(code, `${operation} with ${options.arn}${options.endpoint === undefined ? '' : ` at ${options.endpoint}`}: ${said}`, {
    ...(triedAgain && { did: `Tried ${attemptsMax} times.` }),
    subject: { key: options.arn },
    cause,
  });
}

function refuse(options: KmsKeyOptions, code: KmsErrorCode, what: string): never {
  throw kmsErrors.create(code, `${what}: ${options.arn}`, { subject: { key: options.arn } });
}

function checkEndpoint(endpoint: string): void {
  if (!URL.canParse(endpoint)) throw refusal('is not a URL');
  const { protocol, hostname, username, password, search, hash } = new URL(endpoint);
  // Not quoted: it holds a secret.
  if (username !== '' || password !== '') throw refusal('holds a user name or a password');
  if (search !== '' || hash !== '') throw refusal('is followed by a query or a fragment');
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere(hostname))) throw refusal(`${endpoint} is not https`);
}

const refusal = (why: string) => kmsErrors.create('KMS_ADDRESS', `the endpoint of AWS KMS ${why}`, { did: 'Nothing was done.' });

const isHere = (hostname: string) => hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
