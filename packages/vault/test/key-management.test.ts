import { faultStore, memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { changePassphrase, listKeys, newRecoveryKey, removeKey, testKey } from '../src/index.ts';
import { addCheaply, copyOf, keyVault, notesIn, opens, slotIds } from './key-fixture.ts';
import { backUp, diskBytes, environment, passphrase, passphraseCost, restored, sha256, testDisk, testVault } from './vault-fixture.ts';

const other = 'another passphrase altogether';
const change = (store: Parameters<typeof listKeys>[0], from: string, to: string) => changePassphrase(store, { from, to, passphraseCost }, environment);

test('keys come and go without a byte of data being rewritten, and every key restores', async () => {
  const store = memoryStore();
  await using fixture = await testVault({ store });
  const disk = testDisk(diskBytes(1024 * 1024));
  const { point } = await backUp(fixture.vault, 'web01', disk);
  const before = [...store.objects].filter(([key]) => !key.startsWith('keys/'));
  const recoveryKey = newRecoveryKey(environment.random);
  await addCheaply(store, { passphrase }, { recoveryKey });
  await addCheaply(store, { recoveryKey }, { passphrase: 'of the second administrator' });
  const { id } = (await testKey(store, { recoveryKey: fixture.recoveryKey })).opens[0]!;
  await removeKey(store, { id, proofs: [{ passphrase }] }, environment);
  await change(store, passphrase, other);
  expect([...store.objects].filter(([key]) => !key.startsWith('keys/'))).toEqual(before);
  expect(sha256(await restored(fixture.vault, point.id))).toBe(sha256(disk.bytes));
  const all = [{ passphrase }, { passphrase: other }, { passphrase: 'of the second administrator' }, { recoveryKey }, { recoveryKey: fixture.recoveryKey }];
  expect(await Promise.all(all.map((key) => opens(store, key)))).toEqual([false, true, true, true, false]);
  expect(await slotIds(store)).toMatchObject({ passphrase: { length: 2 }, recovery: { length: 1 } });
});

test('a list needs no key and shows kind, time and state of each slot', async () => {
  const { store, vaultId, passphraseId, recoveryId } = await keyVault();
  const broken = `keys/${'e'.repeat(32)}`;
  await store.put(broken, Buffer.from('no slot'));
  // What a creation that lost the race for vault.json leaves behind.
  const loser = await keyVault();
  await store.put(`keys/${loser.recoveryId}`, await loser.store.get(`keys/${loser.recoveryId}`));
  const { slots } = await listKeys(store);
  const states = Object.fromEntries(slots.map(({ id, kind, state }) => [id, { kind, state }]));
  expect(states).toEqual({
    [passphraseId]: { kind: 'passphrase', state: 'usable' },
    [recoveryId]: { kind: 'recovery', state: 'usable' },
    [loser.recoveryId]: { kind: 'recovery', state: 'foreign' },
    ['e'.repeat(32)]: { kind: undefined, state: 'damaged' },
  });
  expect((await listKeys(store)).vaultId).toBe(vaultId);
});

test('a test says which slots a secret opens, or that it opens none', async () => {
  const { store, recoveryKey, recoveryId, passphraseId } = await keyVault();
  expect((await testKey(store, { recoveryKey })).opens).toEqual([expect.objectContaining({ id: recoveryId, kind: 'recovery' })]);
  expect((await testKey(store, { passphrase })).opens).toEqual([expect.objectContaining({ id: passphraseId })]);
  await expect(testKey(store, { passphrase: 'wrong' })).rejects.toMatchObject({ code: 'VAULT_KEY_WRONG', message: expect.stringContaining('2 key slots') });
});

test('adding a secret that opens the vault already writes nothing', async () => {
  const { store, recoveryKey, passphraseId } = await keyVault();
  const before = [...store.objects.keys()];
  expect(await addCheaply(store, { recoveryKey }, { passphrase })).toMatchObject({ id: passphraseId, existed: true });
  expect([...store.objects.keys()]).toEqual(before);
});

test('a wrong key adds, changes and removes nothing', async () => {
  const { store, passphraseId } = await keyVault();
  const before = [...store.objects.keys()];
  const wrong = { code: 'VAULT_KEY_WRONG' };
  await expect(addCheaply(store, { passphrase: 'wrong' }, { passphrase: other })).rejects.toMatchObject(wrong);
  await expect(change(store, 'wrong', other)).rejects.toMatchObject(wrong);
  await expect(removeKey(store, { id: passphraseId, proofs: [{ passphrase: 'wrong' }] }, environment)).rejects.toMatchObject(wrong);
  await expect(change(store, passphrase, passphrase)).rejects.toMatchObject({ code: 'KEY_SAME' });
  expect([...store.objects.keys()]).toEqual(before);
});

test('a slot is removed only by who proves another one, and never the last', async () => {
  const { store, recoveryKey, passphraseId, recoveryId } = await keyVault();
  const written = faultStore(store, []);
  const remove = (id: string, proofs: Parameters<typeof removeKey>[1]['proofs'], force = false) => removeKey(written, { id, proofs, force }, environment);
  await expect(remove(passphraseId, [{ passphrase }])).rejects.toMatchObject({ code: 'KEY_PROOF_MISSING' });
  await expect(remove(recoveryId, [{ passphrase }])).rejects.toMatchObject({ code: 'KEY_LAST_RECOVERY' });
  await expect(remove('0'.repeat(32), [{ passphrase }])).rejects.toMatchObject({ code: 'KEY_SLOT_ABSENT' });
  expect(written.log.filter((request) => /^(put|delete)/.test(request))).toEqual([]);
  expect(await remove(passphraseId, [{ passphrase }, { recoveryKey }])).toMatchObject({ id: passphraseId, proof: recoveryId });
  await expect(remove(recoveryId, [{ recoveryKey }], true)).rejects.toMatchObject({ code: 'KEY_LAST' });
  await addCheaply(store, { recoveryKey }, { passphrase: other });
  await expect(remove(recoveryId, [{ passphrase: other }])).rejects.toMatchObject({ code: 'KEY_LAST_RECOVERY' });
  await remove(recoveryId, [{ passphrase: other }], true);
  expect(await slotIds(store)).toEqual({ passphrase: [expect.any(String)] });
  expect(notesIn(store)).toEqual([]);
});

test('a slot left by another creation, or damaged, is no recovery key that one could rely on, and can be removed', async () => {
  const { store, recoveryId } = await keyVault();
  const loser = await keyVault();
  await store.put(`keys/${loser.recoveryId}`, await loser.store.get(`keys/${loser.recoveryId}`));
  await store.put(`keys/${'e'.repeat(32)}`, Buffer.from('no slot'));
  const remove = (id: string) => removeKey(store, { id, proofs: [{ passphrase }] }, environment);
  await expect(remove(recoveryId)).rejects.toMatchObject({ code: 'KEY_LAST_RECOVERY' });
  await remove(loser.recoveryId);
  await remove('e'.repeat(32));
  expect((await listKeys(store)).slots.map(({ state }) => state)).toEqual(['usable', 'usable']);
});

test.each([
  ['flipped', { kind: 'flip', offset: 400 }],
  ['cut short', { kind: 'truncate', length: 100 }],
] as const)('a new slot that is %s in the store is noticed before anything is removed', async (_, fault) => {
  const { store, recoveryKey } = await keyVault();
  const faulty = faultStore(store, [{ on: 'put', key: /^keys\//, fault }]);
  await expect(change(faulty, passphrase, other)).rejects.toMatchObject({ code: 'KEY_SLOT_UNVERIFIED' });
  expect(await opens(store, { passphrase })).toBe(true);
  expect(await opens(store, { recoveryKey })).toBe(true);
});

test('a store that keeps what it says it deleted is not believed', async () => {
  const { store, recoveryId, passphraseId, recoveryKey } = await keyVault();
  const second = newRecoveryKey(environment.random);
  const { id } = await addCheaply(store, { passphrase }, { recoveryKey: second });
  const refuse = (report: Awaited<ReturnType<typeof store.delete>>) => ({
    ...store,
    delete: async (keys: readonly string[]) => (keys[0]!.startsWith('keys/') ? report : store.delete(keys)),
  });
  for (const report of [
    { deleted: 1, failed: [] },
    { deleted: 0, failed: [{ key: `keys/${recoveryId}`, reason: 'it is locked' }] },
  ])
    await expect(removeKey(refuse(report), { id: recoveryId, proofs: [{ passphrase }] }, environment)).rejects.toMatchObject({ code: 'KEY_NOT_REMOVED' });
  expect((await listKeys(store)).slots.find((slot) => slot.id === recoveryId)).toMatchObject({ removing: true });
  // It still opens the vault, but nobody may rely on it.
  expect(await opens(store, { recoveryKey })).toBe(true);
  await expect(removeKey(store, { id: passphraseId, proofs: [{ recoveryKey }] }, environment)).rejects.toMatchObject({ code: 'KEY_PROOF_MISSING' });
  await expect(removeKey(store, { id, proofs: [{ passphrase }] }, environment)).rejects.toMatchObject({ code: 'KEY_LAST_RECOVERY' });
  // Nor is its secret taken for one that opens the vault for good.
  const again = await addCheaply(store, { passphrase }, { recoveryKey });
  expect(again.existed).toBe(false);
  expect(again.id).not.toBe(recoveryId);
  await removeKey(store, { id: recoveryId, proofs: [{ passphrase }] }, environment);
  await removeKey(store, { id: again.id, proofs: [{ passphrase }] }, environment);
  expect([await opens(store, { recoveryKey }), notesIn(store)]).toEqual([false, []]);
});

test('whoever copied a slot and knows its old secret keeps the master key: removal is no rotation', async () => {
  const { store } = await keyVault();
  const thief = copyOf(store);
  await change(store, passphrase, other);
  expect(await opens(store, { passphrase })).toBe(false);
  expect(await opens(thief, { passphrase })).toBe(true);
});
