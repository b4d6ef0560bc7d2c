import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { prefixedStore } from '../prefixed-store.ts';
import { type CheckScale, thoroughScale } from '../probe/check.ts';
import { storeChecks } from '../probe/checks.ts';
import { deleteAll } from '../probe/probe-store.ts';

/**
 * The one suite every store passes. Each check gets a part of the store of its own; at the end nothing is left in it.
 *
 * @param makeStore called once; what it returns is closed, and disposed if it can be, at the end
 */
export function storeConformance(name: string, makeStore: () => Promise<ObjectStore & Partial<AsyncDisposable>>, scale: CheckScale = thoroughScale): void {
  describe(`${name} is a store`, () => {
    let store: ObjectStore & Partial<AsyncDisposable>;
    beforeAll(async () => {
      store = await makeStore();
    });
    afterAll(async () => {
      await store?.close();
      await store?.[Symbol.asyncDispose]?.();
    });
    for (const [index, check] of storeChecks.entries()) test(check.name, () => check.run(prefixedStore(store, `conformance/${index}/`), scale));
    test('everything can be deleted again', () => deleteAll(store, 'conformance/'));
  });
}
