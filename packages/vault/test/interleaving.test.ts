import { systemRandom } from '@holdfast/kit';
import type { ObjectInfo, ObjectStore } from '@holdfast/store';
import { expect, test } from 'vitest';
import { decodeForwards, encodeForwards } from '../src/forward/forward-record.ts';
import { magicOf, openObject, sealObject } from '../src/sealed-object.ts';
import { keys } from './interleaving/actors.ts';
import { type Broken, explore, listingsOf } from './interleaving/explore.ts';

const seeds = 100;

test('writers, rewritings, collectors and retention in every order that the seeds give lose nothing, with deaths, stalls, late and repeated requests', {
  timeout: 300_000,
}, async () => {
  const sums = { collections: 0, rewritings: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const { loss, collections, rewritings } = await explore(seed);
    expect(loss, `seed ${seed}`).toBeUndefined();
    sums.collections += collections;
    sums.rewritings += rewritings;
  }
  expect(sums.collections).toBeGreaterThan(seeds / 4);
  expect(sums.rewritings).toBeGreaterThan(seeds / 12);
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

/** Sees records as if each named all slots of the packs that it names. */
const generous = (store: ObjectStore): ObjectStore => ({
  ...store,
  get: async (key, options) => {
    const bytes = await store.get(key, options);
    const sessionId = /^forwards\/(.*)/.exec(key)?.[1];
    if (sessionId === undefined || magicOf(bytes) !== 'HFFORWD1') return bytes;
    const name = { kind: 'HFFORWD1', key, sessionId } as const;
    const { targets, sources } = decodeForwards(openObject(keys, name, bytes));
    const all = sources.map(({ pack, find }) => {
      const known = Array.from({ length: 16 }, (_, slot) => find(slot));
      const some = known.find((to) => to !== undefined)!;
      return { pack, slots: known.map((to, slot) => ({ slot, to: to ?? some })) };
    });
    return sealObject(keys, name, encodeForwards({ targets, sources: all }), systemRandom);
  },
});

const rules: readonly (readonly [string, Broken])[] = [
  ['writers that ignore the records', { writers: { obeysRecords: false } }],
  ['collectors that wait for nobody', { collectors: listingsOf('sessions/', () => []) }],
  ['collectors that list sessions before they put the record', { collectors: frozen('sessions/') }],
  ['collectors that mark once', { collectors: frozen('points/') }],
  ['a commit and a fence without a condition', { everybody: unconditional(/^points\//) }],
  ['collectors that take a forward of one slot for one of the whole pack', { collectors: generous }],
  ['a listing of points that breaks off and counts as whole', { collectors: listingsOf('points/', (infos) => infos.slice(0, -1)) }],
];

test.each(rules)('%s would lose a point', { timeout: 300_000 }, async (_what, broken) => {
  let lost = false;
  for (let seed = 1; seed <= 150 && !lost; seed++) lost = (await explore(seed, broken)).loss !== undefined;
  expect(lost).toBe(true);
});
