import { GiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { type LockSimulation, simulateLocks } from './lock-simulation.ts';

/** `npm run simulate:locks` has the whole: 10 TiB for a year. */
const small: LockSimulation = { bytes: 100 * GiB, vms: 4, days: 200, immutableDays: 30, changed: 0.05, changes: 'hot', seed: 7 };

test.each(['hot', 'even'] as const)(
  'with daily points and %s changes, locks take at least 100 times fewer calls than one for each MiB in ten days, and cover every point',
  async (changes) => {
    const { calls, knownPractice, violations } = await simulateLocks({ ...small, changes });
    expect(violations).toBe(0);
    expect(calls).toBeGreaterThan(0);
    expect(knownPractice / calls).toBeGreaterThanOrEqual(100);
  },
);

test.each(['no walk', 'no look at what is used again', 'records that say too much'] as const)(
  'with %s, points are found that are locked less than they promise',
  async (broken) => {
    expect((await simulateLocks({ ...small, broken })).violations).toBeGreaterThan(0);
  },
);
