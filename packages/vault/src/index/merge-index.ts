import { mapBounded } from '@holdfast/kit';
import { listCycles, readOutcome } from '../collect/records.ts';
import { insideOf } from '../inside.ts';
import type { Vault } from '../vault.ts';
import { LocalIndex } from './local-index.ts';

export interface IndexMerge {
  /** index objects written, each in the place of many */
  readonly written: number;
  /** objects taken away that others stood for already */
  readonly removed: number;
  /** such objects that the store wouldn’t let go; they do no harm */
  readonly left: number;
}

export interface MergeIndexOptions {
  /** as of a mover: what is known of the index lies there */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
}

const outcomesAtOnce = 4;
const keysPerDeletion = 1000;

/**
 * Makes few index objects of many small ones, so that movers have less to list and to read, and takes away what earlier runs have
 * replaced. A part of collection: nothing else removes index objects.
 */
export async function mergeIndex(vault: Vault, { cacheFolder, signal }: MergeIndexOptions): Promise<IndexMerge> {
  const { store, keys, environment } = insideOf(vault);
  using index = new LocalIndex(cacheFolder, { store, keys, environment });
  const gone = new Set<string>();
  const outcomes = (await listCycles(store)).filter(({ outcome }) => outcome);
  await mapBounded(outcomes, outcomesAtOnce, async ({ number }) => {
    for (const pack of (await readOutcome(store, keys, number)).packs) gone.add(pack);
  });
  const { written, superseded } = await index.mergeObjects({ isGone: (pack) => gone.has(pack), signal });
  let left = 0;
  for (let first = 0; first < superseded.length; first += keysPerDeletion) {
    left += (await store.delete(superseded.slice(first, first + keysPerDeletion))).failed.length;
  }
  return { written: written.length, removed: superseded.length - left, left };
}
