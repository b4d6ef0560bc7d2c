import type { Random } from '@holdfast/kit';

/** Names one state of a disk (live or frozen) for as long as it exists; stays the same when the files behind it are merged. */
export type LayerId = string & { readonly __brand?: 'LayerId' };

/** One state of a disk: a frozen one (a snapshot's) or the live one. */
export interface Layer {
  readonly id: LayerId;
  readonly frozen: boolean;
  /** The name of its descriptor in the VM's folder: `web01.vmdk`, `web01-000001.vmdk`. Changes when files are merged. */
  readonly fileName: string;
  /** The layer that it was made on; `undefined` for the base. */
  readonly parent: LayerId | undefined;
  /** `undefined` while tracking was off. Of the live layer: the id of the interval that runs now. */
  readonly changeId: string | undefined;
  /** `snapshot`: named by a snapshot; `leftover`: its snapshot is gone and it waits for `consolidate`; `shared`: gone too, but several layers stand on it. */
  readonly role: 'live' | 'snapshot' | 'leftover' | 'shared';
}

/** A file of the disk, as `layoutEx` lists them. */
export interface DiskFile {
  /** in the VM's folder */
  readonly name: string;
  readonly type: 'diskDescriptor' | 'diskExtent' | 'changeTracking';
  /** bytes as a reader sees them */
  readonly size: number;
  /** bytes that it really takes */
  readonly uniqueSize: number;
  readonly layer: LayerId;
  /** Held open for writing while the VM runs: a datastore refuses to hand it out. */
  readonly live: boolean;
}

/** Bytes; ascending, not overlapping, not touching. */
export interface Area {
  readonly start: number;
  readonly length: number;
}

/** One reply of `QueryChangedDiskAreas`. The next page begins at `startOffset + length`; at the capacity there is none. */
export interface ChangedAreas {
  readonly startOffset: number;
  readonly length: number;
  readonly areas: readonly Area[];
}

export interface ChangedAreasQuery {
  /** `<uuid>/<sequence>` of an earlier state of this disk, or `*` for the areas in use. */
  readonly changeId: string;
  /** The state that is asked about; the live one when absent. */
  readonly layer?: LayerId;
  /** bytes */
  readonly startOffset?: number;
  /** 2000 when absent */
  readonly extentsMax?: number;
}

export type AdapterType = 'lsilogic' | 'buslogic' | 'ide' | 'pvscsi';

export interface CreateDiskOptions {
  /** The VM's folder on this machine; see `Datastore.localPath`. Must exist. */
  readonly folder: string;
  /** `web01` makes `web01.vmdk`, `web01-flat.vmdk`, … */
  readonly name: string;
  /** bytes, a multiple of 512; with an image the image's size, rounded up, when absent */
  readonly capacity?: number;
  /** A raw image to begin with. `move` takes the file itself, `copy` leaves it alone; holes stay holes in both. */
  readonly image?: { readonly path: string; readonly take: 'copy' | 'move' };
  /** `6000C29x-xxxx-xxxx-xxxx-xxxxxxxxxxxx`; drawn from `random` when absent */
  readonly uuid?: string;
  /** `lsilogic` when absent */
  readonly adapterType?: AdapterType;
  /** true when absent */
  readonly thin?: boolean;
  /** bytes, a power of two; 64 KiB up to 128 GiB of capacity and doubling above when absent */
  readonly trackingBlockBytes?: number;
  readonly random: Random;
}

export interface OpenDiskOptions {
  readonly folder: string;
  readonly name: string;
  readonly random: Random;
}

/** Ways in which change tracking on real hosts was found to lie. Kept in memory only. */
export interface TrackingLies {
  /** Every n-th area (1 = all) is missing from the answers about changes. */
  readonly dropOneAreaIn?: number;
  /** Tracking that was switched on begins behind the next snapshot, not with it: that first snapshot has no change id. */
  readonly beginsAfterFreeze?: boolean;
}

export interface WriteReport {
  /** bytes compared with what was there */
  readonly compared: number;
  /** bytes that differed and were written */
  readonly written: number;
}

/**
 * One virtual disk of a simulated VM, with real bytes in real files.
 *
 * Its states form a tree as vSphere's do: `freeze` makes the live state read-only and puts an empty delta on top;
 * `revert` throws the live delta away and begins another on a frozen state. Every call waits its turn: reads run side by side,
 * everything that changes the disk runs alone.
 *
 * All offsets and lengths are bytes. Whatever a method promises holds also for a process that opens the folder after this one was killed.
 */
export interface VirtualDisk extends AsyncDisposable {
  readonly folder: string;
  readonly name: string;
  /** bytes */
  readonly capacity: number;
  /** `6000C29x-xxxx-xxxx-xxxx-xxxxxxxxxxxx` */
  readonly uuid: string;
  readonly adapterType: AdapterType;
  readonly thin: boolean;
  readonly trackingBlockBytes: number;
  readonly live: Layer;
  /** What was asked for, effective or not. */
  readonly trackingWanted: boolean;
  /** Change tracking runs for the live state. */
  readonly trackingActive: boolean;
  /** Files of removed snapshots are still there; `consolidate` merges them. */
  readonly consolidationNeeded: boolean;

  /** All states, parents before children. */
  layers(): readonly Layer[];
  /** @throws `LAYER_ABSENT` */
  layer(id: LayerId): Layer;
  /** The layer's files' way down to the base, itself first: what `backing.parent` shows. */
  chain(id?: LayerId): readonly Layer[];
  files(): Promise<readonly DiskFile[]>;

  /** Fills `into` from `offset`, of the live state or of a frozen one. @throws `DISK_RANGE_REFUSED`, `LAYER_ABSENT` */
  read(offset: number, into: Uint8Array, layer?: LayerId): Promise<void>;
  /** The guest writes. Any alignment. The bytes are the caller's again when the promise settles. @throws `DISK_RANGE_REFUSED` */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** The guest trims: reads as zero afterwards and counts as changed. @throws `DISK_RANGE_REFUSED` */
  unmap(offset: number, length: number): Promise<void>;
  /** The guest's disk becomes what the raw image holds; only what differs is written. An image shorter than the disk leaves the rest alone. */
  writeImage(path: string): Promise<WriteReport>;
  /** Writes a state to a new sparse raw file. */
  export(path: string, layer?: LayerId): Promise<void>;
  /** Areas that hold something in any file of the chain, by tracking blocks, ascending. What isn't named reads as zero. */
  areasInUse(layer?: LayerId): AsyncIterable<Area>;

  /** A snapshot: what is live now is frozen and returned; a new empty delta is live. Counts as a stun. @throws `CHAIN_TOO_LONG` */
  freeze(): Promise<Layer>;
  /**
   * A snapshot goes: its state is no longer named and the files are merged, children into parents. Counts as a stun.
   * @param options.leaveFiles the host failed to merge: the snapshot is gone, the files stay, `consolidationNeeded` becomes true
   */
  removeSnapshot(id: LayerId, options?: { readonly leaveFiles?: boolean }): Promise<void>;
  /** Merges what `leaveFiles` left. */
  consolidate(): Promise<void>;
  /** The live state goes; a new delta on the frozen one is live. Tracking begins anew (another UUID). */
  revert(id: LayerId): Promise<Layer>;
  /** @throws `DISK_RESIZE_REFUSED` with snapshots, or to a smaller size */
  extend(capacity: number): Promise<void>;

  /** Asks for tracking on or off; effective at the next stun, or at once on a VM that is powered off. */
  setTracking(wanted: boolean, options: { readonly poweredOn: boolean }): Promise<void>;
  /** Power cycle, resume, move: what was asked for becomes effective. `hard`: the host lost the disk while it was written; tracking begins anew. */
  stun(options?: { readonly hard?: boolean }): Promise<void>;
  /** @throws `CHANGE_ID_REFUSED` (subject.reason: `untracked`, `foreign`, `future`, `malformed`), `START_OFFSET_REFUSED`, `LAYER_ABSENT` */
  changedAreas(query: ChangedAreasQuery): Promise<ChangedAreas>;
  /** For tests of honesty. `undefined`: tells the truth again. */
  lie(lies: TrackingLies | undefined): void;

  /** Everything written is on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Closes and deletes all its files. */
  destroy(): Promise<void>;
}
