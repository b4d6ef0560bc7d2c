import type { ObjectInfo, ObjectStore } from '@holdfast/store';
import { expect, test } from 'vitest';
import { type Broken, explore, listingsOf } from './interleaving/explore.ts';

const seeds = 100;

test('writers, collectors and retention in every order that the seeds give lose nothing, with deaths, stalls, late and repeated requests', async () => {
  let collections = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const { loss, collections: some } = await explore(seed);
    expect(loss, `seed ${seed}`).toBeUndefined();
    collections += some;
  }
  expect(collections).toBeGreaterThan(seeds / 4);
});

/** Gives what the first listing gave. */
const frozen = (prefix: string) => (store: ObjectStore) => {
  let first: ObjectInfo[] | undefined;
  return listingsOf(prefix, (infos) => (first ??= infos))(store);
};

const unconditional = (pattern: RegExp) => (store: ObjectStore) => ({
  ...store,
  put: (key: string, body: Uint8Array, options?: object) => store.put(key, body, pattern.test(key) ? { ...options, ifAbsent: false } : options),
});

const rules: readonly (readonly [string, Broken])[] = [
  ['writers that ignore the records', { writers: { obeysRecords: false } }],
  ['collectors that wait for nobody', { collectors: listingsOf('sessions/', () => []) }],
  ['collectors that list sessions before they put the record', { collectors: frozen('sessions/') }],
  ['collectors that mark once', { collectors: frozen('points/') }],
  ['a commit and a fence without a condition', { everybody: unconditional(/^points\//) }],
  ['a listing of points that breaks off and counts as whole', { collectors: listingsOf('points/', (infos) => infos.slice(0, -1)) }],
];

test.each(rules)('%s would lose a point', async (_what, broken) => {
  let lost = false;
  for (let seed = 1; seed <= 150 && !lost; seed++) lost = (await explore(seed, broken)).loss !== undefined;
  expect(lost).toBe(true);
});
