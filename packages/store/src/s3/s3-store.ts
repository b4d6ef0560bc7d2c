import { type StoreEnvironment, systemEnvironment } from '../environment.ts';
import { storeErrors } from '../errors.ts';
import { checkKey, checkPrefix } from '../key.ts';
import type { GetOptions, ObjectInfo, ObjectStore, PutOptions, StoreCapabilities } from '../object-store.ts';
import { checkRange, checkRangeWithin, rangeBeyond } from '../range.ts';
import { bodyHash } from './body-hash.ts';
import { BucketConnection } from './connection.ts';
import { deleteObjects } from './deleting.ts';
import type { WireAnswer } from './exchange.ts';
import { listObjects } from './listing.ts';
import { retentionHeaders, s3Locks } from './locks.ts';
import type { S3StoreOptions } from './s3-options.ts';
import { s3Versions } from './versions.ts';

/** The largest object S3 takes in one request. */
const objectBytesMax = 5 * 1024 ** 3;
const shortAnswerBytesMax = 64 * 1024;
const headAttemptsMax = 3;

const capabilities: StoreCapabilities = {
  conditionalPut: true,
  verifiesSha256: true,
  storageClasses: ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  objectBytesMax,
};

/**
 * A bucket, or what lies below a prefix in one, as a store.
 *
 * Every object is one PUT of known length, signed over its SHA-256, which the store verifies and keeps. Requests that fail for a
 * while are tried again within `limits`; how many run at once follows what the store takes. Nothing is asked of the network
 * before the first call.
 *
 * @throws `STORE_ADDRESS` for options that can't be used
 */
export function s3Store(options: S3StoreOptions, environment: StoreEnvironment = systemEnvironment): ObjectStore {
  const prefix = options.prefix ?? '';
  if (prefix.startsWith('/') || prefix.endsWith('/')) throw storeErrors.create('STORE_ADDRESS', `the prefix "${prefix}" begins or ends with a slash`);
  const connection = new BucketConnection(options, environment);
  const nameOf = (key: string) => (prefix === '' ? key : `${prefix}/${key}`);
  const where = `bucket ${options.bucket}`;
  const locks = s3Locks(connection, checkKey);
  const versions = s3Versions(connection, locks, nameOf);

  return {
    description: `s3://${options.bucket}${prefix && `/${prefix}`}${options.endpoint === undefined ? '' : ` at ${options.endpoint}`}`,
    capabilities,
    locks,
    versions,
    put,
    get,
    head,
    list: async function* (start) {
      checkPrefix(start);
      yield* listObjects(connection, nameOf(start), nameOf('').length);
    },
    delete: async (keys) => {
      for (const key of keys) checkKey(key);
      return await deleteObjects(connection, keys, nameOf);
    },
    close: () => connection[Symbol.asyncDispose](),
  };

  async function put(
    key: string,
    body: Uint8Array,
    { ifAbsent = false, sha256, storageClass = options.storageClass, retention, signal }: PutOptions = {},
  ): Promise<ObjectInfo> {
    checkKey(key);
    if (body.length > objectBytesMax)
      throw storeErrors.create('STORE_TOO_LARGE', `${key} has ${body.length} bytes, one request takes ${objectBytesMax}`, { subject: { key } });
    const hash = Buffer.from(sha256 ?? (await bodyHash(body)));
    const checksum = hash.toString('base64');
    const answer = await connection.send({
      operation: 'put',
      method: 'PUT',
      key,
      headers: {
        'content-type': 'application/octet-stream',
        'x-amz-checksum-sha256': checksum,
        ...(ifAbsent && { 'if-none-match': '*' }),
        ...(storageClass !== undefined && { 'x-amz-storage-class': storageClass }),
        ...(retention !== undefined && retentionHeaders(retention)),
      },
      body,
      bodySha256: hash.toString('hex'),
      answerBytesMax: shortAnswerBytesMax,
      signal,
    });
    const kept = answer.headers['x-amz-checksum-sha256'];
    if (kept !== undefined && kept !== checksum)
      throw storeErrors.create('STORE_DAMAGED', `${where} keeps ${key} with another SHA-256 than was sent`, { subject: { key } });
    return {
      key,
      size: body.length,
      ...(kept !== undefined && { sha256: hash.toString('hex') }),
      ...(storageClass !== undefined && { storageClass }),
      ...versionIn(answer),
    };
  }

  async function get(key: string, { range, version, signal }: GetOptions = {}): Promise<Uint8Array> {
    checkKey(key);
    const query = queryOf(version);
    if (range === undefined) {
      const answer = await connection.send({ operation: 'get', method: 'GET', key, query, answerBytesMax: objectBytesMax, signal });
      return answer.body;
    }
    checkRange(key, range);
    if (range.length === 0) return await emptyRange(key, range, version, signal);
    const last = range.offset + range.length - 1;
    try {
      const answer = await connection.send({
        operation: 'get',
        method: 'GET',
        key,
        query,
        headers: { range: `bytes=${range.offset}-${last}` },
        answerBytesMax: range.length,
        signal,
      });
      const sent = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers['content-range'] ?? '');
      if (answer.status !== 206 || sent === null || Number(sent[1]) !== range.offset)
        throw storeErrors.create('STORE_UNSUITABLE', `${where} does not answer with the range that was asked for`, { subject: { key } });
      // The last bytes of a shorter object: S3 sends what there is.
      if (answer.body.length !== range.length) throw rangeBeyond(key, range, Number(sent[3]));
      return answer.body;
    } catch (error) {
      if (storeErrors.is(error, 'STORE_RANGE')) throw rangeBeyond(key, range, undefined);
      throw error;
    }
  }

  /** HTTP has no word for no bytes. */
  async function emptyRange(
    key: string,
    range: NonNullable<GetOptions['range']>,
    version: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const found = await head(key, version === undefined ? {} : { version });
    if (found === undefined) throw storeErrors.create('STORE_ABSENT', `${key} is not in ${where}`, { subject: { key } });
    checkRangeWithin(key, range, found.size);
    return new Uint8Array(0);
  }

  /** An answer to HEAD says nothing about why: a GET of one byte tells a missing key from a missing bucket, an expired token and the rest. */
  async function head(key: string, { version }: { readonly version?: string } = {}): Promise<ObjectInfo | undefined> {
    checkKey(key);
    const query = queryOf(version);
    for (let attempt = 1; ; attempt++) {
      try {
        const headers = { 'x-amz-checksum-mode': 'ENABLED' };
        return readHead(key, await connection.send({ operation: 'head', method: 'HEAD', key, query, headers, answerBytesMax: 0 }));
      } catch (error) {
        if (!storeErrors.is(error, 'STORE_ANSWER', 'STORE_ACCESS', 'STORE_CREDENTIALS', 'STORE_CLOCK', 'STORE_REGION') || attempt >= headAttemptsMax)
          throw error;
      }
      try {
        await connection.send({ operation: 'head', method: 'GET', key, query, headers: { range: 'bytes=0-0' }, answerBytesMax: shortAnswerBytesMax });
      } catch (error) {
        if (storeErrors.is(error, 'STORE_ABSENT')) return undefined;
        // There is an object, of no bytes.
        if (!storeErrors.is(error, 'STORE_RANGE')) throw error;
      }
    }
  }

  function readHead(key: string, answer: WireAnswer): ObjectInfo {
    const { headers } = answer;
    const size = Number(headers['content-length']);
    if (headers['content-length'] === undefined || !Number.isSafeInteger(size))
      throw storeErrors.create('STORE_ANSWER', `${where} does not tell the size of ${key}`, { subject: { key } });
    const modifiedAt = Date.parse(headers['last-modified'] ?? '');
    const checksum = headers['x-amz-checksum-sha256'];
    const storageClass = headers['x-amz-storage-class'];
    return {
      key,
      size,
      ...(!Number.isNaN(modifiedAt) && { modifiedAt }),
      ...(typeof checksum === 'string' && { sha256: Buffer.from(checksum, 'base64').toString('hex') }),
      ...(typeof storageClass === 'string' && { storageClass }),
      ...versionIn(answer),
    };
  }
}

function queryOf(version: string | undefined): Record<string, string> {
  return version === undefined ? {} : { versionId: version };
}

function versionIn({ headers }: WireAnswer): { version?: string } {
  const version = headers['x-amz-version-id'];
  return typeof version === 'string' && version !== '' ? { version } : {};
}
