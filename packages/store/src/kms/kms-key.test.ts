import { systemClock, systemRandom } from '@holdfast/kit';
import { type KmsIdentity, type KmsSimulator, startKmsSimulator } from '@holdfast/simulators';
import { expect, test, vi } from 'vitest';
import { selfSignedCertificate } from '../testing/self-signed.ts';
import { parseKmsKeyArn, sameKmsKey } from './key-arn.ts';
import { type KmsKeyOptions, kmsKey } from './kms-key.ts';

const administrator = { accessKeyId: 'AKIAADMINISTRATOR', secretAccessKey: 'of the administrator', allow: ['GenerateDataKey', 'Decrypt'] };
const mover = { accessKeyId: 'AKIAMOVER', secretAccessKey: 'of the mover', allow: ['Decrypt'] };
const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'of nobody', allow: [] };
const identities: KmsIdentity[] = [administrator, mover, stranger];
const context = { 'holdfast-vault': 'a', 'holdfast-slot': 'b' };

/** Pauses are taken at once and written down. */
function keyAt(kms: KmsSimulator, arn: string, options: Partial<KmsKeyOptions> = {}) {
  const pauses: number[] = [];
  const clock = { ...systemClock, sleep: async (ms: number) => void pauses.push(ms) };
  const key = kmsKey({ arn, endpoint: kms.endpoint, credentials: administrator, ...options }, { clock, random: systemRandom });
  return Object.assign(key, { pauses });
}

test('a data key is wrapped, and opened again by whoever may only decrypt', async () => {
  await using kms = await startKmsSimulator({ identities });
  const arn = kms.createKey();
  const { plaintext, ciphertext } = await keyAt(kms, arn).newDataKey(context);
  expect(plaintext.length).toBe(32);
  expect(Buffer.from(ciphertext).includes(Buffer.from(plaintext))).toBe(false);
  const opened = await keyAt(kms, arn, { credentials: mover }).openDataKey(ciphertext, context);
  expect(Buffer.from(opened!).equals(plaintext)).toBe(true);
  // The key is named, so that KMS opens nothing that another key has wrapped.
  expect(kms.requests.map(({ operation, input }) => [operation, input.KeyId])).toEqual([
    ['GenerateDataKey', arn],
    ['Decrypt', arn],
  ]);
  await expect(keyAt(kms, arn, { credentials: mover }).newDataKey(context)).rejects.toMatchObject({ code: 'KMS_ACCESS', subject: { key: arn } });
});

test('another context, another key and other bytes open nothing', async () => {
  await using kms = await startKmsSimulator({ identities });
  const arn = kms.createKey();
  const key = keyAt(kms, arn);
  const { ciphertext } = await key.newDataKey(context);
  const altered = Buffer.from(ciphertext);
  altered[40]! ^= 1;
  expect(await key.openDataKey(ciphertext, { ...context, 'holdfast-vault': 'another' })).toBeUndefined();
  expect(await key.openDataKey(altered, context)).toBeUndefined();
  expect(await keyAt(kms, kms.createKey()).openDataKey(ciphertext, context)).toBeUndefined();
  expect(await key.openDataKey(ciphertext, context)).toBeDefined();
});

test.each([
  ['a key that is disabled', 'KMS_KEY_STATE', (kms: KmsSimulator, arn: string) => kms.setState(arn, 'Disabled')],
  ['a key that waits for its deletion', 'KMS_KEY_STATE', (kms: KmsSimulator, arn: string) => kms.setState(arn, 'PendingDeletion')],
  ['a key that isn’t there', 'KMS_KEY_ABSENT', (kms: KmsSimulator) => kms.refuseNext(1, 'NotFoundException')],
  ['a signature that expired', 'KMS_CREDENTIALS', (kms: KmsSimulator) => kms.refuseNext(1, 'ExpiredTokenException')],
  ['a refusal without a name', 'KMS_ACCESS', (kms: KmsSimulator) => kms.refuseNext(1, '', 403)],
])('%s is told as it is, without trying again', async (_, code, spoil) => {
  await using kms = await startKmsSimulator({ identities });
  const arn = kms.createKey();
  const key = keyAt(kms, arn);
  const { ciphertext } = await key.newDataKey(context);
  spoil(kms, arn);
  await expect(key.openDataKey(ciphertext, context)).rejects.toMatchObject({ code, message: expect.stringContaining(arn) });
  expect(key.pauses).toEqual([]);
});

test.each([
  ['may not use it', stranger, 'KMS_ACCESS'],
  ['has a wrong secret', { ...mover, secretAccessKey: 'not the secret' }, 'KMS_CREDENTIALS'],
  ['isn’t known', { ...mover, accessKeyId: 'AKIAUNKNOWN' }, 'KMS_CREDENTIALS'],
])('an identity that %s is refused, and its secret isn’t repeated', async (_, credentials, code) => {
  await using kms = await startKmsSimulator({ identities });
  const refused = await keyAt(kms, kms.createKey(), { credentials })
    .openDataKey(Buffer.alloc(80), context)
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code });
  expect(JSON.stringify(refused)).not.toContain('the secret');
});

test('throttling and failures of the service are tried again, six times in all', async () => {
  await using kms = await startKmsSimulator({ identities });
  const key = keyAt(kms, kms.createKey());
  const { ciphertext } = await key.newDataKey(context);
  kms.refuseNext(3, 'ThrottlingException');
  kms.refuseNext(2, 'KMSInternalException', 500);
  expect(await key.openDataKey(ciphertext, context)).toBeDefined();
  expect(key.pauses).toHaveLength(5);
  kms.refuseNext(6, 'ThrottlingException');
  await expect(key.openDataKey(ciphertext, context)).rejects.toMatchObject({ code: 'KMS_THROTTLED', did: 'Tried 6 times.' });
  expect(await key.openDataKey(ciphertext, context)).toBeDefined();
});

test('an endpoint where nobody answers is told as such', async () => {
  const kms = await startKmsSimulator({ identities });
  const key = keyAt(kms, kms.createKey());
  await kms[Symbol.asyncDispose]();
  await expect(key.openDataKey(Buffer.alloc(80), context)).rejects.toMatchObject({ code: 'KMS_UNREACHABLE', did: 'Tried 6 times.' });
});

test('TLS is verified: only a server that proves its identity is asked', async () => {
  const tls = await selfSignedCertificate();
  await using kms = await startKmsSimulator({ identities, tls });
  const arn = kms.createKey();
  expect(await keyAt(kms, arn, { ca: tls.certificate }).newDataKey(context)).toBeDefined();
  await expect(keyAt(kms, arn).newDataKey(context)).rejects.toMatchObject({ code: 'KMS_TLS' });
  expect(kms.requests).toHaveLength(1);
});

test('an endpoint that the environment names is asked over TLS, too, or not at all', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', 'http://kms.example.com');
  try {
    const key = kmsKey({ arn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd', credentials: mover });
    await expect(key.openDataKey(Buffer.alloc(80), context)).rejects.toMatchObject({ code: 'KMS_ADDRESS', message: expect.stringContaining('not https') });
  } finally {
    vi.unstubAllEnvs();
  }
});

test.each(['alias/backup', 'arn:aws:kms:eu-central-1:111122223333:alias/backup', '1234abcd-12ab-34cd-56ef-1234567890ab', 'arn:aws:s3:::bucket', ''])(
  '%s is no ARN of a key',
  (arn) => {
    expect(() => kmsKey({ arn })).toThrow(expect.objectContaining({ code: 'KMS_ADDRESS' }));
  },
);

test.each(['http://kms.example.com', 'kms.example.com', 'https://user:secret@kms.example.com', 'https://kms.example.com/?a=b'])(
  'an endpoint %s is refused',
  (endpoint) => {
    const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';
    expect(() => kmsKey({ arn, endpoint })).toThrow(expect.objectContaining({ code: 'KMS_ADDRESS', message: expect.not.stringContaining('secret') }));
  },
);

test('copies of a multi-region key are one key; keys that only look alike aren’t', () => {
  const arn = (region: string, id: string, account = '111122223333') => `arn:aws:kms:${region}:${account}:key/${id}`;
  expect(sameKmsKey(arn('eu-central-1', 'mrk-1'), arn('eu-west-1', 'mrk-1'))).toBe(true);
  expect(sameKmsKey(arn('eu-central-1', 'mrk-1'), arn('eu-west-1', 'mrk-2'))).toBe(false);
  expect(sameKmsKey(arn('eu-central-1', 'mrk-1'), arn('eu-west-1', 'mrk-1', '444455556666'))).toBe(false);
  expect(sameKmsKey(arn('eu-central-1', '1'), arn('eu-west-1', '1'))).toBe(false);
  expect(parseKmsKeyArn(arn('eu-central-1', 'mrk-1'))).toMatchObject({ region: 'eu-central-1', account: '111122223333', id: 'mrk-1' });
});
