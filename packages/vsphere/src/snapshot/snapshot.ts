import { HoldfastError } from '@holdfast/kit';
import { isFault } from '../client/fault.ts';
import { readProperties } from '../client/properties.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import { runTask, type TaskOptions } from '../task/task.ts';
import { type DataObject, isMoRef, type MoRef } from '../wire/index.ts';
import { whileBusy } from './busy.ts';

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
export async function createSnapshot(vcenter: Vcenter, vm: MoRef, request: SnapshotRequest, options: TaskOptions = {}): Promise<MoRef> {
  const parameters = { name: escapeName(request.name), description: request.description, memory: false, quiesce: request.quiesce };
  const snapshot = await whileBusy(vcenter, `the snapshot of ${vm.value}`, options.signal, () =>
    runTask(vcenter, 'CreateSnapshot_Task', vm, parameters, options),
  );
  if (!isMoRef(snapshot))
    throw vsphereErrors.create('VSPHERE_PROTOCOL', `the snapshot of ${vm.value} was taken, but the server doesn't say which it is`, {
      subject: { vm: vm.value },
    });
  return snapshot;
}

/** The API takes names with these three escaped. */
function escapeName(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2f').replaceAll('\\', '%5c');
}

function unescapeName(name: string): string {
  return name.replace(/%(25|2f|5c)/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

export interface RemovalReport {
  /** `gone`: it was not there any more */
  readonly removed: 'removed' | 'gone';
  /** `needed`: the VM still runs on delta files and consolidating failed; `reason` says why */
  readonly consolidation: 'unneeded' | 'done' | 'needed';
  readonly reason?: string;
}

/** Removes one snapshot (not its children), then sees to it that the VM's disks are consolidated. Waits and tries again while the VM is busy. */
export async function removeSnapshot(vcenter: Vcenter, vm: MoRef, snapshot: MoRef, options: TaskOptions = {}): Promise<RemovalReport> {
  const what = `removing snapshot ${snapshot.value} of ${vm.value}`;
  let removed: RemovalReport['removed'] = 'removed';
  try {
    await whileBusy(vcenter, what, options.signal, () =>
      runTask(vcenter, 'RemoveSnapshot_Task', snapshot, { removeChildren: false, consolidate: true }, options),
    );
  } catch (error) {
    if (!isFault(error, 'ManagedObjectNotFound')) throw error;
    removed = 'gone';
  }
  // That the task succeeded doesn't say that the disks are consolidated.
  return { removed, ...(await consolidate(vcenter, vm, options)) };
}

async function consolidate(vcenter: Vcenter, vm: MoRef, options: TaskOptions): Promise<Omit<RemovalReport, 'removed'>> {
  const needed = async () =>
    (await readProperties(vcenter, vm, ['runtime.consolidationNeeded'], { signal: options.signal }))['runtime.consolidationNeeded'] === true;
  try {
    if (!(await needed())) return { consolidation: 'unneeded' };
    await whileBusy(vcenter, `consolidating ${vm.value}`, options.signal, () => runTask(vcenter, 'ConsolidateVMDisks_Task', vm, {}, options));
    return (await needed())
      ? { consolidation: 'needed', reason: 'the disks were consolidated, and the vCenter still says that they need it' }
      : { consolidation: 'done' };
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.kind === 'cancelled') throw error;
    // The VM itself is gone: nothing of it is left to consolidate.
    if (isFault(error, 'ManagedObjectNotFound')) return { consolidation: 'unneeded' };
    return { consolidation: 'needed', reason: error.message };
  }
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

export async function listSnapshots(vcenter: Vcenter, vm: MoRef, options: TaskOptions = {}): Promise<SnapshotTree> {
  const { snapshot } = (await readProperties(vcenter, vm, ['snapshot'], { signal: options.signal })) as {
    snapshot?: { rootSnapshotList?: DataObject[]; currentSnapshot?: MoRef };
  };
  if (snapshot === undefined) return { snapshots: [] };
  const snapshots: Snapshot[] = [];
  const add = (nodes: DataObject[], parent: MoRef | undefined) => {
    for (const node of nodes) {
      const ref = node.snapshot as MoRef;
      snapshots.push({
        ref,
        name: unescapeName(node.name as string),
        description: (node.description as string | undefined) ?? '',
        createdAt: node.createTime as Date,
        quiesced: node.quiesced === true,
        state: node.state as string,
        ...(parent === undefined ? {} : { parent }),
      });
      add((node.childSnapshotList ?? []) as DataObject[], ref);
    }
  };
  add(snapshot.rootSnapshotList ?? [], undefined);
  return { snapshots, ...(snapshot.currentSnapshot === undefined ? {} : { current: snapshot.currentSnapshot }) };
}
