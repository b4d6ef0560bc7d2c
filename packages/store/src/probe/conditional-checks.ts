import assert from 'node:assert/strict';
import { storeErrors } from '../errors.ts';
import { patternBytes, type StoreCheck } from './check.ts';
import { rejects } from './object-checks.ts';

const requirement = 'Writers never lock each other: a commit and the fence against it compete for one key, and the store decides.';

export const conditionalChecks: readonly StoreCheck[] = [
  {
    name: 'creating only if absent leaves what is there alone',
    requirement,
    run: async (store) => {
      await store.put('taken', patternBytes(10, 1), { ifAbsent: true });
      await rejects(store.put('taken', patternBytes(20, 2), { ifAbsent: true }), 'STORE_EXISTS', 'second creation');
      assert.ok(Buffer.from(await store.get('taken')).equals(patternBytes(10, 1)), 'the refused creation changed the object');
      await store.delete(['taken']);
      await store.put('taken', patternBytes(20, 2), { ifAbsent: true });
      assert.equal((await store.get('taken')).length, 20);
    },
  },
  {
    name: 'of concurrent creations of one key exactly one wins',
    requirement,
    run: async (store, { writersAtOnce, contests }) => {
      for (let round = 0; round < contests; round++) {
        const length = round % 2 === 0 ? 10 : 100_000;
        const key = `contested-${round}`;
        const bodies = Array.from({ length: writersAtOnce }, (_, writer) => patternBytes(length + writer, writer + 1));
        const results = await Promise.allSettled(bodies.map((body) => store.put(key, body, { ifAbsent: true })));
        for (const result of results) if (result.status === 'rejected' && !storeErrors.is(result.reason, 'STORE_EXISTS')) throw result.reason;
        const winners = bodies.filter((_, writer) => results[writer]!.status === 'fulfilled');
        assert.equal(winners.length, 1, `${winners.length} of ${writersAtOnce} writers were told that they created the object`);
        assert.ok(Buffer.from(await store.get(key)).equals(winners[0]!), 'the object is not the one of the writer that was told it won');
      }
    },
  },
];
