import { createHash } from 'node:crypto';
import { HoldfastError, mapBounded } from '@holdfast/kit';
import { storeErrors } from '../errors.ts';
import type { DeleteReport } from '../object-store.ts';
import type { BucketConnection } from './connection.ts';
import { type WireAnswer, WireFailure } from './exchange.ts';
import { judgeRefusal } from './refusals.ts';
import { escapeXml, parseXml, textOf } from './xml.ts';

type Failures = Map<string, { readonly reason: string; readonly passing: boolean }>;

/** Keys that the store reports as failed for a moment are asked again this often. */
const roundsMax = 5;
const singleDeletesAtOnce = 16;
const answerBytesMax = 4 * 1024 * 1024;

/**
 * Deletes in batches; whatever happens, the report says of each key whether it is gone.
 *
 * @param nameOf a key's name in the bucket
 */
export async function deleteObjects(connection: BucketConnection, keys: readonly string[], nameOf: (key: string) => string): Promise<DeleteReport> {
  const all = [...new Set(keys)];
  const failed: { key: string; reason: string }[] = [];
  for (let at = 0; at < all.length; at += connection.limits.deleteBatchKeys) {
    const batch = all.slice(at, at + connection.limits.deleteBatchKeys);
    try {
      for (const [key, { reason }] of await deleteBatch(connection, batch, nameOf)) failed.push({ key, reason });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      if (at === 0) throw error;
      // Some are gone already: the caller must know which. The rest would only wait for the same failure.
      for (const key of all.slice(at)) failed.push({ key, reason: `not tried to the end: ${error.message}` });
      break;
    }
  }
  return { deleted: all.length - failed.length, failed };
}

async function deleteBatch(connection: BucketConnection, batch: readonly string[], nameOf: (key: string) => string): Promise<Failures> {
  let left: readonly string[] = batch;
  for (let round = 1; ; round++) {
    const failures = await deleteOnce(connection, left, nameOf);
    const passing = [...failures].filter(([, { passing }]) => passing).map(([key]) => key);
    if (passing.length === 0 || round >= roundsMax) return failures;
    const lasting = new Map([...failures].filter(([, { passing }]) => !passing));
    if (lasting.size > 0) return new Map([...lasting, ...(await deleteBatch(connection, passing, nameOf))]);
    left = passing;
  }
}

async function deleteOnce(connection: BucketConnection, keys: readonly string[], nameOf: (key: string) => string): Promise<Failures> {
  const keyOf = new Map(keys.map((key) => [nameOf(key), key]));
  const objects = keys.map((key) => `<Object><Key>${escapeXml(nameOf(key))}</Key></Object>`).join('');
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`,
  );
  const sha256 = createHash('sha256').update(body).digest();
  let failures: Failures = new Map();
  try {
    await connection.send({
      operation: 'delete',
      method: 'POST',
      query: { delete: '' },
      headers: {
        'content-type': 'application/xml',
        // Some stores want the one, some the other.
        'content-md5': createHash('md5').update(body).digest('base64'),
        'x-amz-checksum-sha256': sha256.toString('base64'),
      },
      body,
      bodySha256: sha256.toString('hex'),
      answerBytesMax,
      check: (answer) => {
        failures = readFailures(answer, keyOf);
      },
    });
  } catch (error) {
    if (storeErrors.is(error, 'STORE_UNSUITABLE')) return await deleteOneByOne(connection, keys);
    // Some (Ceph 16) ask for the right to delete in the whole bucket, where a single deletion takes the right to that key.
    if (!storeErrors.is(error, 'STORE_ACCESS') || (await deleteOneByOne(connection, keys.slice(0, 1))).size > 0) throw error;
    return await deleteOneByOne(connection, keys.slice(1));
  }
  return failures;
}

function readFailures({ body }: WireAnswer, keyOf: ReadonlyMap<string, string>): Failures {
  try {
    const root = parseXml(body);
    if (root.name !== 'DeleteResult') throw new Error(`it begins with ${root.name}`);
    const failures: Failures = new Map();
    for (const one of root.children.filter(({ name }) => name === 'Error')) {
      const code = textOf(one, 'Code');
      const key = keyOf.get(textOf(one, 'Key') ?? '');
      if (key === undefined) throw new Error('it reports an object that was not named');
      if (code === 'NoSuchKey') continue;
      const { again } = judgeRefusal({ status: 400, code });
      failures.set(key, { reason: `${code ?? 'Error'}: ${textOf(one, 'Message') ?? ''}`, passing: again === 'throttle' || again === 'transient' });
    }
    return failures;
  } catch (error) {
    throw new WireFailure('cut', `the report on deletions can't be read: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** For stores without deletion in batches. */
async function deleteOneByOne(connection: BucketConnection, keys: readonly string[]): Promise<Failures> {
  const failures: Failures = new Map();
  await mapBounded(keys, singleDeletesAtOnce, async (key) => {
    try {
      await connection.send({ operation: 'delete', method: 'DELETE', key, answerBytesMax });
    } catch (error) {
      if (storeErrors.is(error, 'STORE_ABSENT')) return;
      if (!(error instanceof HoldfastError)) throw error;
      failures.set(key, { reason: `${error.code}: ${error.message}`, passing: false });
    }
  });
  return failures;
}
