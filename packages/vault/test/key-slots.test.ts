import { memoryStore } from '@holdfast/store/testing';
import { describe, expect, test } from 'vitest';
import { createVault, openVault } from '../src/index.ts';
import { environment, passphrase, passphraseCost } from './vault-fixture.ts';

async function emptyVault() {
  const store = memoryStore();
  const { recoveryKey, vaultId } = await createVault(store, { passphrase, passphraseCost }, environment);
  const slots = (await Array.fromAsync(store.list('keys/'))).map(({ key }) => ({ key, text: Buffer.from(store.objects.get(key)!.body).toString() }));
  const keyOf = (kind: string) => slots.find(({ text }) => JSON.parse(text).kind === kind)!.key;
  return { store, recoveryKey, vaultId, keyOf };
}

const opens = async (store: Parameters<typeof openVault>[0], key: Parameters<typeof openVault>[1]) => (await openVault(store, key, environment)).description.id;

describe('one slot that is no good leaves the others usable', () => {
  test.each([
    ['cut', (text: string) => text.slice(0, 40)],
    ['of a kind of tomorrow', (text: string) => text.replace('hkdf-sha256', 'moon-phase').replace('"recovery"', '"moon"')],
    [
      'asking for too much memory',
      (text: string) => text.replace('"name": "hkdf-sha256"', '"name": "argon2id", "version": 19, "memoryKiB": 999999999, "passes": 1, "parallelism": 1'),
    ],
  ])('%s', async (_, change) => {
    const { store, keyOf, vaultId, recoveryKey } = await emptyVault();
    const key = keyOf('recovery');
    await store.put(key, Buffer.from(change(Buffer.from(await store.get(key)).toString())));
    expect(await opens(store, { passphrase })).toBe(vaultId);
    await expect(opens(store, { recoveryKey })).rejects.toMatchObject({ code: expect.stringMatching(/^(OBJECT_DAMAGED|VAULT_KEY_WRONG)$/) });
  });

  test('and where no slot opens, a damaged one is named rather than the secret called wrong', async () => {
    const { store, keyOf } = await emptyVault();
    await store.put(keyOf('passphrase'), Buffer.from('{'));
    await expect(opens(store, { passphrase })).rejects.toMatchObject({ code: 'OBJECT_DAMAGED', message: expect.stringContaining(keyOf('passphrase')) });
  });

  test('a slot under another name, and one whose plain part names another vault, still open', async () => {
    const { store, keyOf, vaultId, recoveryKey } = await emptyVault();
    const [a, b] = [keyOf('passphrase'), keyOf('recovery')];
    const [bytesA, bytesB] = [await store.get(a), await store.get(b)];
    await store.put(a, bytesB);
    await store.put(b, Buffer.from(Buffer.from(bytesA).toString().replace(vaultId, 'f'.repeat(32))));
    expect(await opens(store, { passphrase })).toBe(vaultId);
    expect(await opens(store, { recoveryKey })).toBe(vaultId);
  });
});
