import { vaultErrors } from '../errors.ts';
import { insideOf } from '../inside.ts';
import { packKey } from '../pack/layout.ts';
import type { Vault } from '../vault.ts';
import { hasExpired, type PresentSession, presentSessions, undecided } from './drain.ts';
import { mark } from './mark.ts';
import { type CondemnedRecord, listCycles, putCondemned, putOutcome, putUnlessThere, type RecordContext, readCondemned, readOutcome } from './records.ts';
import { unneededSegments } from './unneeded-segments.ts';

export interface CollectOptions {
  /** without it nothing is written or deleted */
  readonly apply: boolean;
  /** how long to wait for sessions before leaving the rest to a later run; 0 when absent */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CollectReport {
  /** `waiting`: the cycle stays open, and a later run, anybody's, goes on with it */
  readonly state: 'nothing to do' | 'would delete' | 'waiting' | 'done';
  readonly cycle?: number | undefined;
  /** packs that would go, are condemned, or are gone */
  readonly packs: number;
  /** what they take, where this run has listed them */
  readonly bytes?: number | undefined;
  /** condemned packs that a late commit needs after all */
  readonly pardoned: number;
  readonly segments: number;
  readonly waitingFor: readonly PresentSession[];
  readonly fenced: readonly string[];
}

/** A record stays below a tenth of the largest sealed object; the rest goes with the next cycle. */
const condemnedPacksMax = 500_000;
const keysPerDeletion = 1000;
const pollMs = 10_000;

/**
 * Deletes packs that no point needs, by the protocol of docs/collection.md. Safe with any number of writers and collectors;
 * a run that ends at any step leaves a state that the next one goes on from.
 *
 * @throws `COLLECTION_REFUSED`, `COLLECTION_INCOMPLETE`
 */
export async function collect(context: RecordContext, options: CollectOptions): Promise<CollectReport> {
  const cycles = await listCycles(context.store);
  const open = cycles.find((cycle) => cycle.condemned && !cycle.closed);
  const number = open?.number ?? (cycles.at(-1)?.number ?? -1) + 1;
  let bytes: number | undefined;
  let record: CondemnedRecord;
  const nothing = { packs: 0, pardoned: 0, segments: 0, waitingFor: [], fenced: [] };
  if (open === undefined) {
    const found = await findUnneeded(context, options.signal);
    bytes = found.bytes;
    if (found.packs.length === 0) return { state: 'nothing to do', ...nothing, bytes };
    if (!options.apply) return { state: 'would delete', ...nothing, packs: found.packs.length, bytes };
    record = await putCondemned(context, number, { packs: found.packs, known: found.known });
  } else {
    record = await readCondemned(context.store, context.keys, number);
    if (!options.apply) return { state: 'would delete', ...nothing, cycle: number, packs: record.packs.length };
  }
  const fenced: string[] = [];
  let outcome = open?.outcome === true ? await readOutcome(context.store, context.keys, number) : undefined;
  if (outcome === undefined) {
    const drained = await drain(context, options, fenced);
    if (drained.left.length > 0) return { state: 'waiting', ...nothing, cycle: number, packs: record.packs.length, bytes, waitingFor: drained.left, fenced };
    const release = new Map(record.packs.map((pack) => [pack, undefined]));
    await mark({ ...context, signal: options.signal }, release, drained.kept);
    outcome = await putOutcome(context, number, { packs: [...release.keys()] });
  }
  const segments = await unneededSegments(context, new Set(outcome.packs));
  await deleteAll(context, segments);
  await deleteAll(
    context,
    outcome.packs.flatMap((pack) => [packKey('data', pack), packKey('meta', pack)]),
  );
  await putUnlessThere(context.store, `gc/${number}.closed`, Buffer.from('{}'));
  return {
    state: 'done',
    cycle: number,
    packs: outcome.packs.length,
    bytes: outcome.packs.length === record.packs.length ? bytes : undefined,
    pardoned: record.packs.length - outcome.packs.length,
    segments: segments.length,
    waitingFor: [],
    fenced,
  };
}

/** As `collect`, for whoever holds an open vault. */
export function collectVault(vault: Vault, options: CollectOptions): Promise<CollectReport> {
  return collect(insideOf(vault), options);
}

/** Packs that no point in use needs, except those that a living session may have written. */
async function findUnneeded(context: RecordContext, signal?: AbortSignal): Promise<{ packs: string[]; bytes: number; known: string[] }> {
  const candidates = new Map<string, number>();
  for (const prefix of ['data/', 'meta/']) {
    for await (const { key, size } of context.store.list(prefix)) {
      const match = /\/([0-9a-f]{32})$/.exec(key);
      if (match !== null) candidates.set(match[1]!, size);
    }
  }
  // After the packs and before the points: whoever wrote one of these packs is present now, or has committed, or never will.
  const writers = (await presentSessions(context)).filter((session) => session.kind !== 'undelete' && !hasExpired(context, session));
  const { points, introduced } = await mark({ ...context, signal }, candidates);
  const packs: string[] = [];
  let bytes = 0;
  for (const [pack, size] of candidates) {
    if (packs.length === condemnedPacksMax) break;
    if (writers.length > 0 && !introduced.has(pack)) continue;
    packs.push(pack);
    bytes += size;
  }
  return { packs, bytes, known: points };
}

/** Waits for exactly the sessions that are present now: they may not have seen the record. */
async function drain(context: RecordContext, options: CollectOptions, fenced: string[]): Promise<{ left: PresentSession[]; kept: Set<string> }> {
  const present = await presentSessions(context);
  const kept = new Set(present.flatMap((session) => (session.kind === 'undelete' && session.point !== undefined ? [session.point] : [])));
  const until = context.environment.clock.elapsed() + (options.waitMs ?? 0);
  let left = present.filter((session) => session.kind !== 'undelete');
  for (;;) {
    if (left.length > 0) left = await undecided(context, left, ({ id }) => fenced.push(id));
    const restMs = until - context.environment.clock.elapsed();
    if (left.length === 0 || restMs <= 0) return { left, kept };
    await context.environment.clock.sleep(Math.min(pollMs, restMs), options.signal);
  }
}

async function deleteAll({ store }: RecordContext, keys: readonly string[]): Promise<void> {
  for (let first = 0; first < keys.length; first += keysPerDeletion) {
    const { failed } = await store.delete(keys.slice(first, first + keysPerDeletion));
    if (failed[0] === undefined) continue;
    throw vaultErrors.create('COLLECTION_INCOMPLETE', `${failed[0].key} could not be deleted: ${failed[0].reason}.`, {
      did: 'The collection stays open; another run goes on with it.',
      subject: { object: failed[0].key },
    });
  }
}
