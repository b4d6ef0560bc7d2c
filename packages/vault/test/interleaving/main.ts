import { parseArgs } from 'node:util';
import { explore } from './explore.ts';

/** `npm run explore -- --seeds 10000 [--from 1]`: prints the seed and the way to the first loss, and fails. */
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '10000' }, from: { type: 'string', default: '1' } } });
const from = Number(values.from);
const progressEvery = 500;
let steps = 0;
let collections = 0;
let restores = 0;
let rewritings = 0;
for (let seed = from; seed < from + Number(values.seeds); seed++) {
  const explored = await explore(seed);
  steps += explored.steps;
  collections += explored.collections;
  restores += explored.restores;
  rewritings += explored.rewritings;
  if ((seed - from + 1) % progressEvery === 0) console.error(`${seed - from + 1} seeds`);
  if (explored.loss !== undefined) {
    console.log(`${explored.loss.trace.join('\n')}\n\nseed ${seed}: ${explored.loss.what}`);
    process.exit(1);
  }
}
console.log(`${values.seeds} seeds from ${from}: ${steps} requests, ${collections} collections, ${restores} restores, ${rewritings} rewritings, nothing lost`);
