import { knownLocks, type LockedPacks, LockedSum } from '../locks/locked-packs.ts';
import { hasExpired } from './fence.ts';
import { listPacks } from './list-packs.ts';
import { mark } from './mark.ts';
import { presentSessions } from './present-sessions.ts';
import { lockedOutcomes, type RecordContext } from './records.ts';

/** A record stays below a tenth of the largest sealed object; the rest goes with the next cycle. */
const condemnedPacksMax = 500_000;

export interface Unneeded {
  readonly packs: readonly string[];
  readonly bytes: number;
  /** deleted points whose sessions wrote some of them */
  readonly points: readonly string[];
  /** packs that no point needs, and that can't be deleted before their locks end: they aren't condemned, and can be used again */
  readonly locked?: LockedPacks | undefined;
  /** ids of the points in use at the mark */
  readonly known: readonly string[];
}

/** Packs that no point in use needs, except those that a living session may have written. */
export async function findUnneeded(context: RecordContext, signal?: AbortSignal): Promise<Unneeded> {
  const candidates = new Map<string, number>();
  for await (const { id, size } of listPacks(context.store)) candidates.set(id, size);
  // After the packs and before the points: whoever wrote one of these packs is present now, or has committed, or never will.
  const present = await presentSessions(context);
  const living = present.some((session) => session.kind !== 'undelete' && session.kind !== 'restore' && !hasExpired(context, session));
  // The second mark would spare them; no cycle need be opened for that.
  const kept = new Set(present.flatMap(({ kind, point }) => (kind === 'undelete' && point !== undefined ? [point] : [])));
  const { points: known, deleted, introduced } = await mark({ ...context, signal }, candidates, kept);
  const packs = new Set<string>();
  const locks = await knownLocks(context);
  const released = await lockedOutcomes(context);
  const locked = new LockedSum();
  let bytes = 0;
  for (const [pack, size] of candidates) {
    if (packs.size === condemnedPacksMax) break;
    if (living && !introduced.has(pack)) continue;
    const until = locks.lockedUntil(pack);
    if (until !== undefined) locked.add(size, until);
    if (until !== undefined || released.has(pack)) continue;
    packs.add(pack);
    bytes += size;
  }
  const points = [...deleted].filter(([, wrote]) => wrote.some((pack) => packs.has(pack))).map(([id]) => id);
  return { packs: [...packs], bytes, points, locked: locked.sum(), known };
}
