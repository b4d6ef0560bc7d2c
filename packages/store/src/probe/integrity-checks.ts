import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { patternBytes, type StoreCheck } from './check.ts';
import { rejects } from './object-checks.ts';

export const integrityChecks: readonly StoreCheck[] = [
  {
    name: 'a body that does not match its SHA-256 is refused and not kept',
    requirement: 'A pack damaged on its way, or in memory, is never stored as if it were whole.',
    run: async (store) => {
      const body = patternBytes(100_000, 3);
      const sha256 = createHash('sha256').update(body).digest();
      const damaged = Uint8Array.from(body);
      damaged[50_000]! ^= 1;
      await rejects(store.put('checked', damaged, { sha256 }), 'STORE_DAMAGED', 'put of a damaged body');
      assert.equal(await store.head('checked'), undefined, 'the damaged body was kept');
      const info = await store.put('checked', body, { sha256 });
      if (info.sha256 !== undefined) assert.equal(info.sha256, sha256.toString('hex'));
      const kept = (await store.head('checked'))?.sha256;
      if (kept !== undefined) assert.equal(kept, sha256.toString('hex'), 'the store keeps another SHA-256 than was sent');
    },
  },
  {
    name: 'a put that is cancelled leaves nothing, or all of it',
    requirement: 'An object is whole or not there, whatever happens to its writer.',
    run: async (store, { largeBytes }) => {
      const body = patternBytes(largeBytes, 5);
      const cancel = new AbortController();
      const work = store.put('cancelled', body, { signal: cancel.signal });
      setImmediate(() => cancel.abort());
      const outcome = await work.then(
        () => 'stored',
        () => 'refused',
      );
      const found = await store.head('cancelled');
      if (outcome === 'stored') assert.equal(found?.size, largeBytes);
      if (found !== undefined) assert.equal(found.size, largeBytes, 'a part of a cancelled object is visible');
    },
  },
];
