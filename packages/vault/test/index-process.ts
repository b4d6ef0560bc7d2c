import { localStore } from '@holdfast/store';
import { newIndex, placeOf } from './index-fixture.ts';

/** One of several movers that share a cache folder: is told chunks, catches up, and answers with those that it misses. */
const [vault, cache] = process.argv.slice(2) as [string, string];
const store = localStore(vault);
const index = newIndex(store, cache);
let before: Promise<void> = Promise.resolve();

process.on('message', (told: readonly (number | string)[]) => {
  before = before.then(async () => {
    using view = await index.view({ absent: new Set() });
    const missing = told.filter((chunk) => chunk !== 'stop' && placeOf(view, chunk) === undefined);
    process.send?.(missing);
    if (told.includes('stop')) process.exit(missing.length === 0 ? 0 : 1);
  });
});
