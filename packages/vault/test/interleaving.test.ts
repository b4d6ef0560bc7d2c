import { expect, test } from 'vitest';
import { brokenRules } from './interleaving/broken-rules.ts';
import { explore } from './interleaving/explore.ts';

const seeds = 300;
/** How many seeds behind the one named may be tried: what the code asks the store changes with time, and with it what a seed gives. */
const seedsMore = 400;

test('writers, rewritings, collectors, restores and retention in every order that the seeds give lose nothing, with deaths, stalls, late and repeated requests', async () => {
  let [collections, restores, rewritings] = [0, 0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const explored = await explore(seed);
    expect(explored.loss, `seed ${seed}`).toBeUndefined();
    collections += explored.collections;
    restores += explored.restores;
    rewritings += explored.rewritings;
  }
  expect(collections).toBeGreaterThan(seeds / 8);
  expect(restores).toBeGreaterThan(seeds / 8);
  expect(rewritings).toBeGreaterThan(0);
}, 240_000);

test.each(brokenRules)('$what would lose something, as seed $seed shows', async ({ broken, seed: first }) => {
  let lost = false;
  for (let seed = first; seed <= first + seedsMore && !lost; seed++) lost = (await explore(seed, broken)).loss !== undefined;
  expect(lost).toBe(true);
});
