import assert from 'node:assert/strict';
import { mapBounded } from '@holdfast/kit';
import type { ObjectInfo, ObjectStore } from '../object-store.ts';
import { patternBytes, type StoreCheck } from './check.ts';
import { oddKeys } from './object-checks.ts';

const writesAtOnce = 16;
const requirement = 'Points, index segments and sessions are found by listing; a key left out is a point lost.';

export const listingChecks: readonly StoreCheck[] = [
  {
    name: 'listings are complete, ordered and limited to their prefix',
    requirement,
    run: async (store, { listedObjects }) => {
      const keys = Array.from({ length: listedObjects }, (_, index) => `many/${(index % 7).toString(16)}/${index.toString(16).padStart(6, '0')}`).sort();
      await mapBounded(keys, writesAtOnce, (key) => store.put(key, patternBytes(key.length, 1)));
      await store.put('man', patternBytes(1, 1));
      await store.put('many.0', patternBytes(1, 1));
      await store.put('manz/0', patternBytes(1, 1));
      const listed = await collect(store, 'many/');
      assert.deepEqual(
        listed.map(({ key }) => key),
        keys,
      );
      for (const { key, size } of listed) assert.equal(size, key.length, `size of ${key}`);
      assert.deepEqual(
        await collectKeys(store, 'many/3/'),
        keys.filter((key) => key.startsWith('many/3/')),
      );
      assert.deepEqual(
        await collectKeys(store, 'many/3/0000'),
        keys.filter((key) => key.startsWith('many/3/0000')),
      );
      assert.deepEqual(await collectKeys(store, 'many'), ['many.0', ...keys]);
      assert.deepEqual(await collectKeys(store, 'nothing/'), []);
      assert.deepEqual(await collectKeys(store, ''), ['man', 'many.0', ...keys, 'manz/0']);
    },
  },
  {
    name: 'keys are listed in the order of their characters',
    requirement: 'Two listings can be compared in one pass, in bounded memory.',
    run: async (store) => {
      await Promise.all(oddKeys.map((key) => store.put(key, patternBytes(1, 1))));
      assert.deepEqual(await collectKeys(store, ''), [...oddKeys].sort());
    },
  },
  {
    name: 'a listing shows what was put, and not what was deleted, at once',
    requirement: 'A collector that lists after it has published a record sees every session that began before.',
    run: async (store) => {
      for (let round = 0; round < 5; round++) {
        const key = `fresh/${round}`;
        await store.put(key, patternBytes(round, 1));
        assert.deepEqual(await collectKeys(store, 'fresh/'), [key]);
        await store.delete([key]);
        assert.deepEqual(await collectKeys(store, 'fresh/'), []);
        assert.equal(await store.head(key), undefined);
      }
    },
  },
  {
    name: 'deleting removes what is named and nothing else, and what is not there counts as deleted',
    requirement: 'Collection deletes packs in batches and must know what became of each.',
    run: async (store) => {
      const keys = Array.from({ length: 30 }, (_, index) => `victims/${index}`).sort();
      await mapBounded(keys, writesAtOnce, (key) => store.put(key, patternBytes(5, 5)));
      const victims = keys.filter((_, index) => index % 3 === 0);
      const report = await store.delete([...victims, 'victims/absent', 'victims', 'nowhere/at/all']);
      assert.deepEqual(report, { deleted: victims.length + 3, failed: [] });
      assert.deepEqual(
        await collectKeys(store, 'victims/'),
        keys.filter((key) => !victims.includes(key)),
      );
      assert.deepEqual(await store.delete([]), { deleted: 0, failed: [] });
    },
  },
];

async function collect(store: ObjectStore, prefix: string): Promise<ObjectInfo[]> {
  const all: ObjectInfo[] = [];
  for await (const info of store.list(prefix)) all.push(info);
  return all;
}

async function collectKeys(store: ObjectStore, prefix: string): Promise<string[]> {
  return (await collect(store, prefix)).map(({ key }) => key);
}
