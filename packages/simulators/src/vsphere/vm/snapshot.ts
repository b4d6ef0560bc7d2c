import { moRef } from '../inventory/world.ts';
import type { Vcenter } from '../vcenter.ts';
import { snapshotConfigInfo } from './config-info.ts';
import type { Machine, Snapshot } from './machine.ts';

/** Puts a snapshot into its machine's tree, under a managed object id of its own. */
export function addSnapshot(vcenter: Vcenter, machine: Machine, details: Omit<Snapshot, 'ref' | 'properties' | 'machine' | 'children' | 'label'>): Snapshot {
  const { name, description, id, createTimeMs, power, quiesced, parent, state, vmName, disks } = details;
  const children: Snapshot[] = [];
  const snapshot: Snapshot = {
    ref: moRef('VirtualMachineSnapshot', vcenter.world.nextId('snapshot')),
    label: () => machine.name,
    machine,
    name,
    description,
    id,
    createTimeMs,
    power,
    quiesced,
    parent,
    children,
    state,
    vmName,
    disks,
    properties: {
      config: () => snapshotConfigInfo(snapshot),
      childSnapshot: () => children.map((child) => child.ref),
      vm: () => machine.ref,
      value: () => [],
      availableField: () => [],
    },
  };
  (parent?.children ?? machine.snapshots).push(snapshot);
  return vcenter.world.add(snapshot);
}

/** Takes a snapshot out of the tree; its children move up to its parent. */
export function dropSnapshot(vcenter: Vcenter, snapshot: Snapshot): void {
  const { machine, parent } = snapshot;
  const siblings = parent?.children ?? machine.snapshots;
  siblings.splice(siblings.indexOf(snapshot), 1, ...snapshot.children);
  for (const child of snapshot.children) child.parent = parent;
  if (machine.current === snapshot) machine.current = parent;
  vcenter.world.remove(snapshot.ref);
}
