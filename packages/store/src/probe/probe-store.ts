import { HoldfastError } from '@holdfast/kit';
import { type StoreEnvironment, systemEnvironment } from '../environment.ts';
import { isKey } from '../key.ts';
import type { ObjectStore } from '../object-store.ts';
import { prefixedStore } from '../prefixed-store.ts';
import { type CheckScale, probeScale, type StoreCheck } from './check.ts';
import { storeChecks } from './checks.ts';

export interface ProbeResult {
  readonly check: string;
  /** what a vault needs this for */
  readonly requirement: string;
  readonly ok: boolean;
  /** empty when all is well, else what was seen */
  readonly detail: string;
  readonly ms: number;
}

const deleteBatchKeys = 500;

/**
 * Tries whether a store does what a vault needs: one result per check, in order, as they end.
 * Works below a prefix of its own (`probe-<random>/`), and deletes what it made: the last result says whether that went well.
 */
export async function* probeStore(
  store: ObjectStore,
  scale: CheckScale = probeScale,
  environment: StoreEnvironment = systemEnvironment,
): AsyncIterable<ProbeResult> {
  const prefix = `probe-${Buffer.from(environment.random.bytes(8)).toString('hex')}/`;
  const timed = timer(environment);
  let hopeless: string | undefined;
  let cleaned: ProbeResult | undefined;
  try {
    for (const [index, check] of storeChecks.entries()) {
      const result =
        hopeless === undefined ? await timed(check, () => check.run(prefixedStore(store, `${prefix}${index}/`), scale)) : notTried(check, hopeless);
      if (index === 0 && !result.ok) hopeless = 'not tried, because nothing can be written and read';
      yield result;
    }
  } finally {
    // Also when the caller stops early: nothing of ours may stay in a user's bucket.
    cleaned = await timed(cleaning, () => deleteAll(store, prefix));
  }
  yield hopeless === undefined ? cleaned : notTried(cleaning, cleaned.ok ? hopeless : cleaned.detail);
}

const cleaning: Named = {
  name: 'everything the probe made is deleted again',
  requirement: 'Retention frees space; a bucket that keeps versions or forbids deletion needs to be planned for.',
};

function notTried({ name, requirement }: Named, detail: string): ProbeResult {
  return { check: name, requirement, ok: false, detail, ms: 0 };
}

type Named = Pick<StoreCheck, 'name' | 'requirement'>;

function timer({ clock }: StoreEnvironment) {
  return async ({ name, requirement }: Named, work: () => Promise<void>): Promise<ProbeResult> => {
    const start = clock.elapsed();
    let detail = '';
    let ok = true;
    try {
      await work();
    } catch (error) {
      ok = false;
      detail = error instanceof HoldfastError ? `${error.code}: ${error.message}` : firstLine(error);
    }
    return { check: name, requirement, ok, detail, ms: clock.elapsed() - start };
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Deletes everything below a prefix. Safe to run again. */
export async function deleteAll(store: ObjectStore, prefix: string): Promise<void> {
  const failed: string[] = [];
  let batch: string[] = [];
  const flush = async () => {
    const report = await store.delete(batch);
    failed.push(...report.failed.map(({ key, reason }) => `${key}: ${reason}`));
    batch = [];
  };
  for await (const { key } of store.list(prefix)) {
    if (isKey(key)) batch.push(key);
    if (batch.length >= deleteBatchKeys) await flush();
  }
  await flush();
  if (failed.length > 0) throw new Error(`${failed.length} objects below ${prefix} could not be deleted, first ${failed[0]}`);
  for await (const { key } of store.list(prefix)) throw new Error(`${key} is still listed after it was deleted`);
}
