import { expect, test } from 'vitest';
import type { ObjectInfo } from '../object-store.ts';
import { s3Store } from './s3-store.ts';
import { impatient, refuse, scriptedServer } from './scripted-server.ts';

async function collect(listing: AsyncIterable<ObjectInfo>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listing) keys.push(key);
  return keys;
}

test.each([
  [403, 'AccessDenied', 'STORE_ACCESS'],
  [403, 'SignatureDoesNotMatch', 'STORE_CREDENTIALS'],
  [403, 'InvalidAccessKeyId', 'STORE_CREDENTIALS'],
  [404, 'NoSuchBucket', 'STORE_BUCKET_ABSENT'],
  [404, 'NoSuchKey', 'STORE_ABSENT'],
  [403, 'InvalidObjectState', 'STORE_ARCHIVED'],
  [400, 'BadDigest', 'STORE_DAMAGED'],
  [507, 'XMinioStorageFull', 'STORE_FULL'],
  [400, 'InvalidArgument', 'STORE_UNSUITABLE'],
  [412, 'PreconditionFailed', 'STORE_EXISTS'],
] as const)('%d %s is %s, asked once', async (status, code, storeCode) => {
  await using server = await scriptedServer((_, response) => refuse(response, status, code));
  const store = s3Store(server.options, impatient());
  await expect(store.get('k')).rejects.toMatchObject({ code: storeCode });
  await store.close();
  expect(server.seen).toHaveLength(1);
});

test('a missing bucket is not a missing object, also where an answer has no body', async () => {
  await using server = await scriptedServer(({ path }, response) => refuse(response, 404, path === '/bucket/k' ? 'NoSuchKey' : 'NoSuchBucket'));
  const there = s3Store(server.options, impatient());
  expect(await there.head('k')).toBeUndefined();
  const gone = s3Store({ ...server.options, bucket: 'gone' }, impatient());
  await expect(gone.head('k')).rejects.toMatchObject({ code: 'STORE_BUCKET_ABSENT' });
  await expect(collect(gone.list(''))).rejects.toMatchObject({ code: 'STORE_BUCKET_ABSENT' });
  await there.close();
  await gone.close();
});

test('a 404 from something that is not S3 proves nothing', async () => {
  await using server = await scriptedServer((_, response) => {
    response.writeHead(404, { 'content-type': 'text/html' });
    response.end('<html><body>Not found</body></html>');
  });
  const store = s3Store(server.options, impatient());
  await expect(store.head('k')).rejects.toMatchObject({ code: 'STORE_ANSWER' });
  await expect(store.get('k')).rejects.toMatchObject({ code: 'STORE_ANSWER' });
  await store.close();
});
