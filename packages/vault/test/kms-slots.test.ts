import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type KmsIdentity, type KmsSimulator, startKmsSimulator } from '@holdfast/simulators';
import { kmsKey, localStore } from '@holdfast/store';
import { type Fault, type FaultRule, faultStore, type MemoryStore, memoryStore } from '@holdfast/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { createVault, listKeys, newRecoveryKey, openVault, removeKey, rotateKey, testKey } from '../src/index.ts';
import { addCheaply, copyOf, keyVault, notesIn, opens, slotIds } from './key-fixture.ts';
import { backUp, diskBytes, environment, passphrase, passphraseCost, testDisk } from './vault-fixture.ts';

const administrator: KmsIdentity = { accessKeyId: 'AKIAADMINISTRATOR', secretAccessKey: 'of the administrator', allow: ['GenerateDataKey', 'Decrypt'] };
const mover: KmsIdentity = { accessKeyId: 'AKIAMOVER', secretAccessKey: 'of the mover', allow: ['Decrypt'] };

let kms: KmsSimulator;
let arn: string;
const key = (which = arn, credentials = administrator) => ({ kms: kmsKey({ arn: which, endpoint: kms.endpoint, credentials }) });

beforeAll(async () => {
  kms = await startKmsSimulator({ identities: [administrator, mover] });
  arn = kms.createKey();
});
afterAll(() => kms[Symbol.asyncDispose]());

async function kmsVault(store: MemoryStore = memoryStore()) {
  const { vaultId, recoveryKey } = await createVault(store, key(), environment);
  const ids = await slotIds(store);
  return { store, vaultId, recoveryKey, kmsId: ids['aws-kms']![0]!, recoveryId: ids.recovery![0]! };
}

const slotJson = async (store: MemoryStore, id: string) => JSON.parse(Buffer.from(await store.get(`keys/${id}`)).toString('utf8'));

test('a vault made with a key of AWS KMS opens with it and with its recovery key, and has no passphrase', async () => {
  const { store, recoveryKey, kmsId } = await kmsVault();
  expect(await opens(store, key())).toBe(true);
  expect(await opens(store, { recoveryKey })).toBe(true);
  expect(await opens(store, { passphrase })).toBe(false);
  expect((await listKeys(store)).slots.find(({ id }) => id === kmsId)).toMatchObject({ kind: 'aws-kms', state: 'usable', kmsKey: arn });
  expect((await testKey(store, key())).opens).toEqual([expect.objectContaining({ id: kmsId })]);
  await expect(createVault(memoryStore(), {}, environment)).rejects.toThrow(TypeError);
});

test('opening needs kms:Decrypt alone, with the vault and the slot as context, and one request', async () => {
  const { store, vaultId, kmsId } = await kmsVault();
  const before = kms.requests.length;
  await (await openVault(store, key(arn, mover), environment)).close();
  const context = { 'holdfast-vault': vaultId, 'holdfast-slot': kmsId };
  expect(kms.requests.slice(before)).toMatchObject([
    { operation: 'Decrypt', accessKeyId: mover.accessKeyId, input: { KeyId: arn, EncryptionContext: context } },
  ]);
});

test('what the slot holds tells nothing: neither data key nor master key lie in it', async () => {
  const { store, kmsId } = await kmsVault();
  const { kdf } = await slotJson(store, kmsId);
  expect(Object.keys(kdf)).toEqual(['name', 'key', 'ciphertext']);
  expect(kdf.key).toBe(arn);
});

test('a slot that was copied, or whose wrapped key was exchanged, is refused by name, and other keys still open', async () => {
  const { store, kmsId, recoveryKey } = await kmsVault();
  const other = await kmsVault();
  const slot = await slotJson(store, kmsId);
  const foreign = (await slotJson(other.store, other.kmsId)).kdf.ciphertext;
  store.objects.delete(`keys/${kmsId}`);
  await store.put(`keys/${kmsId}`, Buffer.from(JSON.stringify({ ...slot, kdf: { ...slot.kdf, ciphertext: foreign } })));
  for (const attempt of [openVault(store, key(), environment), testKey(store, key())])
    await expect(attempt).rejects.toMatchObject({ code: 'KEY_SLOT_REFUSED', message: expect.stringContaining(kmsId) });
  expect(await opens(store, { recoveryKey })).toBe(true);
});

test('a slot that names another key is never sent to that key', async () => {
  const { store, kmsId } = await kmsVault();
  const evil = kms.createKey();
  const slot = await slotJson(store, kmsId);
  store.objects.delete(`keys/${kmsId}`);
  await store.put(`keys/${kmsId}`, Buffer.from(JSON.stringify({ ...slot, kdf: { ...slot.kdf, key: evil } })));
  const before = kms.requests.length;
  await expect(openVault(store, key(), environment)).rejects.toMatchObject({ code: 'VAULT_KEY_WRONG', message: expect.stringContaining(arn) });
  expect(kms.requests.length).toBe(before);
});

test('a key that is disabled keeps nothing but its own slot shut', async () => {
  const { store, recoveryKey } = await keyVault();
  const own = kms.createKey();
  await addCheaply(store, { passphrase }, key(own));
  kms.setState(own, 'Disabled');
  await expect(openVault(store, key(own), environment)).rejects.toMatchObject({ code: 'KMS_KEY_STATE' });
  expect(await opens(store, { recoveryKey })).toBe(true);
  kms.setState(own, 'Enabled');
  expect(await opens(store, key(own))).toBe(true);
});

test('a slot for AWS KMS is added and removed like any other, and proves another’s removal', async () => {
  const { store, passphraseId } = await keyVault();
  const { id } = await addCheaply(store, { passphrase }, key());
  expect(await addCheaply(store, { passphrase }, key())).toMatchObject({ id, existed: true });
  expect(await removeKey(store, { id: passphraseId, proofs: [key()] }, environment)).toMatchObject({ proof: id });
  expect(await opens(store, { passphrase })).toBe(false);
  await expect(removeKey(store, { id, proofs: [key()] }, environment)).rejects.toMatchObject({ code: 'KEY_PROOF_MISSING' });
});

test('whoever may not make data keys adds no slot and leaves nothing behind', async () => {
  const { store } = await keyVault();
  const before = [...store.objects.keys()];
  await expect(addCheaply(store, { passphrase }, key(arn, mover))).rejects.toMatchObject({ code: 'KMS_ACCESS' });
  expect([...store.objects.keys()]).toEqual(before);
});

test.skipIf(judge('python-reader') === undefined)('a reader that knows nothing of AWS KMS passes over the slot and opens with the recovery key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-kms-'));
  try {
    const store = localStore(join(folder, 'vault'), { create: true });
    const { recoveryKey } = await createVault(store, key(), environment);
    const vault = await openVault(store, key(), environment, { workers: 1, packBytes: 4 * 1024 * 1024 });
    const { point } = await backUp(vault, 'web01', testDisk(diskBytes(1024 * 1024)));
    await vault.close();
    const env = { PATH: process.env.PATH, HOLDFAST_RECOVERY_KEY: recoveryKey };
    const { stdout } = await promisify(execFile)(judge('python-reader')!, [join(folder, 'vault'), 'list'], { env });
    expect(stdout).toContain(point.id);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('rotation puts a slot of the same kind in place of another, for every kind', async () => {
  const { store, passphraseId, recoveryId, recoveryKey } = await keyVault();
  const { id: kmsId } = await addCheaply(store, { passphrase }, key());
  const rotate = (id: string, secret: Parameters<typeof rotateKey>[1]['secret'], opener: typeof secret = { passphrase }) =>
    rotateKey(store, { id, opener, secret, passphraseCost }, environment);
  const next = { recoveryKey: newRecoveryKey(environment.random) };
  await expect(rotate(recoveryId, { passphrase: 'of another kind' })).rejects.toMatchObject({ code: 'KEY_KIND' });
  await expect(rotate(recoveryId, { recoveryKey })).rejects.toMatchObject({ code: 'KEY_SAME' });
  await expect(rotate('0'.repeat(32), next)).rejects.toMatchObject({ code: 'KEY_SLOT_ABSENT' });
  expect(await rotate(recoveryId, next)).toMatchObject({ removed: recoveryId });
  expect([await opens(store, { recoveryKey }), await opens(store, next)]).toEqual([false, true]);
  // The same key of AWS KMS wraps a new data key.
  const rotated = await rotate(kmsId, key(), key());
  expect((await slotIds(store))['aws-kms']).toEqual([rotated.id]);
  expect(await rotate(rotated.id, key(kms.createKey()), key())).toMatchObject({ removed: rotated.id });
  expect(await opens(store, key())).toBe(false);
  await rotate(passphraseId, { passphrase: 'the next passphrase' });
  expect([await opens(store, { passphrase }), await opens(store, { passphrase: 'the next passphrase' })]).toEqual([false, true]);
  expect(await slotIds(store)).toMatchObject({ passphrase: { length: 1 }, recovery: { length: 1 }, 'aws-kms': { length: 1 } });
});

test('a rotation that dies before or after any request leaves the vault open, and is finished by doing it again', async () => {
  const { store: original, recoveryKey, kmsId } = await kmsVault();
  const rotate = (store: Parameters<typeof rotateKey>[0]) => rotateKey(store, { id: kmsId, opener: key(), secret: key() }, environment);
  const whole = faultStore(copyOf(original), []);
  await rotate(whole);
  const dead: Fault = { kind: 'fail', code: 'STORE_UNREACHABLE' };
  for (let at = 1; at <= whole.log.length; at++) {
    for (const last of [[], [{ on: 'any', nth: at, fault: { kind: 'fail after', code: 'STORE_UNREACHABLE' } }]] satisfies FaultRule[][]) {
      const store = copyOf(original);
      const dying = faultStore(store, [...last, { on: 'any', from: at + last.length, fault: dead }]);
      await rotate(dying).catch(() => {});
      expect([await opens(store, key()), await opens(store, { recoveryKey })]).toEqual([true, true]);
      await rotate(store).catch((error: unknown) => expect(error).toMatchObject({ code: 'KEY_SLOT_ABSENT' }));
      const { slots } = await listKeys(store);
      expect(slots.filter(({ kind }) => kind === 'aws-kms').map(({ id }) => id)).not.toContain(kmsId);
      expect([slots.length, notesIn(store)]).toEqual([2, []]);
      expect(await opens(store, key())).toBe(true);
    }
  }
});
