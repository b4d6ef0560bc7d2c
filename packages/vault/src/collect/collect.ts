import { vaultErrors } from '../errors.ts';
import { insideOf } from '../inside.ts';
import { dayAtOrAfter, dayMs } from '../locks/lock-days.ts';
import { knownLocks, type LockedPacks, LockedSum, noteRefused, type RefusedPack } from '../locks/locked-packs.ts';
import { packIdOf } from '../pack/layout.ts';
import { readingKeys } from '../pack/pack-keys.ts';
import type { Vault } from '../vault.ts';
import { cleanSessions } from './clean-sessions.ts';
import { drain } from './drain.ts';
import { findUnneeded } from './find-unneeded.ts';
import { listPacks } from './list-packs.ts';
import { mark } from './mark.ts';
import { type PresentSession, presentSessions } from './present-sessions.ts';
import {
  type CondemnedRecord,
  type Cycle,
  listCycles,
  putCondemned,
  putOutcome,
  putUnlessThere,
  type RecordContext,
  readCondemned,
  readOutcome,
} from './records.ts';
import { unneededSegments } from './unneeded-segments.ts';

export interface CollectOptions {
  /** without it nothing is written or deleted */
  readonly apply: boolean;
  /** how long to wait for sessions before leaving the rest to a later run; 0 when absent */
  readonly waitMs?: number | undefined;
  readonly onProgress?: ((progress: CollectProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a collection is at; `waiting` comes again with every look at the sessions. */
export type CollectProgress =
  | { readonly stage: 'marking' | 'marking again' }
  | { readonly stage: 'waiting'; readonly waitingFor: readonly PresentSession[] }
  | { readonly stage: 'deleting'; readonly done: number; readonly total: number };

export interface CollectReport {
  /** `waiting`: the cycle stays open, and a later run, anybody's, goes on with it */
  readonly state: 'nothing to do' | 'would delete' | 'waiting' | 'done';
  readonly cycle?: number | undefined;
  /** the cycle was open already, so that another run may find more */
  readonly adopted: boolean;
  /** packs that would go, are condemned, or are gone */
  readonly packs: number;
  /** what they take, as far as they are still there */
  readonly bytes: number;
  /** what no point needs and can't be deleted yet: a run after this date takes it */
  readonly locked?: LockedPacks | undefined;
  /** deleted points whose sessions wrote some of these packs, in a run that has marked: they can't be brought back any more */
  readonly points: readonly string[];
  /** condemned packs that a point needs after all */
  readonly pardoned: number;
  /** index segments that named nothing else */
  readonly segments: number;
  /** in a dry run: those that a run would wait for now */
  readonly waitingFor: readonly PresentSession[];
  /** sessions given up in this run */
  readonly fenced: readonly string[];
  /** undelete sessions, whose points’ packs stay; one whose process has gone stays until its object is removed by hand */
  readonly undeleting: readonly PresentSession[];
  /** sessions that are over for good and whose objects were taken away */
  readonly cleaned: number;
  /** why such objects could not be looked for or taken away; the next run tries again */
  readonly notCleaned?: string | undefined;
}

const keysPerDeletion = 1000;

/** As `collect`, for whoever holds an open vault. */
export async function collectVault(vault: Vault, options: CollectOptions): Promise<CollectReport> {
  const inside = insideOf(vault);
  readingKeys(inside.keys, 'Collecting');
  return await collect(inside, options);
}

/**
 * Deletes packs that no point needs, by the protocol of docs/collection.md: one cycle, the open one if there is one. Safe with any
 * number of writers and collectors; a run that ends at any step leaves a state that the next one goes on from.
 *
 * @throws `COLLECTION_REFUSED`, `COLLECTION_INCOMPLETE`
 */
export async function collect(context: RecordContext, options: CollectOptions): Promise<CollectReport> {
  const cycles = await listCycles(context.store);
  const now = context.environment.clock.now();
  const waits = ({ lockedUntil = 0 }: Cycle) => lockedUntil * dayMs > now;
  // What is locked comes again when its locks end; meanwhile it stands in the way of nothing.
  const open = cycles.find((cycle) => cycle.condemned && !cycle.closed && !waits(cycle));
  const number = (cycles.at(-1)?.number ?? -1) + 1;
  const cycle = open ?? { number, sessions: false, outcome: false };
  const report = await (options.apply ? run(context, cycle, open !== undefined, options) : plan(context, cycle, open !== undefined, options));
  if (!options.apply) {
    const present = await presentSessions(context);
    return {
      ...report,
      adopted: open !== undefined,
      cleaned: 0,
      waitingFor: present.filter(({ kind }) => kind !== 'undelete'),
      undeleting: undeleting(present),
    };
  }
  return { ...report, adopted: open !== undefined, ...(await tidy(context, options.signal)) };
}

/** The cycle’s part is done by now, and what came of it is to be told even when this fails. */
async function tidy(context: RecordContext, signal: AbortSignal | undefined): Promise<Pick<CollectReport, 'cleaned' | 'notCleaned' | 'undeleting'>> {
  let cleaned = 0;
  try {
    cleaned = await cleanSessions(context);
    return { cleaned, undeleting: undeleting(await presentSessions(context)) };
  } catch (error) {
    signal?.throwIfAborted();
    return { cleaned, notCleaned: (error as Error).message, undeleting: [] };
  }
}

function undeleting(present: readonly PresentSession[]): PresentSession[] {
  return present.filter(({ kind }) => kind === 'undelete');
}

type OneCycle = Pick<Cycle, 'number' | 'sessions' | 'outcome'>;
type Result = Omit<CollectReport, 'adopted' | 'cleaned' | 'notCleaned' | 'undeleting'>;
const nothing = { packs: 0, bytes: 0, points: [], pardoned: 0, segments: 0, waitingFor: [], fenced: [] } as const;

/** What a run would delete as things are now. */
async function plan(context: RecordContext, cycle: OneCycle, adopted: boolean, { signal, onProgress }: CollectOptions): Promise<Result> {
  if (!adopted) {
    onProgress?.({ stage: 'marking' });
    const { packs, bytes, points, locked } = await findUnneeded(context, signal);
    return packs.length === 0
      ? { state: 'nothing to do', ...nothing, locked }
      : { state: 'would delete', ...nothing, packs: packs.length, bytes, points, locked };
  }
  const { number, outcome } = cycle;
  const condemned = outcome ? await readOutcome(context.store, context.keys, number) : await readCondemned(context.store, context.keys, number);
  const { bytes } = await sizeOf(context, condemned.packs);
  return { state: 'would delete', ...nothing, cycle: number, packs: condemned.packs.length, bytes };
}

async function run(context: RecordContext, cycle: OneCycle, adopted: boolean, options: CollectOptions): Promise<Result> {
  const { number } = cycle;
  const { onProgress, signal } = options;
  let record: CondemnedRecord;
  let points: readonly string[] = [];
  let foundLocked: LockedPacks | undefined;
  if (adopted) record = await readCondemned(context.store, context.keys, number);
  else {
    onProgress?.({ stage: 'marking' });
    const found = await findUnneeded(context, signal);
    if (found.packs.length === 0) return { state: 'nothing to do', ...nothing, locked: found.locked };
    points = found.points;
    foundLocked = found.locked;
    record = await putCondemned(context, number, { packs: found.packs, known: found.known });
  }
  const fenced: string[] = [];
  let outcome = cycle.outcome ? await readOutcome(context.store, context.keys, number) : undefined;
  if (outcome === undefined) {
    const { left, kept } = await drain(context, cycle, {
      ...options,
      onFence: ({ id }) => fenced.push(id),
      onWait: (waitingFor) => onProgress?.({ stage: 'waiting', waitingFor }),
    });
    if (left.length > 0) {
      const { bytes } = await sizeOf(context, record.packs);
      return { state: 'waiting', ...nothing, cycle: number, packs: record.packs.length, bytes, points, waitingFor: left, fenced };
    }
    onProgress?.({ stage: 'marking again' });
    const release = new Map(record.packs.map((pack) => [pack, undefined]));
    const { deleted } = await mark({ ...context, signal }, release, kept);
    points = [...deleted].filter(([, packs]) => packs.some((pack) => release.has(pack))).map(([id]) => id);
    outcome = await putOutcome(context, number, { packs: [...release.keys()] });
  }
  const { bytes, keys } = await sizeOf(context, outcome.packs);
  const segments = await unneededSegments(context, new Set(outcome.packs));
  const going = [...segments, ...keys];
  const locked = await deleteAll(context, going, (done) => onProgress?.({ stage: 'deleting', done, total: going.length }));
  const end = locked === undefined ? 'closed' : `locked-${dayAtOrAfter(Date.parse(locked.until))}`;
  await putUnlessThere(context.store, `gc/${number}.${end}`, Buffer.from('{}'));
  const pardoned = record.packs.length - outcome.packs.length;
  return {
    state: 'done',
    ...nothing,
    cycle: number,
    packs: outcome.packs.length,
    bytes,
    points,
    pardoned,
    segments: segments.length,
    fenced,
    locked: locked ?? foundLocked,
  };
}

/** Those of the packs that are there. Naming no others in deletions keeps versioned buckets free of markers for nothing. */
async function sizeOf(context: RecordContext, packs: readonly string[]): Promise<{ bytes: number; keys: string[] }> {
  const wanted = new Set(packs);
  const keys: string[] = [];
  let bytes = 0;
  for await (const { id, key, size } of listPacks(context.store)) {
    if (!wanted.has(id)) continue;
    keys.push(key);
    bytes += size;
  }
  return { bytes, keys };
}

/** Locked is not yet, and no error: such packs stay, and when they can go is noted. */
async function deleteAll(context: RecordContext, keys: readonly string[], onProgress: (done: number) => void): Promise<LockedPacks | undefined> {
  const locks = await knownLocks(context);
  const refused: RefusedPack[] = [];
  const left = new LockedSum();
  const untilOf = (key: string) => {
    const pack = packIdOf(key);
    return pack === undefined ? undefined : locks.lockedUntil(pack);
  };
  const free = keys.filter((key) => untilOf(key) === undefined);
  for (const key of keys) {
    const until = untilOf(key);
    if (until !== undefined) left.add(0, until);
  }
  for (let first = 0; first < free.length; first += keysPerDeletion) {
    onProgress(first);
    const { failed } = await context.store.delete(free.slice(first, first + keysPerDeletion));
    for (const { key, reason, lockedUntil } of failed) {
      const pack = packIdOf(key);
      if (lockedUntil !== undefined && pack !== undefined) {
        left.add(0, dayAtOrAfter(lockedUntil));
        refused.push({ pack, kind: key.startsWith('meta/') ? 'meta' : 'data', size: 0, lockedUntil });
        continue;
      }
      throw vaultErrors.create('COLLECTION_INCOMPLETE', `${key} could not be deleted: ${reason}.`, {
        did: 'The collection stays open; another run goes on with it.',
        subject: { object: key },
      });
    }
  }
  await noteRefused(context, refused);
  return left.sum();
}
