import { describe, expect, test } from 'vitest';
import { storeConformance } from '../testing/conformance.ts';
import { lockingStore } from '../testing/locking-store.ts';
import { writeOnceStore } from './write-once-store.ts';

const text = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString();
const bench = () => {
  const bucket = lockingStore();
  return { bucket, store: writeOnceStore(bucket) };
};

describe('the oldest object under a key is the object', () => {
  test('newer versions and marks of deletion change nothing for reading, looking and listing', async () => {
    const { bucket, store } = bench();
    await store.put('points/a', Buffer.from('true'), { ifAbsent: true });
    await store.put('points/b', Buffer.from('hidden'), { ifAbsent: true });
    await bucket.put('points/a', Buffer.from('other'));
    await bucket.delete(['points/b']);
    for (const view of [store, writeOnceStore(bucket)]) {
      expect(await text(view.get('points/a'))).toBe('true');
      expect(await text(view.get('points/b', { range: { offset: 1, length: 3 } }))).toBe('idd');
      expect((await view.head('points/b'))?.size).toBe(6);
      expect((await Array.fromAsync(view.list('points/'))).map(({ key, size }) => [key, size])).toEqual([
        ['points/a', 4],
        ['points/b', 6],
      ]);
    }
  });

  test('what lies under a mark of deletion is in the way of creating it again', async () => {
    const { bucket, store } = bench();
    await store.put('points/a', Buffer.from('fence'), { ifAbsent: true });
    await bucket.delete(['points/a']);
    await expect(writeOnceStore(bucket).put('points/a', Buffer.from('commit'), { ifAbsent: true })).rejects.toMatchObject({ code: 'STORE_EXISTS' });
    expect(await text(store.get('points/a'))).toBe('fence');
  });

  test('a key with nothing but a mark of deletion is free', async () => {
    const { bucket, store } = bench();
    await bucket.delete(['deleted/a']);
    expect(await store.head('deleted/a')).toBeUndefined();
    expect(await Array.fromAsync(store.list(''))).toEqual([]);
    await store.put('deleted/a', Buffer.from('x'), { ifAbsent: true });
    expect(await text(store.get('deleted/a'))).toBe('x');
  });

  test('deleting leaves nothing behind; what is locked stays, and says until when', async () => {
    const { bucket, store } = bench();
    const until = Date.now() + 60_000;
    await store.put('a', Buffer.from('1'), { ifAbsent: true });
    await bucket.put('a', Buffer.from('2'));
    await bucket.delete(['a']);
    await store.put('b', Buffer.from('1'), { ifAbsent: true, retention: { mode: 'governance', until } });
    expect(await store.delete(['a', 'b', 'c'])).toMatchObject({ deleted: 2, failed: [{ key: 'b', lockedUntil: until }] });
    expect((await Array.fromAsync(bucket.versions.list(''))).map(({ key }) => key)).toEqual(['b']);
  });

  test('what is put without a condition replaces what was there, unless that is locked', async () => {
    const { bucket, store } = bench();
    const until = Date.now() + 60_000;
    await store.put('a', Buffer.from('damaged'), { ifAbsent: true });
    await store.put('a', Buffer.from('right'));
    expect(await text(store.get('a'))).toBe('right');
    expect(await Array.fromAsync(bucket.versions.list('a'))).toHaveLength(1);
    await store.locks!.retain('a', { mode: 'compliance', until });
    await expect(store.put('a', Buffer.from('other'))).rejects.toMatchObject({ code: 'STORE_ACCESS', did: 'It is as it was.' });
    expect(await text(store.get('a'))).toBe('right');
    expect(await Array.fromAsync(bucket.versions.list('a'))).toHaveLength(1);
  });

  test('a key that was deleted and written again by somebody else is found again', async () => {
    const { bucket, store } = bench();
    await store.put('deleted/p', Buffer.from('first'), { ifAbsent: true });
    expect(await text(store.get('deleted/p'))).toBe('first');
    const other = writeOnceStore(bucket);
    await other.delete(['deleted/p']);
    expect(await store.head('deleted/p')).toBeUndefined();
    await other.put('deleted/p', Buffer.from('second'), { ifAbsent: true });
    expect(await text(store.get('deleted/p'))).toBe('second');
  });

  test('locks are those of the object, whatever lies over it', async () => {
    const { bucket, store } = bench();
    const until = Date.now() + 60_000;
    const { version } = await store.put('a', Buffer.from('1'), { ifAbsent: true });
    await bucket.put('a', Buffer.from('2'));
    await store.locks!.retain('a', { mode: 'compliance', until });
    expect(await bucket.locks.retention('a', version!)).toEqual({ mode: 'compliance', until });
    expect(await bucket.locks.retention('a')).toBeUndefined();
  });
});

storeConformance('a bucket with versions', async () => writeOnceStore(lockingStore()));

test('where the store ignores conditions, the first writer of a key wins all the same', async () => {
  const bucket = lockingStore();
  const ignoring = { ...bucket, put: (key: string, body: Uint8Array) => bucket.put(key, body) };
  const writers = Array.from({ length: 8 }, (_, n) => writeOnceStore(ignoring).put('contested', Buffer.from([n]), { ifAbsent: true }));
  const results = await Promise.allSettled(writers);
  const won = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
  expect(won).toHaveLength(1);
  expect(await writeOnceStore(ignoring).get('contested')).toEqual(new Uint8Array(won));
  expect(await Array.fromAsync(bucket.versions.list(''))).toHaveLength(1);
});
