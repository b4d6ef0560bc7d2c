import type { Vcenter } from '../client/vcenter.ts';
import type { TaskOptions } from '../task/task.ts';
import type { DataObject, MoRef } from '../wire/index.ts';

export interface SnapshotRequest {
  readonly name: string;
  readonly description: string;
  /** Ask the guest to come to rest. Silently ignored by the server when the VM is off or has no running Tools. */
  readonly quiesce: boolean;
}

/**
 * Takes a snapshot without memory. Waits and tries again while another task works on the VM.
 * @throws `VSPHERE_QUIESCE` when the guest could not be brought to rest, and what calls and tasks throw
 */
export async function createSnapshot(_vcenter: Vcenter, _vm: MoRef, _request: SnapshotRequest, _options?: TaskOptions): Promise<MoRef> {
  throw new Error('being built');
}

export interface RemovalReport {
  /** `gone`: it was not there any more */
  readonly removed: 'removed' | 'gone';
  /** `needed`: the VM still runs on delta files and consolidating failed; `reason` says why */
  readonly consolidation: 'unneeded' | 'done' | 'needed';
  readonly reason?: string;
}

/** Removes one snapshot (not its children), then sees to it that the VM's disks are consolidated. Waits and tries again while the VM is busy. */
export async function removeSnapshot(_vcenter: Vcenter, _vm: MoRef, _snapshot: MoRef, _options?: TaskOptions): Promise<RemovalReport> {
  throw new Error('being built');
}

export interface Snapshot {
  readonly ref: MoRef;
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
  readonly quiesced: boolean;
  /** `poweredOn` …: the VM's state at that time */
  readonly state: string;
  readonly parent?: MoRef;
}

export interface SnapshotTree {
  /** parents before children */
  readonly snapshots: readonly Snapshot[];
  /** the one the VM runs on */
  readonly current?: MoRef;
}

export async function listSnapshots(_vcenter: Vcenter, _vm: MoRef): Promise<SnapshotTree> {
  throw new Error('being built');
}

/** A disk as it is at a snapshot. */
export interface SnapshotDisk {
  readonly key: number;
  readonly label: string;
  /** bytes */
  readonly capacity: number;
  /** Descriptor of the frozen disk: `[datastore] folder/name.vmdk`. */
  readonly file: string;
  /** Descriptors behind it, nearest first. */
  readonly parents: readonly string[];
  /** `VirtualDiskFlatVer2BackingInfo` … */
  readonly backing: string;
  /** `persistent`, `independent_persistent` … */
  readonly mode: string;
  readonly uuid?: string;
  /** vCenter's own id, `1-2000` */
  readonly objectId?: string;
  /** absent where changes are not tracked */
  readonly changeId?: string;
  readonly thin?: boolean;
  readonly encrypted: boolean;
  readonly sharing?: string;
  /** of a raw device mapping: `virtualMode`, `physicalMode` */
  readonly rawDeviceMode?: string;
  readonly datastore?: MoRef;
  readonly controller: { readonly key: number; readonly type: string; readonly bus: number };
  readonly unit: number;
}

export interface SnapshotState {
  /** `VirtualMachineConfigInfo` as of the snapshot: for {@link captureConfiguration}. */
  readonly config: DataObject;
  /** All disks of the VM; those a snapshot does not freeze are among them (`mode`, `rawDeviceMode`). */
  readonly disks: readonly SnapshotDisk[];
}

/** @throws `VSPHERE_ABSENT` when it is gone */
export async function readSnapshot(_vcenter: Vcenter, _snapshot: MoRef): Promise<SnapshotState> {
  throw new Error('being built');
}
