import { expect, test } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { storeConformance } from './conformance.ts';
import { faultStore } from './fault-store.ts';
import { memoryStore } from './memory-store.ts';

storeConformance('a store without planned faults', async () => faultStore(memoryStore(), []));

const body = Buffer.from('0123456789');

async function outcomes(store: ObjectStore, count: number): Promise<string[]> {
  const results: string[] = [];
  for (let n = 1; n <= count; n++)
    results.push(
      await store.put(`k${n}`, body).then(
        () => 'ok',
        (error: { code: string }) => error.code,
      ),
    );
  return results;
}

test('the nth, each nth, and all from the nth on can fail', async () => {
  const fault = { kind: 'fail', code: 'STORE_THROTTLED' } as const;
  const nth = faultStore(memoryStore(), [{ on: 'put', nth: 2, fault }]);
  expect(await outcomes(nth, 4)).toEqual(['ok', 'STORE_THROTTLED', 'ok', 'ok']);
  expect(nth.struck).toEqual([1]);
  expect(await outcomes(faultStore(memoryStore(), [{ on: 'put', every: 3, fault }]), 6)).toEqual([
    'ok',
    'ok',
    'STORE_THROTTLED',
    'ok',
    'ok',
    'STORE_THROTTLED',
  ]);
  expect(await outcomes(faultStore(memoryStore(), [{ on: 'any', from: 3, fault }]), 4)).toEqual(['ok', 'ok', 'STORE_THROTTLED', 'STORE_THROTTLED']);
  expect(await outcomes(faultStore(memoryStore(), [{ on: 'put', key: /k[24]/, fault }]), 4)).toEqual(['ok', 'STORE_THROTTLED', 'ok', 'STORE_THROTTLED']);
});

test('a lost answer leaves the object, a failure leaves none', async () => {
  const memory = memoryStore();
  const store = faultStore(memory, [
    { on: 'put', nth: 1, fault: { kind: 'fail after', code: 'STORE_UNREACHABLE' } },
    { on: 'put', nth: 2, fault: { kind: 'fail', code: 'STORE_FULL' } },
  ]);
  expect(await outcomes(store, 2)).toEqual(['STORE_UNREACHABLE', 'STORE_FULL']);
  expect([...memory.objects.keys()]).toEqual(['k1']);
  expect(store.log).toEqual(['put k1', 'put k2']);
});

test('bytes flip and bodies end early, on the way in and on the way out', async () => {
  const memory = memoryStore();
  const store = faultStore(memory, [
    { on: 'put', key: /flipped/, fault: { kind: 'flip', offset: 3 } },
    { on: 'put', key: /short/, fault: { kind: 'truncate', length: 4 } },
    { on: 'get', nth: 3, fault: { kind: 'flip', offset: 0, bit: 1 } },
  ]);
  for (const key of ['flipped', 'short', 'whole']) await store.put(key, body);
  expect(Buffer.from(await store.get('flipped')).toString()).toBe('0122456789');
  expect(Buffer.from(await store.get('short')).toString()).toBe('0123');
  expect(Buffer.from(await store.get('whole')).toString()).toBe('2123456789');
  expect(Buffer.from(await store.get('whole')).toString()).toBe('0123456789');
});

test('what hangs ends with the signal', async () => {
  const store = faultStore(memoryStore(), [{ on: 'get', fault: { kind: 'hang' } }]);
  await store.put('k', body);
  const cancel = new AbortController();
  const work = store.get('k', { signal: cancel.signal });
  cancel.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
});

test('a listing that breaks off throws after what it gave', async () => {
  const store = faultStore(memoryStore(), [{ on: 'list', fault: { kind: 'truncate', length: 2 } }]);
  await outcomes(store, 3);
  const seen: string[] = [];
  await expect(
    (async () => {
      for await (const { key } of store.list('')) seen.push(key);
    })(),
  ).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  expect(seen).toEqual(['k1', 'k2']);
});
