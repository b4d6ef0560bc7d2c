import { type StoreErrorCode, storeErrors } from '../errors.ts';
import type { StoreOperation } from '../metered-store.ts';
import type { ObjectLocks, ObjectVersions } from '../object-locks.ts';
import type { ObjectStore } from '../object-store.ts';

/** What goes wrong. */
export type Fault =
  /** fails with this code, and nothing has happened */
  | { readonly kind: 'fail'; readonly code: StoreErrorCode }
  /** it happens, and then fails with this code: the answer was lost */
  | { readonly kind: 'fail after'; readonly code: StoreErrorCode }
  /** nothing ever comes back, until the signal is aborted */
  | { readonly kind: 'hang' }
  /** one bit of the body is other than it should be: what is stored (put) or what is returned (get) */
  | { readonly kind: 'flip'; readonly offset: number; readonly bit?: number }
  /** the body ends early: what is stored (put), what is returned (get), or a listing, which throws `STORE_UNREACHABLE` after so many */
  | { readonly kind: 'truncate'; readonly length: number };

/** Which operations a fault strikes. Without `nth`, `every` and `from`: all that match. */
export interface FaultRule {
  readonly on: StoreOperation | 'any';
  readonly key?: RegExp;
  /** only the nth that matches, from 1 */
  readonly nth?: number;
  /** each nth that matches */
  readonly every?: number;
  /** the nth that matches and all after it: a store, or a process, that has died */
  readonly from?: number;
  readonly fault: Fault;
}

export interface FaultStore extends ObjectStore {
  /** Every operation so far, in order: `put data/ab/…`. Deletions and listings name their first key or prefix. */
  readonly log: readonly string[];
  /** how often each rule struck */
  readonly struck: readonly number[];
}

/** A store that fails as written, and the same way each time. The first rule that strikes decides. */
export function faultStore(store: ObjectStore, rules: readonly FaultRule[]): FaultStore {
  const log: string[] = [];
  const matched = rules.map(() => 0);
  const struck = rules.map(() => 0);

  const faultOf = (operation: StoreOperation, keys: readonly string[]): Fault | undefined => {
    log.push(`${operation} ${keys[0] ?? ''}`);
    let found: Fault | undefined;
    for (const [index, rule] of rules.entries()) {
      if (rule.on !== 'any' && rule.on !== operation) continue;
      if (rule.key !== undefined && !keys.some((key) => rule.key!.test(key))) continue;
      const count = ++matched[index]!;
      const { nth, every, from } = rule;
      const strikes = (nth === undefined || count === nth) && (every === undefined || count % every === 0) && (from === undefined || count >= from);
      if (!strikes || found !== undefined) continue;
      struck[index]!++;
      found = rule.fault;
    }
    return found;
  };

  const around = async <T>(fault: Fault | undefined, key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
    if (fault?.kind === 'fail') throw planned(fault.code, key);
    if (fault?.kind === 'hang') await untilAborted(signal);
    const result = await work();
    if (fault?.kind === 'fail after') throw planned(fault.code, key);
    return result;
  };

  return {
    description: `${store.description} with faults`,
    capabilities: store.capabilities,
    ...(store.locks !== undefined && { locks: faultyLocks(store.locks) }),
    ...(store.versions !== undefined && { versions: faultyVersions(store.versions) }),
    log,
    struck,
    put: async (key, body, options) => {
      const fault = faultOf('put', [key]);
      const altered = alter(body, fault);
      // A body altered behind the store's back: the SHA-256 it was sent with would give it away.
      const { sha256: _, ...rest } = options ?? {};
      return await around(fault, key, options?.signal, () => store.put(key, altered, altered === body ? options : rest));
    },
    get: async (key, options) => {
      const fault = faultOf('get', [key]);
      return alter(await around(fault, key, options?.signal, () => store.get(key, options)), fault);
    },
    head: (key, options) => around(faultOf('head', [key]), key, undefined, () => store.head(key, options)),
    list: (prefix) => listWith(faultOf('list', [prefix]), prefix, () => store.list(prefix)),
    delete: (keys) => around(faultOf('delete', keys), keys[0] ?? '', undefined, () => store.delete(keys)),
    close: () => store.close(),
  };

  function faultyLocks(locks: ObjectLocks): ObjectLocks {
    return {
      settings: () => locks.settings(),
      retention: (key, version) => around(faultOf('lock', [key]), key, undefined, () => locks.retention(key, version)),
      retain: (key, retention, version) => around(faultOf('lock', [key]), key, undefined, () => locks.retain(key, retention, version)),
    };
  }

  function faultyVersions(versions: ObjectVersions): ObjectVersions {
    return {
      list: (prefix) => listWith(faultOf('list', [prefix]), prefix, () => versions.list(prefix)),
      delete: (which) => {
        const keys = which.map(({ key }) => key);
        return around(faultOf('delete', keys), keys[0] ?? '', undefined, () => versions.delete(which));
      },
    };
  }

  async function* listWith<T>(fault: Fault | undefined, prefix: string, all: () => AsyncIterable<T>): AsyncIterable<T> {
    if (fault?.kind === 'fail') throw planned(fault.code, prefix);
    if (fault?.kind === 'hang') await untilAborted(undefined);
    let left = fault?.kind === 'truncate' ? fault.length : Number.POSITIVE_INFINITY;
    for await (const info of all()) {
      if (left-- <= 0) throw planned('STORE_UNREACHABLE', prefix);
      yield info;
    }
    if (fault?.kind === 'fail after') throw planned(fault.code, prefix);
    if (fault?.kind === 'truncate') throw planned('STORE_UNREACHABLE', prefix);
  }
}

function planned(code: StoreErrorCode, key: string): Error {
  return storeErrors.create(code, `${key}: planned by the test`, { subject: { key } });
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function alter(body: Uint8Array, fault: Fault | undefined): Uint8Array {
  if (fault?.kind === 'truncate') return body.slice(0, fault.length);
  if (fault?.kind !== 'flip' || body.length === 0) return body;
  const altered = new Uint8Array(body);
  altered[fault.offset % body.length]! ^= 1 << (fault.bit ?? 0);
  return altered;
}
