import type { ObjectInfo } from './object-store.ts';

/**
 * `governance`: whoever has the right to bypass locks can lift it (`s3:BypassGovernanceRetention`; we never use it).
 * `compliance`: nobody can, the owner of the account included, until the date.
 */
export type LockMode = 'governance' | 'compliance';

/** An object, or the version of one, can't be deleted until then. */
export interface Retention {
  readonly mode: LockMode;
  /** milliseconds since 1970, by the store's clock; whole seconds */
  readonly until: number;
}

export interface LockSettings {
  /** modes that this store takes; empty: it locks nothing as it is set up */
  readonly modes: readonly LockMode[];
  /** Deleting and overwriting leave what was there as a version. */
  readonly versioned: boolean;
  /** what the store locks by itself: every object that comes without a lock of its own */
  readonly byDefault?: { readonly mode: LockMode; readonly days: number };
  /** what such a lock does not protect from, a sentence each */
  readonly limits: readonly string[];
}

/** How objects are kept from deletion. A lock is never shortened or lifted here. */
export interface ObjectLocks {
  /** Asks the store how it is set up. */
  settings(): Promise<LockSettings>;

  /** `undefined`: it isn't locked, and never was. @throws `STORE_ABSENT` */
  retention(key: string, version?: string): Promise<Retention | undefined>;

  /**
   * Afterwards the object is locked at least like this. One that is locked longer already stays as it is.
   *
   * @throws `STORE_ABSENT`, `STORE_ACCESS`
   */
  retain(key: string, retention: Retention, version?: string): Promise<void>;
}

/** One of the things that were put under a key, or the mark that a deletion left. */
export interface ObjectVersion extends ObjectInfo {
  readonly version: string;
  /** a mark of deletion: it has no bytes, and hides what is older */
  readonly marker: boolean;
}

export interface ObjectVersions {
  /** All versions and marks of all keys that start with `prefix`: ascending by key, and of one key the newest first. */
  list(prefix: string): AsyncIterable<ObjectVersion>;

  /** Deletes exactly these, for good. What isn't there counts as deleted. */
  delete(which: readonly { readonly key: string; readonly version: string }[]): Promise<VersionDeleteReport>;
}

export interface VersionDeleteReport {
  readonly deleted: number;
  readonly failed: readonly { readonly key: string; readonly version: string; readonly reason: string; readonly lockedUntil?: number }[];
}

/** Whether a lock as it is does what is asked of it. */
export function covers(present: Retention | undefined, asked: Retention): boolean {
  return present !== undefined && present.until >= asked.until && (present.mode === 'compliance' || asked.mode === 'governance');
}
