import { mapBounded } from '@holdfast/kit';
import { followPoint, SeenSlots } from '../collect/follow-maps.ts';
import { readPlaces } from '../collect/places.ts';
import { rowOfPack } from '../locks/ledger-rows.ts';
import { dayAtOrAfter } from '../locks/lock-days.ts';
import { readLedger } from '../locks/lock-records.ts';
import type { RecoveryPoint } from '../model.ts';
import { type PackKind, packKey } from '../pack/layout.ts';
import type { CheckContext } from './check-context.ts';
import { type Finding, finding } from './finding.ts';
import { livePoints } from './read-points.ts';

/** Objects that are asked for although the records say that they are locked long enough. */
const sampleCount = 64;
const requestsAtOnce = 16;

/** What must be locked until when, and for which point. */
interface Promised {
  readonly key: string;
  readonly until: number;
  readonly point: RecoveryPoint;
  /** the records say that it is */
  readonly recorded: boolean;
}

/**
 * Every object that an immutable point needs is locked at least as long as the point promises (docs/vault-format.md §13). What
 * the records don't tell is asked of the store, and a sample of the rest, too.
 */
export async function* checkLocks(context: CheckContext): AsyncGenerator<Finding> {
  const { inside, signal, answers } = context;
  const { store, environment, description } = inside;
  const locks = store.locks;
  if (description.immutability === undefined || locks === undefined) return;
  const promised = await promises(context);
  if (promised.length === 0) return;
  const doubtful = promised.filter(({ recorded }) => !recorded);
  const sure = promised.filter(({ recorded }) => recorded);
  const start = environment.random.fraction();
  const count = Math.min(sampleCount, sure.length);
  const sample = Array.from({ length: count }, (_, n) => sure[Math.floor(((n + start) * sure.length) / count)]!);
  const found: Finding[] = [];
  await mapBounded([...doubtful, ...sample], requestsAtOnce, async ({ key, until, point }) => {
    signal?.throwIfAborted();
    const promise = `point ${point.id} of ${point.vm.name} promises that it can’t be deleted before ${new Date(until).toISOString()}`;
    try {
      const lock = await locks.retention(key);
      answers.fetched(0);
      if (lock === undefined) found.push(finding('LOCK', 'absent', key, `${key} isn’t locked, and ${promise}.`));
      else if (lock.until < until) found.push(finding('LOCK', 'damaged', key, `${key} is locked until ${new Date(lock.until).toISOString()}, and ${promise}.`));
    } catch (error) {
      // What isn't there has a finding of its own.
      if (answers.stateOf(error) !== 'absent') found.push(finding('LOCK', 'unreadable', key, `Whether ${key} is locked can’t be told, and ${promise}.`));
    }
  });
  yield* found;
  yield* checkSlots(context, promised[0]!);
}

/** One slot is enough: others may be new, or about to be removed. */
async function* checkSlots({ inside, answers }: CheckContext, { until, point }: Promised): AsyncGenerator<Finding> {
  const { store } = inside;
  for await (const { key } of store.list('keys/')) {
    try {
      if (((await store.locks!.retention(key))?.until ?? 0) >= until) return;
    } catch (error) {
      answers.stateOf(error);
    }
  }
  const promise = `point ${point.id} of ${point.vm.name} promises that it can be read until ${new Date(until).toISOString()}`;
  yield finding('LOCK', 'absent', 'keys/', `No key slot is locked long enough: ${promise}.`);
}

/** The point that reaches furthest first, so that what others share with it is looked at once. Memory: 200 bytes a pack. */
async function promises({ inside, signal }: CheckContext): Promise<Promised[]> {
  const { store, keys, environment } = inside;
  const now = environment.clock.now();
  const points: RecoveryPoint[] = [];
  for await (const point of livePoints({ store, keys, signal })) if (promiseOf(point) > now) points.push(point);
  points.sort((a, b) => promiseOf(b) - promiseOf(a));
  const { rows } = await readLedger(inside);
  const places = await readPlaces({ store, keys, signal });
  const seen = new SeenSlots();
  const promised = new Map<string, Promised>();
  for (const point of points) {
    const until = promiseOf(point);
    promised.set(`points/${point.id}`, { key: `points/${point.id}`, until, point, recorded: true });
    const need = (kind: PackKind, pack: string) => {
      const key = packKey(kind, pack);
      if (!promised.has(key)) promised.set(key, { key, until, point, recorded: (rowOfPack(rows, pack)?.day ?? 0) >= dayAtOrAfter(until) });
    };
    try {
      await followPoint({ store, keys, signal }, point, seen, (kind, slot) => need(kind, places.of(kind, slot).pack));
    } catch {
      // A map that can't be read has a finding of its own; what was seen of it counts.
    }
  }
  const [furthest] = points;
  if (furthest === undefined) return [];
  promised.set('vault.json', { key: 'vault.json', until: promiseOf(furthest), point: furthest, recorded: false });
  return [...promised.values()];
}

const promiseOf = (point: RecoveryPoint): number => (point.lock === undefined ? 0 : Date.parse(point.lock.until));
