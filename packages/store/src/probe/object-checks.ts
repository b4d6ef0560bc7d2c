import assert from 'node:assert/strict';
import { storeErrors } from '../errors.ts';
import { patternBytes, type StoreCheck } from './check.ts';

/** Legal, and hard for some stores: order of `-`, `.` and `/`, case, leading dots, percent-like names, length. */
export const oddKeys: readonly string[] = [
  'A',
  'a-b',
  'a.b',
  'a/b',
  'a_b',
  'B',
  'b',
  'c/.hidden',
  'c/..two',
  'c/...',
  'c/-',
  'c/_',
  'c/0',
  'c/2E',
  'd/e/f/g/h/i/j/k',
  `e/${'x'.repeat(200)}`,
  `f/${'y'.repeat(200)}/${'z'.repeat(200)}`,
];

export const objectChecks: readonly StoreCheck[] = [
  {
    name: 'what is put can be read at once, and overwriting replaces it',
    requirement: 'A committed point is readable by everybody from the moment its commit returns.',
    run: async (store) => {
      for (const [index, length] of [1000, 10, 4096].entries()) {
        const body = patternBytes(length, index);
        const info = await store.put('one/object', body);
        assert.equal(info.key, 'one/object');
        assert.equal(info.size, length);
        assert.ok(Buffer.from(await store.get('one/object')).equals(body), 'what was read differs from what was put');
        assert.equal((await store.head('one/object'))?.size, length);
      }
    },
  },
  {
    name: 'an object that is not there is reported as absent',
    requirement: 'Absent, unreadable and present are three results: only proven absence may lead to a decision.',
    run: async (store) => {
      await store.put('here/first', patternBytes(1, 1));
      for (const key of ['there', 'here', 'here/first/below', 'here/second']) {
        assert.equal(await store.head(key), undefined, `head of ${key}`);
        await rejects(store.get(key), 'STORE_ABSENT', `get of ${key}`);
        await rejects(store.get(key, { range: { offset: 0, length: 1 } }), 'STORE_ABSENT', `range of ${key}`);
      }
    },
  },
  {
    name: 'an empty object and a large one come back whole',
    requirement: 'Packs of up to 128 MiB are one object each.',
    run: async (store, { largeBytes }) => {
      for (const length of [0, 1, largeBytes]) {
        const body = patternBytes(length, length);
        await store.put(`size-${length}`, body);
        assert.equal((await store.head(`size-${length}`))?.size, length);
        assert.ok(Buffer.from(await store.get(`size-${length}`)).equals(body), `${length} bytes came back differently`);
      }
    },
  },
  {
    name: 'ranges return exactly the bytes asked for, or fail',
    requirement: 'A restore reads single chunks out of packs.',
    run: async (store) => {
      const size = 300_000;
      const body = patternBytes(size, 7);
      await store.put('ranged', body);
      const ranges = [
        [0, 1],
        [0, size],
        [1, 65_536],
        [size - 1, 1],
        [123_457, 100_001],
        [10, 0],
      ] as const;
      await Promise.all(
        ranges.map(async ([offset, length]) => {
          const part = await store.get('ranged', { range: { offset, length } });
          assert.ok(Buffer.from(part).equals(body.subarray(offset, offset + length)), `range ${offset}+${length} differs`);
        }),
      );
      for (const [offset, length] of [
        [size, 1],
        [size - 1, 2],
        [size + 10, 10],
        [-1, 2],
      ] as const)
        await rejects(store.get('ranged', { range: { offset, length } }), 'STORE_RANGE', `range ${offset}+${length}`);
    },
  },
  {
    name: 'odd but legal keys are kept apart',
    requirement: 'Every key of the format is a key of its own, on every store.',
    run: async (store) => {
      await Promise.all(oddKeys.map((key, index) => store.put(key, patternBytes(20 + index, index))));
      for (const [index, key] of oddKeys.entries())
        assert.ok(Buffer.from(await store.get(key)).equals(patternBytes(20 + index, index)), `${key} holds something else`);
    },
  },
  {
    name: 'illegal keys are refused before anything is done',
    requirement: 'No key can reach outside of the vault.',
    run: async (store) => {
      for (const key of ['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a b', 'ä', 'a\0b', 'x'.repeat(300)]) {
        await rejects(store.put(key, patternBytes(1, 1)), 'STORE_KEY', `put of "${key}"`);
        await rejects(store.get(key), 'STORE_KEY', `get of "${key}"`);
        await rejects(store.delete([key]), 'STORE_KEY', `delete of "${key}"`);
      }
      for (const prefix of ['/', '../', 'a//', 'ä']) await rejects(Array.fromAsync(store.list(prefix)), 'STORE_KEY', `listing of "${prefix}"`);
    },
  },
];

/** @throws AssertionError unless `work` fails with exactly this code */
export async function rejects(work: Promise<unknown>, code: keyof typeof storeErrors.table, what: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (storeErrors.is(error, code)) return;
    assert.fail(`${what}: expected ${code}, got ${storeErrors.is(error) ? error.code : ''} ${error instanceof Error ? error.message : error}`);
  }
  assert.fail(`${what}: expected ${code}, but it succeeded`);
}
