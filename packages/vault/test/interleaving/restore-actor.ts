import type { NodeReference } from '../../src/model.ts';
import { beginRestore, type RestoreParts } from '../../src/restore/restore-session.ts';
import { type Actor, environmentOf, keys } from './actors.ts';

/** A restore under way: all these slots, or copies of them, must stay until it ends, unless a collector has given it up. */
export interface Reading {
  /** key at which it would be given up */
  readonly fence: string;
  readonly slots: readonly NodeReference[];
}

/** Who looks whether they do. */
export interface RestoreJudge {
  readonly readings: Map<string, Reading>;
  slotsOf(key: string): readonly NodeReference[];
}

const looksMax = 30;

/** One restore by the real session, which looks at the packs of its point for a while. */
export async function restoreOnce({ scheduler, store, who }: Actor, judge: RestoreJudge): Promise<void> {
  const { random } = scheduler;
  const { objects } = scheduler.store;
  const restorable = () => [...objects.keys()].filter((key) => key.startsWith('points/') && !objects.has(key.replace('points/', 'deleted/')));
  await scheduler.idle(() => restorable().length > 0);
  const points = restorable().map((key) => key.slice('points/'.length));
  const id = points[Math.floor(random() * points.length)];
  if (id === undefined) return;
  const parts = { store, keys, environment: environmentOf(scheduler, who) } as unknown as RestoreParts;
  const session = await beginRestore(parts, id);
  try {
    // What it is about to read is known to the judge at once; the session itself finds it out on the way.
    judge.readings.set(who, { fence: `points/${session.point.vmId}/${session.id}`, slots: judge.slotsOf(`points/${id}`) });
    for (let look = random() * looksMax; look > 0; look--) await store.head('vault.json');
  } finally {
    judge.readings.delete(who);
    await session.end();
  }
}
