import { expect, test } from 'vitest';
import { meteredStore } from './metered-store.ts';
import { storeConformance } from './testing/conformance.ts';
import { memoryStore } from './testing/memory-store.ts';

storeConformance('a metered store', async () => meteredStore(memoryStore()));

test('requests are counted by kind, bytes by direction, failures apart', async () => {
  const store = meteredStore(memoryStore());
  await store.put('a', Buffer.alloc(100));
  await store.put('b', Buffer.alloc(50));
  await expect(store.put('b', Buffer.alloc(50), { ifAbsent: true })).rejects.toMatchObject({ code: 'STORE_EXISTS' });
  await store.get('a', { range: { offset: 10, length: 7 } });
  await expect(store.get('c')).rejects.toMatchObject({ code: 'STORE_ABSENT' });
  await store.head('a');
  for await (const _ of store.list('')) void _;
  await store.delete(['a', 'c']);
  expect(store.meter()).toEqual({
    requests: { put: 3, get: 2, head: 1, list: 1, delete: 1, lock: 0 },
    failures: { put: 1, get: 1, head: 0, list: 0, delete: 0, lock: 0 },
    bytesUp: 150,
    bytesDown: 7,
    objectsListed: 2,
    objectsDeleted: 2,
  });
});
