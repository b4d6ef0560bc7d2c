import { createHash } from 'node:crypto';
import { type StoreEnvironment, systemEnvironment } from '../environment.ts';
import { storeErrors } from '../errors.ts';
import { checkKey, checkPrefix } from '../key.ts';
import { covers, type ObjectLocks, type ObjectVersion, type ObjectVersions, type Retention } from '../object-locks.ts';
import type { ObjectInfo, ObjectStore, StoreCapabilities } from '../object-store.ts';
import { checkRangeWithin } from '../range.ts';

interface Kept {
  readonly info: ObjectInfo & { readonly version: string };
  /** absent: a mark of deletion */
  readonly body?: Uint8Array;
  retention?: Retention | undefined;
}

export interface LockingStore extends ObjectStore {
  readonly locks: ObjectLocks;
  readonly versions: ObjectVersions;
  /** Takes a lock away, as whoever may bypass governance mode can. */
  lift(key: string, version: string): void;
}

/**
 * A bucket with Object Lock that forgets. It behaves as S3 does: a plain deletion only puts a mark, and nothing takes a lock
 * back, in either mode. Both modes are the same here, since nobody has the right to bypass.
 */
export function lockingStore(capabilities: Partial<StoreCapabilities> = {}, { clock }: Pick<StoreEnvironment, 'clock'> = systemEnvironment): LockingStore {
  /** oldest first */
  const keys = new Map<string, Kept[]>();
  let count = 0;
  const newest = (key: string) => keys.get(key)?.at(-1);
  const absent = (key: string) => storeErrors.create('STORE_ABSENT', `${key} is not there`, { subject: { key } });
  const lockedUntil = (kept: Kept) => (kept.retention !== undefined && kept.retention.until > clock.now() ? kept.retention.until : undefined);
  const add = (key: string, kept: Kept) => {
    const there = keys.get(key);
    if (there === undefined) keys.set(key, [kept]);
    else there.push(kept);
  };

  function find(key: string, version: string | undefined): Kept {
    checkKey(key);
    const kept = version === undefined ? newest(key) : keys.get(key)?.find(({ info }) => info.version === version);
    if (kept?.body === undefined) throw absent(key);
    return kept;
  }

  const infoOf = (key: string, size: number) => ({ key, size, modifiedAt: clock.now(), version: `v${++count}` });

  return {
    description: 'memory with locks',
    capabilities: { conditionalPut: true, verifiesSha256: true, storageClasses: [], objectBytesMax: 5 * 1024 ** 3, ...capabilities },

    locks: {
      settings: async () => ({ modes: ['governance', 'compliance'], versioned: true, limits: [] }),
      retention: async (key, version) => find(key, version).retention,
      retain: async (key, retention, version) => {
        const kept = find(key, version);
        if (!covers(kept.retention, retention)) kept.retention = retention;
      },
    },

    versions: {
      list: async function* (prefix) {
        checkPrefix(prefix);
        for (const key of [...keys.keys()].filter((one) => one.startsWith(prefix)).sort())
          for (const { info, body } of [...(keys.get(key) ?? [])].reverse()) yield { ...info, marker: body === undefined } satisfies ObjectVersion;
      },
      delete: async (which) => {
        const failed = [];
        for (const { key, version } of which) {
          const there = keys.get(key) ?? [];
          const kept = there.find(({ info }) => info.version === version);
          const until = kept === undefined ? undefined : lockedUntil(kept);
          if (until !== undefined) failed.push({ key, version, reason: 'AccessDenied: it is locked', lockedUntil: until });
          else if (kept !== undefined) there.splice(there.indexOf(kept), 1);
          if (there.length === 0) keys.delete(key);
        }
        return { deleted: which.length - failed.length, failed };
      },
    },

    async put(key, body, { ifAbsent = false, sha256, storageClass, retention, signal } = {}) {
      checkKey(key);
      signal?.throwIfAborted();
      const digest = createHash('sha256').update(body).digest();
      if (sha256 !== undefined && !digest.equals(sha256))
        throw storeErrors.create('STORE_DAMAGED', `${key}: the body does not have the SHA-256 that came with it`, { subject: { key } });
      if (ifAbsent && newest(key)?.body !== undefined) throw storeErrors.create('STORE_EXISTS', `${key} exists already`, { subject: { key } });
      if (retention !== undefined && retention.until <= clock.now())
        throw storeErrors.create('STORE_UNSUITABLE', `${key}: the date of the lock has passed`, { subject: { key } });
      const info = { ...infoOf(key, body.length), sha256: digest.toString('hex'), ...(storageClass !== undefined && { storageClass }) };
      add(key, { info, body: new Uint8Array(body), retention });
      return info;
    },

    async get(key, { range, version, signal } = {}) {
      signal?.throwIfAborted();
      const { body } = find(key, version);
      if (range === undefined) return body!.slice();
      checkRangeWithin(key, range, body!.length);
      return body!.slice(range.offset, range.offset + range.length);
    },

    async head(key, { version } = {}) {
      checkKey(key);
      try {
        return find(key, version).info;
      } catch (error) {
        if (storeErrors.is(error, 'STORE_ABSENT')) return undefined;
        throw error;
      }
    },

    async *list(prefix) {
      checkPrefix(prefix);
      for (const key of [...keys.keys()].filter((one) => one.startsWith(prefix)).sort()) {
        const kept = newest(key);
        if (kept?.body !== undefined) yield kept.info;
      }
    },

    async delete(names) {
      for (const key of names) checkKey(key);
      for (const key of new Set(names)) add(key, { info: infoOf(key, 0) });
      return { deleted: new Set(names).size, failed: [] };
    },

    lift: (key, version) => {
      find(key, version).retention = undefined;
    },

    close: async () => {},
  };
}
