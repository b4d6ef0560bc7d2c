import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gate, type Permit } from './gate.ts';

const options = { concurrencyMin: 1, concurrencyMax: 16, concurrencyStart: 8, successesPerStep: 3 };

test('a run of successes allows one more at once, up to the limit', async () => {
  const gate = new Gate(options);
  for (let n = 0; n < 3; n++) (await gate.enter()).release('done');
  expect(gate.limit).toBe(9);
  for (let n = 0; n < 300; n++) (await gate.enter()).release('done');
  expect(gate.limit).toBe(16);
});

test('being asked to slow down halves, and once for all requests that were under way', async () => {
  const gate = new Gate(options);
  const permits = await Promise.all(Array.from({ length: 8 }, () => gate.enter()));
  for (const permit of permits) permit.release('slow down');
  expect(gate.limit).toBe(4);
  for (let n = 0; n < 10; n++) (await gate.enter()).release('slow down');
  expect(gate.limit).toBe(1);
});

test('who waits is let in first come, first served, and can stop waiting', async () => {
  const gate = new Gate({ ...options, concurrencyStart: 1 });
  const first = await gate.enter();
  const order: string[] = [];
  const cancel = new AbortController();
  const waiting = gate.enter(cancel.signal).catch((error: Error) => order.push(error.message));
  const second = gate.enter().then((permit) => {
    order.push('second');
    permit.release('other');
  });
  cancel.abort(new Error('gave up'));
  await waiting;
  first.release('other');
  await second;
  expect(order).toEqual(['gave up', 'second']);
  expect(gate.active).toBe(0);
});

test('whatever happens, never more are inside than allowed, and the limit keeps its bounds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('enter', 'done', 'slow down', 'other'), { maxLength: 200 }), async (steps) => {
      const gate = new Gate(options);
      const inside: Permit[] = [];
      for (const step of steps) {
        if (step === 'enter') void gate.enter().then((permit) => inside.push(permit));
        else inside.shift()?.release(step as 'done');
        const most = gate.limit;
        await Promise.resolve();
        expect(gate.limit).toBeGreaterThanOrEqual(1);
        expect(gate.limit).toBeLessThanOrEqual(16);
        // After halving, those already inside may still be more than the new limit, but nobody is added.
        if (gate.active > most) expect(step).not.toBe('enter');
      }
      for (let left = gate.active; left > 0; left = gate.active) {
        await Promise.resolve();
        inside.shift()?.release('other');
        await Promise.resolve();
      }
      expect(gate.active).toBe(0);
    }),
  );
});
