import type { Clock, Random } from '@holdfast/kit';

/** Time that stands still but for sleeping, and never lets a test wait. */
export function sleeplessClock(): Clock {
  let elapsed = 0;
  return {
    now: () => elapsed,
    elapsed: () => elapsed,
    sleep: async (milliseconds) => {
      elapsed += milliseconds;
    },
  };
}

export const fixedRandom: Random = { bytes: (count) => new Uint8Array(count).fill(7), fraction: () => 0.5 };
