import { expect, test } from 'vitest';
import { selfSignedCertificate } from '../testing/self-signed.ts';
import type { S3StoreOptions } from './s3-options.ts';
import { s3Store } from './s3-store.ts';
import { impatient, refuse, scriptedServer } from './scripted-server.ts';

const body = Buffer.from('the body of an object');

const given = (n: number) => ({ accessKeyId: `id${n}`, secretAccessKey: 'secret', sessionToken: `token${n}` });

test('expired credentials are refreshed once', async () => {
  await using server = await scriptedServer((request, response) => {
    if (request.headers['x-amz-security-token'] !== 'token2') return refuse(response, 400, 'ExpiredToken');
    response.end();
  });
  let issued = 1;
  const credentials: S3StoreOptions['credentials'] = async (options) => given(options?.forceRefresh ? ++issued : issued);
  const store = s3Store({ ...server.options, credentials }, impatient());
  await store.put('k', body);
  await store.put('k', body);
  await store.close();
  expect(server.seen).toHaveLength(3);
  expect(server.seen[2]!.headers.authorization).toContain('Credential=id2/');
});

test('credentials that stay expired are told, not tried for ever', async () => {
  await using server = await scriptedServer((_, response) => refuse(response, 400, 'ExpiredToken'));
  const store = s3Store({ ...server.options, credentials: async () => given(1) }, impatient());
  await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORE_CREDENTIALS', kind: 'access' });
  await store.close();
  expect(server.seen).toHaveLength(2);
});

test('expired credentials show behind HEAD, too', async () => {
  await using server = await scriptedServer((request, response) => {
    if (request.headers['x-amz-security-token'] !== 'token2')
      return request.method === 'HEAD' ? response.writeHead(400).end() : refuse(response, 400, 'ExpiredToken');
    response.writeHead(200, { 'content-length': '5' }).end(request.method === 'HEAD' ? undefined : 'hello');
  });
  let issued = 1;
  const store = s3Store({ ...server.options, credentials: async (options) => given(options?.forceRefresh ? ++issued : issued) }, impatient());
  expect(await store.head('k')).toEqual({ key: 'k', size: 5 });
  await store.close();
});

test('no credentials at all are told as that', async () => {
  await using server = await scriptedServer((_, response) => response.end());
  const store = s3Store({ ...server.options, credentials: async () => Promise.reject(new Error('nothing in the environment')) }, impatient());
  await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORE_CREDENTIALS', message: expect.stringContaining('nothing in the environment') });
  await store.close();
});

test('a clock that is off is corrected by the store’s', async () => {
  const storeTime = Date.UTC(2031, 4, 5, 6, 7, 8);
  await using server = await scriptedServer((request, response) => {
    response.setHeader('date', new Date(storeTime).toUTCString());
    if (!request.headers['x-amz-date']?.toString().startsWith('20310505T0607')) return refuse(response, 403, 'RequestTimeTooSkewed');
    response.end();
  });
  const store = s3Store(server.options, impatient());
  await store.put('k', body);
  await store.put('k', body);
  await store.close();
  expect(server.seen).toHaveLength(3);
});

test('a store whose clock makes no sense is told', async () => {
  await using server = await scriptedServer((_, response) => refuse(response, 403, 'RequestTimeTooSkewed'));
  const store = s3Store(server.options, impatient());
  await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORE_CLOCK' });
  await store.close();
  expect(server.seen).toHaveLength(2);
});

const elsewhere = [
  [301, 'PermanentRedirect', '', { 'x-amz-bucket-region': 'eu-central-1' }],
  [400, 'AuthorizationHeaderMalformed', '<Region>eu-central-1</Region>', {}],
] as const;

test.each(elsewhere)('a bucket in another region than named is explained (%d %s)', async (status, code, more, headers) => {
  await using server = await scriptedServer((_, response) => refuse(response, status, code, more, headers));
  const store = s3Store(server.options, impatient());
  await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORE_REGION', message: expect.stringContaining('the bucket is in eu-central-1') });
  await store.close();
  expect(server.seen).toHaveLength(1);
});

test.each(elsewhere)('where no region was named, the bucket’s own is taken (%d %s)', async (status, code, more, headers) => {
  await using server = await scriptedServer((request, response) => {
    if (!request.headers.authorization?.includes('/eu-central-1/s3/')) return refuse(response, status, code, more, headers);
    response.end();
  });
  const { region: _, ...options } = server.options;
  const store = s3Store(options, impatient());
  await store.put('k', body);
  await store.put('k', body);
  await store.close();
  expect(server.seen).toHaveLength(3);
});

test('a certificate that does not verify ends it at once', async () => {
  const certificate = await selfSignedCertificate();
  await using server = await scriptedServer((_, response) => response.end(), certificate);
  const { ca: _, ...options } = server.options;
  const stranger = s3Store(options, impatient());
  await expect(stranger.put('k', body)).rejects.toMatchObject({ code: 'STORE_TLS', kind: 'access' });
  const friend = s3Store(server.options, impatient());
  await friend.put('k', body);
  await stranger.close();
  await friend.close();
  expect(server.seen).toHaveLength(1);
});
