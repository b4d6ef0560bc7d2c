import type { ObjectStore } from '../object-store.ts';

/** For the suite, which overwrites in one of its checks: a vault never does, so that a write-once store needn't. */
export function replacingStore(store: ObjectStore): ObjectStore {
  return {
    ...store,
    put: async (key, body, options) => {
      if (options?.ifAbsent !== true) await store.delete([key]);
      return await store.put(key, body, options);
    },
  };
}
