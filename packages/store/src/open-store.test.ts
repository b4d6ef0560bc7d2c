import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { storeErrors } from './errors.ts';
import { openStore } from './open-store.ts';
import { scratchFolder } from './testing/scratch-folder.ts';

test('a path and a file address open the same folder', async () => {
  await using folder = await scratchFolder();
  const path = join(folder.path, 'a b');
  await openStore(path, { create: true }).put('k', Buffer.from('v'));
  expect(Buffer.from(await openStore(pathToFileURL(path).href).get('k')).toString()).toBe('v');
});

test('a folder is only made when that is asked for', async () => {
  await using folder = await scratchFolder();
  await expect(openStore(join(folder.path, 'x')).head('k')).rejects.toMatchObject({ code: 'STORE_BUCKET_ABSENT' });
});

test('an S3 address names bucket, prefix, endpoint and region', () => {
  expect(openStore('s3://bucket').description).toBe('s3://bucket');
  expect(openStore('s3://bucket/').description).toBe('s3://bucket');
  expect(openStore('s3://bucket/some/prefix/?region=eu-central-1').description).toBe('s3://bucket/some/prefix');
  expect(openStore('s3://bucket/p?endpoint=https://s3.example.org:9000&pathStyle=true').description).toBe('s3://bucket/p at https://s3.example.org:9000');
});

test.each([
  's3://AKIAEXAMPLE:hunter2@bucket/prefix',
  's3://bucket/prefix?secretAccessKey=hunter2',
  's3://bucket/prefix?X-Amz-Security-Token=hunter2',
  's3://bucket/prefix?password=hunter2',
  's3://bucket/prefix?endpoint=https://user:hunter2@s3.example.org',
])('an address with a secret in it is refused, and the secret not repeated: %s', (address) => {
  const error = failure(() => openStore(address));
  expect(error).toMatchObject({ code: 'STORE_ADDRESS', kind: 'usage' });
  expect(JSON.stringify(error) + error.stack).not.toContain('hunter2');
});

test.each([
  's3://',
  's3:///prefix',
  's3://b',
  's3://bucket/p?colour=red',
  's3://bucket/p?pathStyle=maybe',
  's3://bucket/p?endpoint=s3.example.org',
  's3://bucket/p?endpoint=ftp://s3.example.org',
  's3://bucket/p?endpoint=https://s3.example.org/?a=b',
  's3://bucket/p?endpoint=http://s3.example.org',
  'gs://bucket/p',
  'file://elsewhere/p',
  '',
])('an address that cannot be used is refused at once: "%s"', (address) => {
  expect(failure(() => openStore(address))).toMatchObject({ code: 'STORE_ADDRESS' });
});

test('plain HTTP is for this machine, or for those who say so', () => {
  openStore('s3://bucket/p?endpoint=http://127.0.0.1:9000');
  openStore('s3://bucket/p?endpoint=http://localhost:9000');
  openStore('s3://bucket/p?endpoint=http://[::1]:9000');
  openStore('s3://bucket/p?endpoint=http://s3.example.org&allowPlainHttp=true');
});

function failure(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (storeErrors.is(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
