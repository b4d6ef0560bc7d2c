import { systemRandom } from '@holdfast/kit';
import { faultStore, memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { deriveKeys } from '../keys/derive.ts';
import { openObject } from '../sealed-object.ts';
import { startLease } from './lease.ts';

const keys = deriveKeys(Buffer.alloc(32, 1), 'ab'.repeat(16));
const sessionId = 'cd'.repeat(16);

/** A clock whose pauses end when the test says so. */
function steppedClock() {
  const waiting: (() => void)[] = [];
  return {
    clock: {
      now: () => 0,
      elapsed: () => 0,
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          waiting.push(resolve);
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    },
    step: async () => {
      waiting.shift()!();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const keysOf = async (store: ReturnType<typeof memoryStore>) =>
  (await Array.fromAsync(store.list('sessions/'))).map(({ key }) => key.slice('sessions/'.length));

test('a lease goes on being renewed after a renewal whose answer was lost and one that failed, and its end removes all of it', async () => {
  const inner = memoryStore();
  const store = faultStore(inner, [
    { on: 'put', key: /\.1$/, fault: { kind: 'fail after', code: 'STORE_UNREACHABLE' } },
    { on: 'put', key: /\.2$/, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } },
  ]);
  const { clock, step } = steppedClock();
  const lease = await startLease(store, keys, { clock, random: systemRandom, host: 'test', version: '0' }, sessionId, { kind: 'backup' });
  expect(await keysOf(inner)).toEqual([sessionId]);
  for (let turn = 0; turn < 3; turn++) await step();
  expect(await keysOf(inner)).toEqual([sessionId, `${sessionId}.1`, `${sessionId}.3`]);
  await lease.end();
  expect(await keysOf(inner)).toEqual([]);
});

test('a session stands in the vault for as long as its surroundings say', async () => {
  const store = memoryStore();
  const { clock } = steppedClock();
  const asked: number[] = [];
  const sleep = (ms: number, signal?: AbortSignal) => {
    asked.push(ms);
    return clock.sleep(ms, signal);
  };
  const environment = { clock: { ...clock, sleep }, random: systemRandom, host: 'test', version: '0', leaseMs: 3000 };
  const lease = await startLease(store, keys, environment, sessionId, { kind: 'backup' });
  const key = `sessions/${sessionId}`;
  expect(JSON.parse(openObject(keys, { kind: 'HFSESSN1', key, sessionId }, await store.get(key)).toString())).toMatchObject({ leaseMs: 3000 });
  expect(asked).toEqual([1000]);
  await lease.end();
});
