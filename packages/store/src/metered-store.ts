import type { ObjectLocks, ObjectVersions } from './object-locks.ts';
import type { ObjectStore } from './object-store.ts';

/** `lock`: asking or setting the retention of one object */
export type StoreOperation = 'put' | 'get' | 'head' | 'list' | 'delete' | 'lock';

/** What went through a store since it was metered. Attempts that the store itself repeats count once. */
export interface StoreMeter {
  /** calls, whether they succeeded or not */
  readonly requests: Readonly<Record<StoreOperation, number>>;
  readonly failures: Readonly<Record<StoreOperation, number>>;
  /** body bytes of puts that succeeded */
  readonly bytesUp: number;
  /** body bytes of gets that succeeded */
  readonly bytesDown: number;
  readonly objectsListed: number;
  readonly objectsDeleted: number;
}

export interface MeteredStore extends ObjectStore {
  /** As it stands now; a copy. */
  meter(): StoreMeter;
}

/** Counts what goes through a store. */
export function meteredStore(store: ObjectStore): MeteredStore {
  const zero = (): Record<StoreOperation, number> => ({ put: 0, get: 0, head: 0, list: 0, delete: 0, lock: 0 });
  const meter = { requests: zero(), failures: zero(), bytesUp: 0, bytesDown: 0, objectsListed: 0, objectsDeleted: 0 };
  const counted = async <T>(operation: StoreOperation, work: () => Promise<T>): Promise<T> => {
    meter.requests[operation]++;
    try {
      return await work();
    } catch (error) {
      meter.failures[operation]++;
      throw error;
    }
  };
  return {
    description: store.description,
    capabilities: store.capabilities,
    ...(store.locks !== undefined && { locks: meteredLocks(store.locks, counted) }),
    ...(store.versions !== undefined && { versions: meteredVersions(store.versions) }),
    meter: () => ({ ...meter, requests: { ...meter.requests }, failures: { ...meter.failures } }),
    put: async (key, body, options) => {
      const info = await counted('put', () => store.put(key, body, options));
      meter.bytesUp += body.length;
      return info;
    },
    get: async (key, options) => {
      const body = await counted('get', () => store.get(key, options));
      meter.bytesDown += body.length;
      return body;
    },
    head: (key, options) => counted('head', () => store.head(key, options)),
    list: (prefix) => listed(store.list(prefix)),
    delete: async (keys) => {
      const report = await counted('delete', () => store.delete(keys));
      meter.objectsDeleted += report.deleted;
      return report;
    },
    close: () => store.close(),
  };

  async function* listed<T>(all: AsyncIterable<T>): AsyncIterable<T> {
    meter.requests.list++;
    try {
      for await (const info of all) {
        meter.objectsListed++;
        yield info;
      }
    } catch (error) {
      meter.failures.list++;
      throw error;
    }
  }

  function meteredVersions(versions: ObjectVersions): ObjectVersions {
    return {
      list: (prefix) => listed(versions.list(prefix)),
      delete: async (which) => {
        const report = await counted('delete', () => versions.delete(which));
        meter.objectsDeleted += report.deleted;
        return report;
      },
    };
  }
}

function meteredLocks(locks: ObjectLocks, counted: <T>(operation: StoreOperation, work: () => Promise<T>) => Promise<T>): ObjectLocks {
  return {
    settings: () => locks.settings(),
    retention: (key, version) => counted('lock', () => locks.retention(key, version)),
    retain: (key, retention, version) => counted('lock', () => locks.retain(key, retention, version)),
  };
}
