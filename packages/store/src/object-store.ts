import type { ObjectLocks, ObjectVersions, Retention } from './object-locks.ts';

/**
 * Where objects live. One implementation per kind of store; wrappers implement it too.
 *
 * Keys are `/`-separated, relative to the store's root, made of `[A-Za-z0-9._/-]`.
 * Every implementation passes the conformance suite in `@holdfast/store/testing`.
 */
export interface ObjectStore {
  /** For people: `s3://bucket/prefix`, `/srv/vault`. Never holds a secret. */
  readonly description: string;
  readonly capabilities: StoreCapabilities;
  /** Keeping objects from deletion until a date; absent where this kind of store can't. Whether this very one does, its settings tell. */
  readonly locks?: ObjectLocks;
  /** What lies under a key beside its newest object; absent where this kind of store keeps none. */
  readonly versions?: ObjectVersions;

  /**
   * Stores a whole object: afterwards it is durable and every reader sees all of it, or nothing has changed.
   *
   * @throws `STORE_EXISTS` when `ifAbsent` is set and the key is taken. After a retried request this can also mean
   *         that an earlier attempt of ours got through: the caller settles that by reading the key.
   */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<ObjectInfo>;

  /** @throws `STORE_ABSENT` when the key is proven not to be there, `STORE_RANGE` when the range isn't within the object */
  get(key: string, options?: GetOptions): Promise<Uint8Array>;

  /** `undefined` only when the key is proven not to be there; anything else that prevents an answer is thrown. */
  head(key: string, options?: { readonly version?: string }): Promise<ObjectInfo | undefined>;

  /** All objects whose key starts with `prefix`, in ascending order of key (by code unit). A listing that breaks off throws; it never just ends. */
  list(prefix: string): AsyncIterable<ObjectInfo>;

  /** Deletes what is there; keys that aren't there count as deleted. What could not be deleted is reported, each with its reason. */
  delete(keys: readonly string[]): Promise<DeleteReport>;

  close(): Promise<void>;
}

export interface PutOptions {
  /** Only if nobody has written this key: one of several concurrent writers wins. */
  readonly ifAbsent?: boolean;
  /** SHA-256 of the body, 32 bytes, where it is known already: sent to the store, which verifies and keeps it. */
  readonly sha256?: Uint8Array;
  readonly storageClass?: string;
  /** Locks the object as it is stored, where the store has locks. */
  readonly retention?: Retention | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions {
  /** This one instead of the newest; only where the store has versions. */
  readonly version?: string;
  /** Bytes `offset … offset + length - 1`; exactly these come back, or it throws. */
  readonly range?: { readonly offset: number; readonly length: number };
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectInfo {
  readonly key: string;
  /** bytes */
  readonly size: number;
  /** milliseconds since 1970, by the store's clock, where it tells. Never decides safety. */
  readonly modifiedAt?: number;
  /** hex SHA-256 as the store holds it, where it does */
  readonly sha256?: string;
  readonly storageClass?: string;
  /** where the store keeps versions */
  readonly version?: string;
}

export interface DeleteReport {
  readonly deleted: number;
  /** `lockedUntil`, in ms since 1970: it isn't deleted because it is locked until then */
  readonly failed: readonly { readonly key: string; readonly reason: string; readonly lockedUntil?: number }[];
}

export interface StoreCapabilities {
  /** `put` with `ifAbsent` is decided by the store itself. */
  readonly conditionalPut: boolean;
  /** A SHA-256 sent with a body is verified at the far end. Where it isn't, sending one costs this process a second hash and finds little. */
  readonly verifiesSha256: boolean;
  readonly storageClasses: readonly string[];
  readonly objectBytesMax: number;
}
