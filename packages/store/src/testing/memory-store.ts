import { createHash } from 'node:crypto';
import { type StoreEnvironment, systemEnvironment } from '../environment.ts';
import { storeErrors } from '../errors.ts';
import { checkKey, checkPrefix } from '../key.ts';
import type { ObjectInfo, ObjectStore, StoreCapabilities } from '../object-store.ts';
import { checkRangeWithin } from '../range.ts';

export interface MemoryStore extends ObjectStore {
  /** What is stored, for tests that look at it or damage it. */
  readonly objects: Map<string, { body: Uint8Array; info: ObjectInfo }>;
}

/** A store that forgets. Everything else is as strict as the real ones. */
export function memoryStore(capabilities: Partial<StoreCapabilities> = {}, { clock }: StoreEnvironment = systemEnvironment): MemoryStore {
  const objects: MemoryStore['objects'] = new Map();
  return {
    description: 'memory',
    capabilities: { conditionalPut: true, verifiesSha256: true, storageClasses: [], objectBytesMax: 5 * 1024 ** 3, ...capabilities },
    objects,

    async put(key, body, { ifAbsent = false, sha256, storageClass, signal } = {}) {
      checkKey(key);
      signal?.throwIfAborted();
      const digest = createHash('sha256').update(body).digest();
      if (sha256 !== undefined && !digest.equals(sha256))
        throw storeErrors.create('STORE_DAMAGED', `${key}: the body does not have the SHA-256 that came with it`, { subject: { key } });
      if (ifAbsent && objects.has(key)) throw storeErrors.create('STORE_EXISTS', `${key} exists already`, { subject: { key } });
      const info = { key, size: body.length, modifiedAt: clock.now(), sha256: digest.toString('hex'), ...(storageClass !== undefined && { storageClass }) };
      // A Buffer’s own slice shares memory; the caller may reuse his.
      objects.set(key, { body: new Uint8Array(body), info });
      return info;
    },

    async get(key, { range, signal } = {}) {
      checkKey(key);
      signal?.throwIfAborted();
      const found = objects.get(key);
      if (found === undefined) throw storeErrors.create('STORE_ABSENT', `${key} is not there`, { subject: { key } });
      if (range === undefined) return found.body.slice();
      checkRangeWithin(key, range, found.body.length);
      return found.body.slice(range.offset, range.offset + range.length);
    },

    async head(key) {
      checkKey(key);
      return objects.get(key)?.info;
    },

    async *list(prefix) {
      checkPrefix(prefix);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
      for (const key of keys) {
        const found = objects.get(key);
        if (found !== undefined) yield found.info;
      }
    },

    async delete(keys) {
      for (const key of keys) checkKey(key);
      for (const key of keys) objects.delete(key);
      return { deleted: new Set(keys).size, failed: [] };
    },

    close: async () => {},
  };
}
