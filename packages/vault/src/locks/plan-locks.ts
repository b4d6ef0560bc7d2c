import type { Horizon, LockDay } from './lock-days.ts';

/** What is known of the packs that a new point needs. */
export interface LockFacts {
  readonly horizon: Horizon;
  /** packs that the session wrote: locked as they were put */
  readonly written: ReadonlySet<string>;
  /** packs that the session refers to because a chunk was in the vault already */
  readonly reused: Iterable<string>;
  /** until when everything that the base needs is locked; absent without a base, or where its locks aren't known */
  readonly baseDay?: LockDay | undefined;
  /** every pack that the new maps refer to. Asked only where the base's locks fall short, which is once in a generation. */
  packsOfMaps(): Promise<Iterable<string>>;
  /** until when a pack is known to be locked; 0 where that isn't known */
  dayOf(pack: string): LockDay;
}

export interface LockPlan {
  /** packs to be locked until `horizon.extended`, each once */
  readonly extend: ReadonlySet<string>;
  /** until when everything that the point needs is locked, once that is done */
  readonly pointDay: LockDay;
}

/**
 * Which packs must be locked longer before a point may be committed. What falls short is decided from records that may be
 * old: they can only know too little, so that a pack may be locked twice, and none is forgotten.
 */
export async function planLocks({ horizon, written, reused, baseDay, packsOfMaps, dayOf }: LockFacts): Promise<LockPlan> {
  const extend = new Set<string>();
  let pointDay = horizon.locked;
  const consider = (pack: string) => {
    if (written.has(pack) || extend.has(pack)) return;
    const day = dayOf(pack);
    if (day < horizon.needed) extend.add(pack);
    else pointDay = Math.min(pointDay, day);
  };
  for (const pack of reused) consider(pack);
  if (baseDay !== undefined && baseDay >= horizon.needed) return { extend, pointDay: Math.min(pointDay, baseDay) };
  for (const pack of await packsOfMaps()) consider(pack);
  return { extend, pointDay };
}
