import type { ObjectStore } from '@holdfast/store';
import { type FaultRule, faultStore } from '@holdfast/store/testing';
import { describe, expect, test } from 'vitest';
import { changePassphrase, listKeys, newRecoveryKey, removeKey, rotateKey, type VaultKey } from '../src/index.ts';
import { addCheaply, copyOf, keyVault, notesIn, opens } from './key-fixture.ts';
import { environment, passphrase, passphraseCost } from './vault-fixture.ts';

const next = 'a passphrase for the next year';

/** One way of managing keys: what it does, which keys must open the vault whatever happens, and which do at its end. */
interface Operation {
  readonly work: (store: ObjectStore) => Promise<unknown>;
  /** of each group at least one opens at any time */
  readonly always: readonly (readonly VaultKey[])[];
  readonly atLast: readonly VaultKey[];
  readonly noMore: readonly VaultKey[];
}

async function prepare() {
  const vault = await keyVault();
  const second = { recoveryKey: newRecoveryKey(environment.random) };
  const { id: secondId } = await addCheaply(vault.store, { passphrase }, second);
  const fresh = { recoveryKey: newRecoveryKey(environment.random) };
  const [old, recovery] = [{ passphrase }, { recoveryKey: vault.recoveryKey }];
  const operations: Record<string, Operation> = {
    'adding a passphrase': {
      work: (store) => addCheaply(store, old, { passphrase: next }),
      always: [[old], [recovery]],
      atLast: [{ passphrase: next }],
      noMore: [],
    },
    'adding a recovery key': { work: (store) => addCheaply(store, old, fresh), always: [[old], [recovery]], atLast: [fresh], noMore: [] },
    'changing the passphrase': {
      work: (store) => changePassphrase(store, { from: passphrase, to: next, passphraseCost }, environment),
      always: [[old, { passphrase: next }], [recovery]],
      atLast: [{ passphrase: next }],
      noMore: [old],
    },
    'rotating a recovery key': {
      work: (store) => rotateKey(store, { id: secondId, opener: old, secret: fresh, passphraseCost }, environment),
      always: [[old], [recovery], [second, fresh]],
      atLast: [old, recovery, fresh],
      noMore: [second],
    },
    'removing a recovery key': {
      work: (store) => removeKey(store, { id: secondId, proofs: [old] }, environment),
      always: [[old], [recovery]],
      atLast: [old, recovery],
      noMore: [second],
    },
    'removing the passphrase': {
      work: (store) => removeKey(store, { id: vault.passphraseId, proofs: [recovery] }, environment),
      always: [[recovery], [second]],
      atLast: [recovery, second],
      noMore: [old],
    },
  };
  return { vault, operations };
}

const crashes: Record<string, (at: number) => FaultRule[]> = {
  before: (at) => [{ on: 'any', from: at, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } }],
  after: (at) => [
    { on: 'any', nth: at, fault: { kind: 'fail after', code: 'STORE_UNREACHABLE' } },
    { on: 'any', from: at + 1, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } },
  ],
};

const { vault, operations } = await prepare();

describe.each(Object.entries(operations))('%s', (_, { work, always, atLast, noMore }) => {
  test.each(Object.entries(crashes))('survives a crash %s every request, and again finishes', async (_, rules) => {
    const whole = faultStore(copyOf(vault.store), []);
    await work(whole);
    const requests = [...whole.log];
    const slotsAtLast = (await listKeys(whole)).slots.length;
    expect(requests.length).toBeGreaterThan(5);
    for (const [index, request] of requests.entries()) {
      const at = `request ${index + 1}: ${request}`;
      const store = copyOf(vault.store);
      await expect(work(faultStore(store, rules(index + 1))), at).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
      for (const group of always) expect(await Promise.all(group.map((key) => opens(store, key))), at).toContain(true);
      expect(
        (await listKeys(store)).slots.map(({ state }) => state),
        at,
      ).not.toContain('damaged');

      await work(store).catch((error) => {
        // The interrupted attempt had done all of it: there is nothing left to open or to remove.
        if (!['KEY_SLOT_ABSENT', 'VAULT_KEY_WRONG'].includes(error.code)) throw error;
      });
      for (const key of atLast) expect(await opens(store, key), `${at}, done again`).toBe(true);
      for (const key of noMore) expect(await opens(store, key), `${at}, done again`).toBe(false);
      expect((await listKeys(store)).slots.length, at).toBe(slotsAtLast);
    }
    expect(notesIn(vault.store)).toEqual([]);
  });

  test('goes through where a single answer is lost and the request is sent again', async () => {
    const whole = faultStore(copyOf(vault.store), []);
    await work(whole);
    for (const index of whole.log.keys()) {
      const store = copyOf(vault.store);
      await work(sentAgain(faultStore(store, [{ on: 'any', nth: index + 1, fault: { kind: 'fail after', code: 'STORE_UNREACHABLE' } }])));
      for (const key of atLast) expect(await opens(store, key), whole.log[index]).toBe(true);
      for (const key of noMore) expect(await opens(store, key), whole.log[index]).toBe(false);
      expect(notesIn(store)).toEqual([]);
    }
  });
});

/** As the real stores do: a request without an answer is sent once more. */
function sentAgain(store: ObjectStore): ObjectStore {
  const again = async <T>(request: () => Promise<T>): Promise<T> => await request().catch(request);
  return {
    ...store,
    put: (...parameters) => again(() => store.put(...parameters)),
    get: (...parameters) => again(() => store.get(...parameters)),
    head: (key) => again(() => store.head(key)),
    delete: (keys) => again(() => store.delete(keys)),
    async *list(prefix) {
      yield* await again(() => Array.fromAsync(store.list(prefix)));
    },
  };
}
