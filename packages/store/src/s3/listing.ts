import { type StoreErrorCode, storeErrors } from '../errors.ts';
import { isKey } from '../key.ts';
import type { ObjectInfo } from '../object-store.ts';
import type { BucketConnection } from './connection.ts';
import { type WireAnswer, WireFailure } from './exchange.ts';
import { type Element, parseXml, textOf } from './xml.ts';

interface Page {
  readonly entries: readonly { readonly name: string; readonly info: Omit<ObjectInfo, 'key'> }[];
  /** `undefined`: this was the last page */
  readonly next: string | undefined;
}

/**
 * All objects below `namePrefix` (the store's prefix and the caller's), page by page, in order; one page in memory.
 * Names that can't be keys of ours belong to somebody else and are left out.
 *
 * @param strip how many characters of a name are the store's own prefix
 */
export async function* listObjects(connection: BucketConnection, namePrefix: string, strip: number): AsyncIterable<ObjectInfo> {
  let token: string | undefined;
  let last = '';
  do {
    const page: Page = await listPage(connection, namePrefix, token);
    if (page.next !== undefined && page.next === token) throw wrong('STORE_ANSWER', 'it gives the same page again and again');
    for (const { name, info } of page.entries) {
      // Also what ends a listing that turns in circles.
      if (name <= last) throw wrong('STORE_UNSUITABLE', `"${name}" comes after "${last}": it does not list in order`);
      last = name;
      if (!name.startsWith(namePrefix)) throw wrong('STORE_ANSWER', `"${name}" was not asked for`);
      const key = name.slice(strip);
      if (isKey(key)) yield { key, ...info };
    }
    token = page.next;
  } while (token !== undefined);
}

function wrong(code: StoreErrorCode, text: string): Error {
  return storeErrors.create(code, `the store's listing can't be used: ${text}`);
}

async function listPage(connection: BucketConnection, prefix: string, token: string | undefined): Promise<Page> {
  let page: Page | undefined;
  await connection.send({
    operation: 'list',
    method: 'GET',
    query: {
      'list-type': '2',
      'max-keys': String(connection.limits.listPageKeys),
      'encoding-type': 'url',
      prefix,
      ...(token !== undefined && { 'continuation-token': token }),
    },
    answerBytesMax: connection.limits.listPageBytesMax,
    check: (answer) => {
      page = readPage(answer);
    },
  });
  return page!;
}

/** @throws WireFailure when it isn't a whole listing: a page cut short must never look like the last one */
function readPage({ body }: WireAnswer): Page {
  try {
    const root = parseXml(body);
    if (root.name !== 'ListBucketResult') throw new Error(`it begins with ${root.name}`);
    const decode = textOf(root, 'EncodingType') === 'url' ? (text: string) => decodeURIComponent(text.replaceAll('+', ' ')) : (text: string) => text;
    const truncated = textOf(root, 'IsTruncated');
    if (truncated !== 'true' && truncated !== 'false') throw new Error('it does not say whether it is complete');
    const next = truncated === 'true' ? textOf(root, 'NextContinuationToken') : undefined;
    if (truncated === 'true' && !next) throw new Error('it is not complete and does not say how to go on');
    return { entries: root.children.filter(({ name }) => name === 'Contents').map((one) => readEntry(one, decode)), next };
  } catch (error) {
    throw new WireFailure('cut', `the listing can't be read: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function readEntry(entry: Element, decode: (text: string) => string): Page['entries'][number] {
  const key = textOf(entry, 'Key');
  const size = textOf(entry, 'Size');
  if (key === undefined || size === undefined || !/^\d+$/.test(size)) throw new Error('an entry has no key or no size');
  const modifiedAt = Date.parse(textOf(entry, 'LastModified') ?? '');
  const storageClass = textOf(entry, 'StorageClass');
  return {
    name: decode(key),
    info: { size: Number(size), ...(!Number.isNaN(modifiedAt) && { modifiedAt }), ...(storageClass !== undefined && { storageClass }) },
  };
}
