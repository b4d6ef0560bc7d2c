import type { ObjectStore } from '@holdfast/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changePassphrase, newRecoveryKey, removeKey } from '../src/index.ts';
import { addCheaply, copyOf, keyVault, opens, slotIds } from './key-fixture.ts';
import { environment, passphrase, passphraseCost } from './vault-fixture.ts';

const runs = 300;

/** A vault with nothing but recovery keys: they open without a detour over threads, so that a schedule can be repeated. */
async function recoveryKeysOnly(count: number) {
  const { store, recoveryKey, passphraseId } = await keyVault();
  const keys = [{ recoveryKey }, ...Array.from({ length: count - 1 }, () => ({ recoveryKey: newRecoveryKey(environment.random) }))];
  const ids = (await slotIds(store)).recovery!;
  for (const key of keys.slice(1)) ids.push((await addCheaply(store, { recoveryKey }, key)).id);
  await removeKey(store, { id: passphraseId, proofs: [{ recoveryKey }] }, environment);
  return { store, keys, ids };
}

/** The same store, with every request waiting for its turn. */
function inTurns(store: ObjectStore, schedule: fc.Scheduler): ObjectStore {
  const turn = (label: string) => schedule.schedule(Promise.resolve(), label);
  return {
    ...store,
    put: (key, ...rest) => turn(`put ${key}`).then(() => store.put(key, ...rest)),
    get: (key, ...rest) => turn(`get ${key}`).then(() => store.get(key, ...rest)),
    head: (key) => turn(`head ${key}`).then(() => store.head(key)),
    delete: (keys) => turn(`delete ${keys[0]}`).then(() => store.delete(keys)),
    async *list(prefix) {
      await turn(`list ${prefix}`);
      yield* await Array.fromAsync(store.list(prefix));
    },
  };
}

/** Everybody removes his own neighbour’s slot and rests on the next: a ring in which all could go at once. */
async function ring(count: number, schedule: fc.Scheduler, prepared: Awaited<ReturnType<typeof recoveryKeysOnly>>, seen: (store: ObjectStore) => ObjectStore) {
  const store = copyOf(prepared.store);
  const view = seen(inTurns(store, schedule));
  const removals = Array.from({ length: count }, (_, index) =>
    removeKey(view, { id: prepared.ids[index]!, proofs: [prepared.keys[(index + 1) % count]!], force: true }, environment).catch(
      (error: { code: string }) => error.code,
    ),
  );
  const outcomes = await schedule.waitFor(Promise.all(removals));
  const open = await Promise.all(prepared.keys.map((key) => opens(store, key)));
  return { outcomes, open: open.filter(Boolean).length };
}

test.each([2, 3])('%i removals at once that rest on each other’s keys never leave a vault without one', async (count) => {
  const prepared = await recoveryKeysOnly(count);
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (schedule) => {
      const { outcomes, open } = await ring(count, schedule, prepared, (store) => store);
      expect(open).toBeGreaterThan(0);
      for (const outcome of outcomes) if (typeof outcome === 'string') expect(outcome).toMatch(/^KEY_(CONFLICT|PROOF_MISSING|LAST)$|^VAULT_KEY_WRONG$/);
    }),
    { numRuns: runs },
  );
});

test('without the notes they would: the schedules above do find what the notes prevent', async () => {
  const prepared = await recoveryKeysOnly(2);
  const blind = (store: ObjectStore): ObjectStore => ({
    ...store,
    async *list(prefix) {
      if (prefix !== 'key-removals/') yield* store.list(prefix);
    },
  });
  let lost = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (schedule) => {
      if ((await ring(2, schedule, prepared, blind)).open === 0) lost++;
    }),
    { numRuns: runs },
  );
  expect(lost).toBeGreaterThan(0);
});

test('two removals at once of the last two recovery keys leave one, as nobody insisted', async () => {
  const { store, recoveryId, vaultId } = await keyVault();
  const second = await addCheaply(store, { passphrase }, { recoveryKey: newRecoveryKey(environment.random) });
  expect(second.vaultId).toBe(vaultId);
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (schedule) => {
      const copy = copyOf(store);
      const view = inTurns(copy, schedule);
      const remove = (id: string) => removeKey(view, { id, proofs: [{ passphrase }] }, environment).catch((error: { code: string }) => error.code);
      const outcomes = await schedule.waitFor(Promise.all([remove(recoveryId), remove(second.id)]));
      expect((await slotIds(copy)).recovery?.length ?? 0).toBeGreaterThan(0);
      expect(outcomes).toContain('KEY_LAST_RECOVERY');
    }),
    { numRuns: runs / 3 },
  );
});

test('two changes of one passphrase at once leave a passphrase that somebody knows', async () => {
  const { store, recoveryKey } = await keyVault();
  const to = ['the first new passphrase', 'the second new passphrase'];
  const done = await Promise.allSettled(to.map((one) => changePassphrase(store, { from: passphrase, to: one, passphraseCost }, environment)));
  expect(done.some(({ status }) => status === 'fulfilled')).toBe(true);
  const open = await Promise.all(to.map((one) => opens(store, { passphrase: one })));
  expect(open).toContain(true);
  expect(await opens(store, { passphrase })).toBe(false);
  expect(await opens(store, { recoveryKey })).toBe(true);
});
