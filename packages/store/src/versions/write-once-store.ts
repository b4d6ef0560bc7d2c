import { mapBounded } from '@holdfast/kit';
import { storeErrors } from '../errors.ts';
import { checkKey } from '../key.ts';
import type { ObjectVersion, ObjectVersions } from '../object-locks.ts';
import type { DeleteReport, ObjectInfo, ObjectStore } from '../object-store.ts';

/** About 4 MiB. One that is forgotten is looked up again. */
const rememberedMax = 20_000;
const keysAtOnce = 16;

export interface WriteOnceOptions {
  /** Keys with names that nobody else can think of: a conditional put of them needn’t be checked for an older object. */
  readonly unguessable?: (key: string) => boolean;
}

/**
 * A store that keeps versions, read as one in which every key is written once: the oldest object under a key is the object.
 *
 * Whoever has the right to write, but not to delete locked versions, can put newer versions and marks of deletion over
 * everything; seen through this, nothing has changed. A conditional put is decided by the order of versions, also where the store
 * ignores the condition. Deleting removes all that lies under a key, so that nothing hidden piles
 * up. Costs one listing for each key that is read and hasn't been listed before, and one for each key that is deleted.
 */
export function writeOnceStore(store: ObjectStore & { readonly versions: ObjectVersions }, options: WriteOnceOptions = {}): ObjectStore {
  const { versions, locks } = store;
  const known = new Map<string, string>();
  const remember = (key: string, version: string) => {
    known.delete(key);
    known.set(key, version);
    if (known.size <= rememberedMax) return;
    for (const longest of known.keys()) {
      known.delete(longest);
      return;
    }
  };

  async function under(key: string): Promise<ObjectVersion[]> {
    checkKey(key);
    const all: ObjectVersion[] = [];
    for await (const one of versions.list(key)) {
      // Other keys that begin alike come behind it.
      if (one.key !== key) break;
      all.push(one);
    }
    return all;
  }

  async function oldest(key: string): Promise<string | undefined> {
    const version = known.get(key) ?? (await under(key)).findLast(({ marker }) => !marker)?.version;
    if (version !== undefined) remember(key, version);
    return version;
  }

  /** With the version of the key. One that was remembered may have been deleted meanwhile: then it is looked up again, once. */
  async function withOldest<T>(key: string, work: (version: string) => Promise<T>): Promise<T> {
    const remembered = known.has(key);
    const version = await oldest(key);
    if (version === undefined) throw absent(key);
    try {
      return await work(version);
    } catch (error) {
      if (!remembered || !storeErrors.is(error, 'STORE_ABSENT')) throw error;
    }
    known.delete(key);
    const again = await oldest(key);
    if (again === undefined) throw absent(key);
    return await work(again);
  }

  /** What is put without a condition takes the place of what was there, which a newer version alone doesn't. */
  async function removeOthers(key: string, version: string): Promise<void> {
    const others = (await under(key)).filter((one) => one.version !== version);
    if (others.length === 0) return;
    const { failed } = await versions.delete(others);
    const refused = failed[0];
    if (refused === undefined) return;
    await versions.delete([{ key, version }]);
    const why = refused.lockedUntil === undefined ? refused.reason : `it is locked until ${new Date(refused.lockedUntil).toISOString()}`;
    throw storeErrors.create('STORE_ACCESS', `what is under ${key} can’t be replaced: ${why}`, {
      did: 'It is as it was.',
      advice: 'Replace it when its lock has ended, or go on without it.',
      subject: { key },
    });
  }

  function absent(key: string) {
    return storeErrors.create('STORE_ABSENT', `${key} is not in ${store.description}, in no version`, { subject: { key } });
  }

  return {
    description: store.description,
    capabilities: store.capabilities,
    versions,
    ...(locks !== undefined && {
      locks: {
        settings: () => locks.settings(),
        retention: (key, version) => (version === undefined ? withOldest(key, (first) => locks.retention(key, first)) : locks.retention(key, version)),
        retain: (key, retention, version) =>
          version === undefined ? withOldest(key, (first) => locks.retain(key, retention, first)) : locks.retain(key, retention, version),
      },
    }),

    put: async (key, body, putOptions) => {
      const info = await store.put(key, body, putOptions).catch(async (error: unknown) => {
        // Some (versitygw) take a key with nothing but a mark of deletion for taken.
        if (putOptions?.ifAbsent !== true || !storeErrors.is(error, 'STORE_EXISTS')) throw error;
        const marks = await under(key);
        if (marks.some(({ marker }) => !marker)) throw error;
        await versions.delete(marks);
        return await store.put(key, body, putOptions);
      });
      known.delete(key);
      if (info.version === undefined) return info;
      if (putOptions?.ifAbsent !== true) {
        await removeOthers(key, info.version);
        return info;
      }
      if (options.unguessable?.(key) === true) return info;
      // A mark of deletion makes a store take the key for free, and some (Ceph 16) don't look at the condition where versions
      // are kept. Of several objects the oldest counts, whoever was told what.
      if ((await oldest(key)) !== info.version) {
        await versions.delete([{ key, version: info.version }]);
        throw storeErrors.create('STORE_EXISTS', `${key} exists already, in an older version`, { subject: { key } });
      }
      return info;
    },

    get: (key, getOptions) => withOldest(key, (version) => store.get(key, { ...getOptions, version })),

    head: async (key) => {
      try {
        return await withOldest(key, async (version) => {
          const found = await store.head(key, { version });
          if (found === undefined) throw absent(key);
          return found;
        });
      } catch (error) {
        if (storeErrors.is(error, 'STORE_ABSENT')) return undefined;
        throw error;
      }
    },

    list: async function* (prefix) {
      let object: ObjectVersion | undefined;
      for await (const one of versions.list(prefix)) {
        if (object !== undefined && object.key !== one.key) yield plain(object);
        if (object?.key !== one.key) object = undefined;
        if (!one.marker) object = one;
      }
      if (object !== undefined) yield plain(object);
    },

    delete: async (keys): Promise<DeleteReport> => {
      const failed: DeleteReport['failed'][number][] = [];
      const all = [...new Set(keys)];
      for (const key of all) checkKey(key);
      await mapBounded(all, keysAtOnce, async (key) => {
        known.delete(key);
        const there = await under(key);
        // Newest first, one by one: should it break off, the oldest, which is the object, is still there.
        for (const { version } of there) {
          const report = await versions.delete([{ key, version }]);
          const refused = report.failed[0];
          if (refused === undefined) continue;
          const { reason, lockedUntil } = refused;
          failed.push({ key, reason, ...(lockedUntil !== undefined && { lockedUntil }) });
          return;
        }
      });
      return { deleted: all.length - failed.length, failed };
    },

    close: () => store.close(),
  };

  function plain({ key, size, version, modifiedAt, storageClass }: ObjectVersion): ObjectInfo {
    remember(key, version);
    return { key, size, version, ...(modifiedAt !== undefined && { modifiedAt }), ...(storageClass !== undefined && { storageClass }) };
  }
}
