import type { ObjectInfo, ObjectStore } from './object-store.ts';

/** A part of a store as a store of its own. `prefix` ends with a slash. Closing it leaves the whole open. */
export function prefixedStore(store: ObjectStore, prefix: string): ObjectStore {
  const inner = (info: ObjectInfo): ObjectInfo => ({ ...info, key: info.key.slice(prefix.length) });
  return {
    description: `${store.description}/${prefix}`,
    capabilities: store.capabilities,
    put: async (key, body, options) => inner(await store.put(prefix + key, body, options)),
    get: (key, options) => store.get(prefix + key, options),
    head: async (key) => {
      const found = await store.head(prefix + key);
      return found && inner(found);
    },
    list: async function* (start) {
      for await (const info of store.list(prefix + start)) yield inner(info);
    },
    delete: async (keys) => {
      const report = await store.delete(keys.map((key) => prefix + key));
      return { deleted: report.deleted, failed: report.failed.map((one) => ({ ...one, key: one.key.slice(prefix.length) })) };
    },
    close: async () => {},
  };
}
