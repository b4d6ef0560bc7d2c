import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mapBounded, Semaphore } from './concurrency.ts';

test('a semaphore never has more holders than its limit and serves in order', async () => {
  const semaphore = new Semaphore(2);
  let most = 0;
  const order: number[] = [];
  await Promise.all(
    [0, 1, 2, 3, 4].map((n) =>
      semaphore.run(async () => {
        most = Math.max(most, semaphore.held);
        await sleep(2);
        order.push(n);
      }),
    ),
  );
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(semaphore.held).toBe(0);
});

test('bounded mapping keeps order and the limit', async () => {
  let running = 0;
  let most = 0;
  const result = await mapBounded([5, 1, 3, 2], 2, async (n) => {
    most = Math.max(most, ++running);
    await sleep(n);
    running--;
    return n * 10;
  });
  expect(result).toEqual([50, 10, 30, 20]);
  expect(most).toBe(2);
});

test('the first failure is thrown after running work has ended', async () => {
  let ended = 0;
  const work = mapBounded([1, 2, 3, 4, 5, 6], 2, async (n) => {
    if (n === 2) throw new Error('two');
    await sleep(5);
    ended++;
  });
  await expect(work).rejects.toThrow('two');
  expect(ended).toBe(1);
});
