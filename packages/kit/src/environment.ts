import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time, passed in so that tests can run a year in a second. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. Decides when to try, never whether something is safe. */
  now(): number;
  /** Monotonic, milliseconds; for measuring. */
  elapsed(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness, passed in so that a run can be repeated from its seed. */
export interface Random {
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1). Not for secrets. */
  fraction(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }),
};

export const systemRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  fraction: () => Math.random(),
};
