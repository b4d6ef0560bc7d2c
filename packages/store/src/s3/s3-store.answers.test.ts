import { expect, test } from 'vitest';
import type { ObjectInfo } from '../object-store.ts';
import { s3Store } from './s3-store.ts';
import { impatient, refuse, scriptedServer } from './scripted-server.ts';

const body = Buffer.from('the body of an object');

async function collect(listing: AsyncIterable<ObjectInfo>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listing) keys.push(key);
  return keys;
}

test('a put carries the SHA-256 twice, its length, its class, and the condition', async () => {
  await using server = await scriptedServer((_, response) => response.end());
  const store = s3Store({ ...server.options, prefix: 'a b/c', storageClass: 'STANDARD_IA' }, impatient());
  await store.put('k', body, { ifAbsent: true });
  await store.close();
  const { path, headers } = server.seen[0]!;
  const hex = headers['x-amz-content-sha256'] as string;
  expect(path).toBe('/bucket/a%20b/c/k');
  expect(hex).toMatch(/^[0-9a-f]{64}$/);
  expect(Buffer.from(headers['x-amz-checksum-sha256'] as string, 'base64').toString('hex')).toBe(hex);
  expect(headers).toMatchObject({ 'content-length': '21', 'x-amz-storage-class': 'STANDARD_IA', 'if-none-match': '*' });
});

test('a store that keeps another checksum than was sent is not believed', async () => {
  await using server = await scriptedServer((_, response) => response.writeHead(200, { 'x-amz-checksum-sha256': 'AAAA' }).end());
  const store = s3Store(server.options, impatient());
  await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  await store.close();
});

test.each([
  ['ignores it', 200, {}],
  ['answers with another one', 206, { 'content-range': 'bytes 5-9/21' }],
])('a store that is asked for a range and %s is unsuitable', async (_, status, headers) => {
  await using server = await scriptedServer((__, response) => response.writeHead(status, { 'content-length': '5', ...headers }).end('01234'));
  const store = s3Store(server.options, impatient());
  await expect(store.get('k', { range: { offset: 0, length: 5 } })).rejects.toMatchObject({ code: 'STORE_UNSUITABLE' });
  await store.close();
});

const page = (keys: string[], next?: string) =>
  `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}${keys
    .map((key) => `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>`)
    .join('')}</ListBucketResult>`;

test('a listing follows its pages, and survives one that is cut short', async () => {
  await using server = await scriptedServer(({ query }, response, nth) => {
    const token = query.get('continuation-token');
    if (nth === 2) return response.end(page(['p/c']).slice(0, 60));
    response.end(token === null ? page(['p/a', 'p/b'], 'one+/=') : page(['p/c', 'p/not a key of ours']));
    expect(token === null || token === 'one+/=').toBe(true);
  });
  const store = s3Store({ ...server.options, prefix: 'p' }, impatient());
  expect(await collect(store.list(''))).toEqual(['a', 'b', 'c']);
  await store.close();
  expect(server.seen).toHaveLength(3);
});

test.each([
  ['turns in circles', () => page(['a', 'b'], 'same')],
  ['is out of order', () => page(['b', 'a'])],
  ['holds what was not asked for', () => page(['zzz'])],
])('a listing that %s is an error, not a result', async (_, answer) => {
  await using server = await scriptedServer((__, response) => response.end(answer()));
  const store = s3Store(server.options, impatient());
  await expect(collect(store.list(server.seen.length === 0 && answer().includes('zzz') ? 'a' : ''))).rejects.toMatchObject({
    code: expect.stringMatching(/^STORE_(ANSWER|UNSUITABLE)$/),
  });
  await store.close();
});

test.each([
  ['no end mark', '<ListBucketResult></ListBucketResult>'],
  ['more to come, but not how', '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'],
  ['a document type', '<!DOCTYPE a><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'],
  ['something else', '<html></html>'],
  ['nothing', ''],
])('a listing with %s is not believed', async (_, answer) => {
  await using server = await scriptedServer((__, response) => response.end(answer));
  const store = s3Store({ ...server.options, limits: { attemptsMax: 2 } }, impatient());
  await expect(collect(store.list(''))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  await store.close();
});

test('deletions are reported key by key; what failed for a moment is asked again, what is gone counts', async () => {
  const error = (key: string, code: string) => `<Error><Key>${key}</Key><Code>${code}</Code><Message>m</Message></Error>`;
  await using server = await scriptedServer((_, response, nth) => {
    const errors = nth === 1 ? error('a', 'AccessDenied') + error('b', 'InternalError') + error('c', 'NoSuchKey') : '';
    response.end(`<DeleteResult>${errors}</DeleteResult>`);
  });
  const store = s3Store(server.options, impatient());
  expect(await store.delete(['a', 'b', 'c', 'd'])).toEqual({ deleted: 3, failed: [{ key: 'a', reason: 'AccessDenied: m' }] });
  await store.close();
  expect(server.seen[1]!.body.toString()).toContain('<Key>b</Key>');
  expect(server.seen[1]!.body.toString()).not.toContain('<Key>d</Key>');
  expect(server.seen[0]!.headers['content-md5']).toBeDefined();
});

test('a store without deletion in batches is asked one by one', async () => {
  await using server = await scriptedServer(({ method }, response) =>
    method === 'POST' ? refuse(response, 501, 'NotImplemented') : response.writeHead(204).end(),
  );
  const store = s3Store(server.options, impatient());
  expect(await store.delete(['a', 'b'])).toEqual({ deleted: 2, failed: [] });
  await store.close();
  expect(
    server.seen
      .filter(({ method }) => method === 'DELETE')
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/bucket/a', '/bucket/b']);
});

test('a store that refuses deletion in batches, and not of the keys themselves, is asked one by one; one that refuses all is told after a single try', async () => {
  let all = false;
  await using server = await scriptedServer(({ method, path }, response) =>
    method === 'POST' || all || path.endsWith('/c') ? refuse(response, 403, 'AccessDenied') : response.writeHead(204).end(),
  );
  const store = s3Store(server.options, impatient());
  expect(await store.delete(['a', 'b', 'c'])).toMatchObject({ deleted: 2, failed: [{ key: 'c', reason: expect.stringContaining('STORE_ACCESS') }] });
  all = true;
  const before = server.seen.length;
  await expect(store.delete(['a', 'b', 'c'])).rejects.toMatchObject({ code: 'STORE_ACCESS' });
  expect(server.seen.slice(before).map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  await store.close();
});

test('when a later batch fails, the report says which keys are gone', async () => {
  await using server = await scriptedServer((_, response, nth) => (nth === 1 ? response.end('<DeleteResult/>') : refuse(response, 403, 'AccessDenied')));
  const store = s3Store({ ...server.options, limits: { deleteBatchKeys: 2 } }, impatient());
  const report = await store.delete(['a', 'b', 'c', 'd', 'e']);
  expect(report.deleted).toBe(2);
  expect(report.failed.map(({ key }) => key)).toEqual(['c', 'd', 'e']);
  await store.close();
});

test('connections are kept and used again', async () => {
  await using server = await scriptedServer((_, response) => response.end());
  const store = s3Store(server.options, impatient());
  for (let n = 0; n < 20; n++) await store.put('k', body);
  await store.close();
  expect(server.connections()).toBe(1);
});
