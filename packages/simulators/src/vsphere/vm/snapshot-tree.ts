import { escapedName } from '../inventory/entity.ts';
import type { Machine, Snapshot } from './machine.ts';

/** `snapshot` of a virtual machine; undefined when it has none. */
export function snapshotInfo(machine: Machine): Record<string, unknown> | undefined {
  if (machine.snapshots.length === 0) return undefined;
  return { $type: 'VirtualMachineSnapshotInfo', currentSnapshot: machine.current?.ref, rootSnapshotList: machine.snapshots.map(node) };
}

function node(snapshot: Snapshot): Record<string, unknown> {
  return {
    $type: 'VirtualMachineSnapshotTree',
    snapshot: snapshot.ref,
    vm: snapshot.machine.ref,
    name: escapedName(snapshot.name),
    description: snapshot.description,
    id: snapshot.id,
    createTime: new Date(snapshot.createTimeMs),
    state: snapshot.power,
    quiesced: snapshot.quiesced,
    childSnapshotList: snapshot.children.length === 0 ? undefined : snapshot.children.map(node),
    replaySupported: false,
  };
}
