import { HoldfastError, mapBounded } from '@holdfast/kit';
import { storeErrors } from '../errors.ts';
import { checkPrefix, isKey } from '../key.ts';
import type { ObjectLocks, ObjectVersion, ObjectVersions, VersionDeleteReport } from '../object-locks.ts';
import type { BucketConnection } from './connection.ts';
import { type WireAnswer, WireFailure } from './exchange.ts';
import { type Element, parseXml, textOf } from './xml.ts';

const deletesAtOnce = 16;
const answerBytesMax = 64 * 1024;

/** What lies under the keys of a bucket that keeps versions. */
export function s3Versions(connection: BucketConnection, locks: ObjectLocks, nameOf: (key: string) => string): ObjectVersions {
  return {
    list: async function* (prefix) {
      checkPrefix(prefix);
      yield* listVersions(connection, nameOf(prefix), nameOf('').length);
    },
    delete: (which) => deleteVersions(connection, locks, which),
  };
}

interface Place {
  readonly key: string;
  readonly version: string;
}

interface Page {
  readonly entries: readonly (Omit<ObjectVersion, 'key'> & { readonly name: string })[];
  readonly next: Place | undefined;
}

async function* listVersions(connection: BucketConnection, namePrefix: string, strip: number): AsyncIterable<ObjectVersion> {
  let from: Place | undefined;
  let last = '';
  let lastVersion = '';
  do {
    const page: Page = await listPage(connection, namePrefix, from);
    for (const { name, ...info } of page.entries) {
      if (name < last) throw storeErrors.create('STORE_UNSUITABLE', `the store's listing can't be used: "${name}" comes after "${last}"`);
      // versitygw begins a page with what the last one ended with.
      if (name === last && info.version === lastVersion) continue;
      last = name;
      lastVersion = info.version;
      if (!name.startsWith(namePrefix)) throw storeErrors.create('STORE_ANSWER', `the store's listing can't be used: "${name}" was not asked for`);
      const key = name.slice(strip);
      if (isKey(key)) yield { key, ...info };
    }
    if (page.next !== undefined && page.next.key === from?.key && page.next.version === from.version)
      throw storeErrors.create('STORE_ANSWER', `the store's listing can't be used: it gives the same page again and again`);
    from = page.next;
  } while (from !== undefined);
}

async function listPage(connection: BucketConnection, prefix: string, from: Place | undefined): Promise<Page> {
  let page: Page | undefined;
  await connection.send({
    operation: 'list',
    method: 'GET',
    query: {
      versions: '',
      'max-keys': String(connection.limits.listPageKeys),
      'encoding-type': 'url',
      prefix,
      ...(from !== undefined && { 'key-marker': from.key, 'version-id-marker': from.version }),
    },
    answerBytesMax: connection.limits.listPageBytesMax,
    check: (answer) => {
      page = readPage(answer);
    },
  });
  return page!;
}

/** @throws WireFailure when it isn't a whole listing */
function readPage({ body }: WireAnswer): Page {
  try {
    const root = parseXml(body);
    if (root.name !== 'ListVersionsResult') throw new Error(`it begins with ${root.name}`);
    const decode = textOf(root, 'EncodingType') === 'url' ? (text: string) => decodeURIComponent(text.replaceAll('+', ' ')) : (text: string) => text;
    const truncated = textOf(root, 'IsTruncated');
    if (truncated !== 'true' && truncated !== 'false') throw new Error('it does not say whether it is complete');
    const key = textOf(root, 'NextKeyMarker');
    if (truncated === 'true' && !key) throw new Error('it is not complete and does not say how to go on');
    const next = truncated === 'true' ? { key: decode(key!), version: textOf(root, 'NextVersionIdMarker') ?? '' } : undefined;
    return { entries: root.children.filter(({ name }) => name === 'Version' || name === 'DeleteMarker').map((one) => readEntry(one, decode)), next };
  } catch (error) {
    throw new WireFailure('cut', `the listing of versions can't be read: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function readEntry(entry: Element, decode: (text: string) => string): Page['entries'][number] {
  const marker = entry.name === 'DeleteMarker';
  const key = textOf(entry, 'Key');
  const version = textOf(entry, 'VersionId');
  const size = marker ? '0' : textOf(entry, 'Size');
  if (key === undefined || !version || size === undefined || !/^\d+$/.test(size)) throw new Error('an entry has no key, no version or no size');
  const modifiedAt = Date.parse(textOf(entry, 'LastModified') ?? '');
  const storageClass = textOf(entry, 'StorageClass');
  return {
    name: decode(key),
    version,
    marker,
    size: Number(size),
    ...(!Number.isNaN(modifiedAt) && { modifiedAt }),
    ...(storageClass !== undefined && !marker && { storageClass }),
  };
}

/**
 * One request each: deletions of versions are rare, and a store that reports each by itself is understood best.
 * A refused one is asked until when it is locked: S3 refuses with the same word as for a missing right.
 */
async function deleteVersions(connection: BucketConnection, locks: ObjectLocks, which: readonly Place[]): Promise<VersionDeleteReport> {
  const failed: VersionDeleteReport['failed'][number][] = [];
  await mapBounded(which, deletesAtOnce, async ({ key, version }) => {
    try {
      await connection.send({ operation: 'delete', method: 'DELETE', key, query: { versionId: version }, answerBytesMax });
    } catch (error) {
      if (storeErrors.is(error, 'STORE_ABSENT')) return;
      if (!(error instanceof HoldfastError)) throw error;
      const reason = `${error.code}: ${error.message}`;
      const retention = error.code === 'STORE_ACCESS' ? await locks.retention(key, version).catch(() => undefined) : undefined;
      failed.push({ key, version, reason, ...(retention !== undefined && { lockedUntil: retention.until }) });
    }
  });
  return { deleted: which.length - failed.length, failed };
}
