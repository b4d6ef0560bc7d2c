import type { Clock, Random } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import type { Immutability } from './locks/lock-days.ts';
import type { DeletedPoint, DiskMapReference, DiskStatistics, FileReference, PointDraft, PointMark, RecoveryPoint, UnreadablePoint } from './model.ts';

export type ChunkerName = 'page-cdc' | 'grid';
/** zstd levels −3, 1 and 3 */
export type CompressionName = 'fast' | 'balanced' | 'dense';

/** What a vault takes from its surroundings. */
export interface VaultEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  /** this machine's name, for the record */
  readonly host: string;
  /** what this installation calls itself, for the record */
  readonly installation?: string | undefined;
  /** the product's version, for the record */
  readonly version: string;
  /** how long this process's sessions stand in the vault without renewing; collection gives them up after twice as long; 15 minutes when absent */
  readonly leaseMs?: number | undefined;
}

/** How much of this machine a vault may use. Memory is about pack buffers × 64 MiB + segment buffers × 16 MiB + 130 MiB. */
export interface VaultResources {
  /** threads; the processors of this machine, 8 at most, when absent */
  readonly workers?: number;
  /** one more than sessions that can be open at once; 3 when absent */
  readonly packBuffers?: number;
  /** bytes of a full pack, 16 to 128 MiB; 64 MiB when absent */
  readonly packBytes?: number;
  /** segments of 16 MiB in work at once; workers + 2 when absent */
  readonly segmentBuffers?: number;
  readonly compression?: CompressionName;
  /** one in how many new chunks is opened and hashed again before it is sent; 32 when absent, 0 for none */
  readonly verifyEvery?: number;
  /**
   * Where the vault's index is kept on this machine's disk: about 33 bytes a chunk, and twice that while it is put in order. May be removed at any time;
   * several processes may share it. Without one, the index is held in memory as far as 128 MiB go.
   */
  readonly cacheFolder?: string | undefined;
}

/** One way to open a vault. Secrets are bytes or text in memory, never logged. */
export type VaultKey = { readonly passphrase: string } | { readonly recoveryKey: string } | { readonly kms: KeyService };

/** A key that stays in AWS KMS (`kmsKey` of the store room) and wraps data keys, each bound to a context. */
export interface KeyService {
  readonly arn: string;
  /** 32 fresh bytes, and the same wrapped */
  newDataKey(context: Readonly<Record<string, string>>): Promise<{ readonly plaintext: Uint8Array; readonly ciphertext: Uint8Array }>;
  /** `undefined` when it says that it didn't wrap this with this context; throws when it can't or may not tell */
  openDataKey(ciphertext: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array | undefined>;
}

/** A write-only mover's way to open a vault: the text of its key file, and the passphrase where that is sealed. */
export interface MoverKeyText {
  readonly moverKey: string;
  readonly moverPassphrase?: string | undefined;
}

/**
 * What can be made of an object under `keys/`: `usable`; `foreign` was left by a creation that broke off and opens nothing;
 * `misplaced` lies under another slot's name; `unknown` is of a kind that this version doesn't know; `damaged` can't be read.
 */
export type KeySlotState = 'usable' | 'foreign' | 'misplaced' | 'unknown' | 'damaged';

/** A key slot as anybody who reads the store sees it. */
export interface KeySlotEntry {
  readonly id: string;
  readonly state: KeySlotState;
  /** `passphrase`, `recovery` or `aws-kms`; absent where the slot can't be read */
  readonly kind?: string;
  /** ARN of the key that an `aws-kms` slot names */
  readonly kmsKey?: string;
  readonly createdAt?: string;
  /** why it isn't usable */
  readonly reason?: string;
  /** A removal of it was begun and not finished: it may still open the vault, but no other slot is removed on its strength. */
  readonly removing: boolean;
}

export interface VaultDescription {
  readonly id: string;
  readonly format: number;
  readonly chunker: {
    readonly name: ChunkerName;
    readonly averageBytes: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly segmentBytes: number;
  };
  readonly idAlgorithm: string;
  readonly createdAt: string;
  /** absent where points can be deleted at any time */
  readonly immutability?: Immutability;
  readonly keySlots: readonly { readonly id: string; readonly kind: string }[];
  /** whether write-only movers can be added */
  readonly takesMovers: boolean;
}

/** Progress of a disk on its way in or out; called at most a few times a second. */
export interface DiskProgress {
  /** bytes done and bytes in all, as far as known */
  readonly done: number;
  readonly total: number;
  readonly statistics: DiskStatistics;
}

export interface ReadableDisk {
  readonly capacity: number;
  read(offset: number, into: Uint8Array, signal?: AbortSignal): Promise<void>;
}

export interface WritableDisk {
  readonly order: 'any' | 'ascending';
  write(offset: number, bytes: Uint8Array): Promise<void>;
  zero(offset: number, length: number): Promise<void>;
}

export interface WriteDiskOptions {
  readonly source: ReadableDisk;
  /** what to read, ascending; everything outside is taken from `base`, or is zero without one */
  readonly extents: AsyncIterable<{ readonly offset: number; readonly length: number }>;
  readonly base?: DiskMapReference | undefined;
  readonly onProgress?: (progress: DiskProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** One writer's stay in the vault: put at start, committed by creating the point's key, removed at the end. */
export interface BackupSession {
  readonly id: string;
  readonly vmId: string;
  /** newest committed point of this VM when the session began */
  readonly base: RecoveryPoint | undefined;
  /** why there is none although the VM has points */
  readonly baseRefused?: string | undefined;
  /** what was found amiss in the vault at the beginning, though it hinders nothing, a sentence each */
  readonly notices: readonly string[];
  /** Reads what changed on one disk and writes it as a new map. Several disks may be written at once. */
  writeDisk(options: WriteDiskOptions): Promise<{ map: DiskMapReference; statistics: DiskStatistics }>;
  writeFile(bytes: Uint8Array): Promise<FileReference>;
  /**
   * The commit point: everything is durable, then the manifest is created under a key that nobody has.
   * @throws `VAULT_FENCED` when a collector has given this session up
   */
  commit(draft: PointDraft): Promise<RecoveryPoint>;
  /** Ends without a point; what was written is left to collection. Safe to call after a commit. */
  end(): Promise<void>;
}

export interface RestoreDiskOptions {
  /** key of one of the point's disks */
  readonly disk: number;
  readonly sink: WritableDisk;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal | undefined;
}

/** One reader's stay in the vault: while it is there, collection removes nothing that the point needs. */
export interface RestoreSession {
  readonly id: string;
  readonly point: RecoveryPoint;
  /** what doesn't hinder and has to be said, a sentence each; ending may add to it */
  readonly notices: readonly string[];
  /**
   * Writes every byte of the disk that isn't zero to the sink, each authenticated before it leaves the process. Several disks may be
   * restored at once.
   *
   * @throws `PACK_ABSENT`, `PACK_DAMAGED`, `RESTORE_FENCED` when a collector has given this session up and packs are gone
   */
  restoreDisk(options: RestoreDiskOptions): Promise<{ readonly written: number; readonly fetched: number; readonly requests: number }>;
  /** One of the point's small files. */
  readFile(name: string): Promise<Uint8Array>;
  /** Lets collection go on. Never throws: what is left behind is a notice. */
  end(): Promise<void>;
}

export interface Vault {
  readonly description: VaultDescription;
  /** the write-only mover whose key opened it; absent where it was opened with a key that can read */
  readonly mover?: { readonly id: string; readonly name: string } | undefined;
  readonly store: ObjectStore;
  /** Stable id of a VM in this vault, telling nothing to whoever holds no key. */
  vmId(vcenterUuid: string, vmInstanceUuid: string): string;
  /** All points, or one VM's, oldest first by sequence within a VM. */
  points(vmId?: string): AsyncIterable<RecoveryPoint | UnreadablePoint>;
  point(id: string): Promise<RecoveryPoint>;
  /**
   * The point with its configuration, which a write-only mover keeps where it can't read it again; any other point as it is.
   *
   * @throws `PACK_ABSENT`, `PACK_DAMAGED`, `VAULT_WRITE_ONLY`
   */
  withConfiguration(point: RecoveryPoint): Promise<RecoveryPoint>;
  /**
   * Takes a point out of use: it is not listed, not restored and no base any more. Nothing is removed; collection does that later.
   *
   * @throws `POINT_ABSENT`, `POINT_DELETED`, `POINT_HELD`
   */
  deletePoint(id: string, reason: string): Promise<void>;
  /**
   * Brings a deleted point back, as long as no collection has condemned what it needs.
   *
   * @throws `POINT_ABSENT`, `POINT_NOT_MARKED`, `POINT_CONDEMNED`, `POINT_UNREADABLE`
   */
  undeletePoint(id: string): Promise<RecoveryPoint>;
  /** What has been deleted, by anybody, and is still there; all VMs', or one VM's. */
  deletedPoints(vmId?: string): AsyncIterable<DeletedPoint>;
  /**
   * Legal hold: the point can't be deleted until the hold is released.
   *
   * @throws `POINT_ABSENT`, `POINT_DELETED`, `POINT_HELD`
   */
  holdPoint(id: string, reason: string): Promise<void>;
  /** @throws `POINT_NOT_MARKED` */
  releasePoint(id: string): Promise<void>;
  /** Points under legal hold, all VMs' or one VM's. */
  heldPoints(vmId?: string): Promise<readonly PointMark[]>;
  /**
   * Waits while as many sessions are open in this process as its pack buffers can serve.
   * @param options.expectedBytes bytes that may be read, for sizing what is kept in memory; 64 GiB when absent
   */
  beginSession(options: {
    readonly vmId: string;
    readonly expectedBytes?: number;
    /** only in a vault with immutability: for how long the point can't be deleted, where that isn't to be what the vault says */
    readonly immutableDays?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<BackupSession>;
  /**
   * Begins to read a point's data; there is no other way to them. The caller ends the session. A store that lets us read only is
   * read all the same, and a notice says that collection isn't held off.
   *
   * @throws `POINT_ABSENT`, `POINT_UNREADABLE`, `RESTORE_REFUSED`
   */
  beginRestore(pointId: string): Promise<RestoreSession>;
  close(): Promise<void>;
}
