import { storageErrors } from '../disks/index.ts';
import { vmEventEx } from '../event/vm-event.ts';
import type { Vcenter } from '../vcenter.ts';
import { refreshLinks } from './build-machine.ts';
import type { Machine, Snapshot } from './machine.ts';
import { dropSnapshot } from './snapshot.ts';

export interface RemovalOptions {
  readonly removeChildren: boolean;
  /** False: the snapshot goes, its files stay. */
  readonly consolidate: boolean;
}

/** Removes a snapshot and merges its files; a removal that was told to fail at that leaves consolidation needed, and succeeds all the same. */
export async function removeSnapshot(vcenter: Vcenter, snapshot: Snapshot, options: RemovalOptions): Promise<void> {
  const { machine } = snapshot;
  const doomed = options.removeChildren ? subtree(snapshot).reverse() : [snapshot];
  let leaveFiles = !options.consolidate;
  if (!leaveFiles && vcenter.dials.consolidationNeededAfterRemovals > 0) {
    vcenter.dials.consolidationNeededAfterRemovals--;
    leaveFiles = true;
  }
  using _stunned = await machine.stun.acquire();
  for (const one of doomed) {
    // First it is gone for everybody, then its files are merged: nobody finds a snapshot whose disks are no more.
    dropSnapshot(vcenter, one);
    for (const { attached, layer } of one.disks.values()) await attached.disk.removeSnapshot(layer, { leaveFiles });
    await deleteStateFile(one);
  }
  if (leaveFiles && needsConsolidation(machine)) {
    vmEventEx(vcenter, 'com.vmware.vc.VmDiskConsolidationNeeded', machine, `Virtual machine ${machine.name} disks consolidation is needed`, 'warning');
  }
}

export async function consolidate(vcenter: Vcenter, machine: Machine): Promise<void> {
  using _stunned = await machine.stun.acquire();
  for (const { disk } of machine.disks.values()) if (disk.consolidationNeeded) await disk.consolidate();
  vmEventEx(vcenter, 'com.vmware.vc.VmDiskConsolidatedEvent', machine, `Virtual machine ${machine.name} disks consolidated successfully`);
}

/** The VM becomes what it was: its configuration, its disks, and what is current in the tree. */
export async function revertTo(vcenter: Vcenter, snapshot: Snapshot): Promise<void> {
  const { machine } = snapshot;
  using _stunned = await machine.stun.acquire();
  for (const { attached, layer } of snapshot.disks.values()) await attached.disk.revert(layer);
  const independent = [...machine.disks].filter(([key, attached]) => attached.mode.startsWith('independent') && !snapshot.disks.has(key));
  machine.disks = new Map([...[...snapshot.disks].map(([key, { attached }]) => [key, attached] as const), ...independent]);
  machine.state = { ...snapshot.state, devices: snapshot.state.devices.filter((device) => device.$type !== 'VirtualDisk' || machine.disks.has(device.key)) };
  machine.power = snapshot.power;
  machine.bootTimeMs = snapshot.power === 'poweredOn' ? vcenter.clock.now() : undefined;
  machine.current = snapshot;
  refreshLinks(machine);
  vmEventEx(
    vcenter,
    'com.vmware.vc.vm.VmStateRevertedToSnapshot',
    machine,
    `The execution state of the virtual machine ${machine.name} has been reverted to the state of snapshot ${snapshot.name}, with ID ${snapshot.id}`,
  );
}

export function needsConsolidation(machine: Machine): boolean {
  return [...machine.disks.values()].some(({ disk }) => disk.consolidationNeeded);
}

function subtree(snapshot: Snapshot): Snapshot[] {
  return [snapshot, ...snapshot.children.flatMap(subtree)];
}

async function deleteStateFile(snapshot: Snapshot): Promise<void> {
  const { machine } = snapshot;
  await machine.datastore.files.delete(`${machine.directory}/${machine.fileStem}-Snapshot${snapshot.id}.vmsn`).catch((error: unknown) => {
    if (!storageErrors.is(error, 'DATASTORE_FILE_ABSENT')) throw error;
  });
}
