import { expect, test } from 'vitest';
import type { Clock, Random } from './environment.ts';
import { retry } from './retry.ts';

function still(): { clock: Clock; random: Random; slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    clock: { now: () => 0, elapsed: () => 0, sleep: async (ms) => void slept.push(ms) },
    random: { bytes: (n) => new Uint8Array(n), fraction: () => 0.5 },
  };
}

test('it tries again until the work succeeds, pausing longer each time up to the limit', async () => {
  const { clock, random, slept } = still();
  const result = await retry(
    async (attempt) => {
      if (attempt < 5) throw new Error('busy');
      return attempt;
    },
    { attemptsMax: 9, pauseMs: 100, pauseMsMax: 300, clock, random, retryable: () => true },
  );
  expect(result).toBe(5);
  expect(slept).toEqual([50, 100, 150, 150]);
});

test('it gives up when attempts run out, with the last error', async () => {
  const { clock, random, slept } = still();
  const work = retry(async (attempt) => Promise.reject(new Error(`no ${attempt}`)), {
    attemptsMax: 3,
    pauseMs: 1,
    pauseMsMax: 1,
    clock,
    random,
    retryable: () => true,
  });
  await expect(work).rejects.toThrow('no 3');
  expect(slept).toHaveLength(2);
});

test('what can’t pass later is not tried again', async () => {
  const { clock, random, slept } = still();
  const work = retry(async () => Promise.reject(new Error('refused')), { attemptsMax: 9, pauseMs: 1, pauseMsMax: 1, clock, random, retryable: () => false });
  await expect(work).rejects.toThrow('refused');
  expect(slept).toEqual([]);
});
