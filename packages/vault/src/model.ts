import type { LockMode } from '@holdfast/store';
import type { Provenance } from './mover/signing.ts';

/** What a vault holds, as its callers see it. Bytes everywhere unless a name says otherwise. */

/** Where one sealed thing lies: in which pack, which slot, which bytes. */
export interface SlotAddress {
  /** 32 hex digits */
  readonly pack: string;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
}

/** The root of a disk map or the place of a small file; opaque to callers, stored in manifests. */
export interface NodeReference extends SlotAddress {
  /** 64 hex digits */
  readonly id: string;
}

/** The place of a small file: in a metadata pack, or, where a write-only mover keeps it from itself, in a data pack. */
export interface FileReference extends NodeReference {
  readonly in?: 'data' | undefined;
}

export interface DiskMapReference {
  readonly capacity: number;
  /** absent: the disk is all zeros */
  readonly root?: NodeReference;
  /** levels above the leaves; 0 when the root is a leaf */
  readonly height: number;
}

export interface DiskStatistics {
  /** bytes asked of the source */
  readonly read: number;
  /** of those, zeros */
  readonly zero: number;
  /** of those, found in the vault already */
  readonly reused: number;
  /** of those, new to the vault, before compression */
  readonly fresh: number;
  /** what the new bytes take in packs, after compression and sealing, headers included */
  readonly stored: number;
  /** of the fresh bytes, stored as they are because they don't shrink */
  readonly incompressible: number;
  readonly chunksRead: number;
  readonly chunksFresh: number;
}

export type Consistency = 'crash' | 'volume' | 'application';

export interface PointDisk {
  /** vSphere device key */
  readonly key: number;
  readonly label: string;
  readonly capacity: number;
  /** disk UUID, datastore path of the base file and whatever else tells that this is the same disk next time */
  readonly identity: Readonly<Record<string, string>>;
  /** From the same snapshot as the map, or absent where nothing tracked changes. */
  readonly changeId?: string;
  readonly map: DiskMapReference;
  readonly mode: 'full' | 'incremental';
  /** why a full, where one was not asked for */
  readonly fullReason?: string;
  readonly transport: { readonly mode: string; readonly reason?: string };
  readonly statistics: DiskStatistics;
}

/** What the engine knows of a point when it commits it. */
export interface PointDraft {
  readonly vm: {
    readonly name: string;
    readonly vcenter: string;
    readonly instanceUuid: string;
    readonly biosUuid?: string;
    readonly moref?: string;
    readonly path?: string;
  };
  /** ISO 8601, the vCenter's time of the snapshot */
  readonly takenAt: string;
  readonly consistency: { readonly asked: Consistency; readonly got: Consistency; readonly reason?: string };
  readonly disks: readonly PointDisk[];
  /** disks of the VM that are not in this point, with the reason */
  readonly excluded: readonly { readonly key: number; readonly label: string; readonly reason: string }[];
  /** everything needed to create the VM again, as the vsphere room captured it */
  readonly configuration: unknown;
  /** small files kept with the point (NVRAM), by name */
  readonly files: Readonly<Record<string, FileReference>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A committed recovery point. */
export interface RecoveryPoint extends PointDraft {
  /** `<vmId>/<sessionId>` */
  readonly id: string;
  readonly vmId: string;
  readonly sessionId: string;
  /** 1 for a VM's first point; a gap or a fall means that the bucket was rolled back */
  readonly sequence: number;
  /** id of the point whose maps this one grew from, if any */
  readonly base?: string;
  readonly committedAt: string;
  /** `installation` as its configuration names it; absent where it has no name, and on points of the first writers */
  readonly writer: { readonly product: string; readonly version: string; readonly host: string; readonly installation?: string };
  /** who made it, as its signature proves; absent in vaults whose objects aren't signed */
  readonly signedBy?: Provenance | undefined;
  /** how long it can't be deleted; absent in vaults without immutability */
  readonly lock?: PointLock;
  /** index segments and packs that this point's session wrote */
  readonly introduced: {
    readonly segments: readonly string[];
    readonly packs: readonly { readonly id: string; readonly size: number; readonly sha256: string }[];
  };
}

/** What a point promises, and what it was locked to. */
export interface PointLock {
  readonly mode: LockMode;
  /** nothing that the point needs can be deleted before this moment; ISO 8601 */
  readonly until: string;
  /** when it was committed, every pack that it needs was locked at least until this moment; ISO 8601, never before `until` */
  readonly packsUntil: string;
}

/** A key under `points/` that couldn't be read as a point: reported, never treated as absent. */
export interface UnreadablePoint {
  readonly id: string;
  readonly reason: string;
}

/** Who marked a point, when and why. */
export interface MarkRecord {
  /** name of the machine */
  readonly by: string;
  /** ISO 8601 */
  readonly at: string;
  readonly reason: string;
}

/** A mark beside a point: its deletion, or its legal hold. */
export interface PointMark {
  /** the point's */
  readonly id: string;
  /** absent where none was written, or where it can't be read */
  readonly record?: MarkRecord;
  /** why the record can't be read; the mark counts nevertheless */
  readonly problem?: string;
}

/** A point that was taken out of use and is still there. */
export interface DeletedPoint extends PointMark {
  readonly point: RecoveryPoint | UnreadablePoint;
}
