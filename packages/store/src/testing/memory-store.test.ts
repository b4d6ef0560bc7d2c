import { expect, test } from 'vitest';
import { storeConformance } from './conformance.ts';
import { memoryStore } from './memory-store.ts';

storeConformance('memory', async () => memoryStore());

test('a buffer that is used again after a put, or written to after a get, changes nothing in the store', async () => {
  const store = memoryStore();
  const buffer = Buffer.from('before');
  await store.put('k', buffer);
  buffer.write('after!');
  (await store.get('k'))[0] = 0;
  expect(Buffer.from(await store.get('k')).toString()).toBe('before');
});
