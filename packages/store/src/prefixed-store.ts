import type { ObjectLocks, ObjectVersions } from './object-locks.ts';
import type { ObjectInfo, ObjectStore } from './object-store.ts';

/** A part of a store as a store of its own. `prefix` ends with a slash. Closing it leaves the whole open. */
export function prefixedStore(store: ObjectStore, prefix: string): ObjectStore {
  const inner = <T extends { readonly key: string }>(info: T): T => ({ ...info, key: info.key.slice(prefix.length) });
  return {
    description: `${store.description}/${prefix}`,
    capabilities: store.capabilities,
    ...(store.locks !== undefined && { locks: prefixedLocks(store.locks) }),
    ...(store.versions !== undefined && { versions: prefixedVersions(store.versions) }),
    put: async (key, body, options) => inner(await store.put(prefix + key, body, options)),
    get: (key, options) => store.get(prefix + key, options),
    head: async (key, options): Promise<ObjectInfo | undefined> => {
      const found = await store.head(prefix + key, options);
      return found && inner(found);
    },
    list: async function* (start) {
      for await (const info of store.list(prefix + start)) yield inner(info);
    },
    delete: async (keys) => {
      const report = await store.delete(keys.map((key) => prefix + key));
      return { deleted: report.deleted, failed: report.failed.map(inner) };
    },
    close: async () => {},
  };

  function prefixedLocks(locks: ObjectLocks): ObjectLocks {
    return {
      settings: () => locks.settings(),
      retention: (key, version) => locks.retention(prefix + key, version),
      retain: (key, retention, version) => locks.retain(prefix + key, retention, version),
    };
  }

  function prefixedVersions(versions: ObjectVersions): ObjectVersions {
    return {
      list: async function* (start) {
        for await (const one of versions.list(prefix + start)) yield inner(one);
      },
      delete: async (which) => {
        const report = await versions.delete(which.map(({ key, version }) => ({ key: prefix + key, version })));
        return { deleted: report.deleted, failed: report.failed.map(inner) };
      },
    };
  }
}
