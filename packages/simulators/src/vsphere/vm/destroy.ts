import { storageErrors } from '../disks/index.ts';
import { vmEvent } from '../event/vm-event.ts';
import type { Call } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import type { Vcenter } from '../vcenter.ts';
import { leaveInventory } from './build-machine.ts';
import { allSnapshots, type Machine } from './machine.ts';

/** Deletes a VM and all its files. @throws InvalidPowerState while it runs */
export async function destroyMachine(vcenter: Vcenter, machine: Machine, call: Call): Promise<void> {
  requirePoweredOff(machine);
  leaveInventory(vcenter, machine);
  await deleteFiles(vcenter, machine);
  vmEvent(call, 'VmRemovedEvent', machine, `Removed ${machine.name} on ${machine.host.name} from ${machine.datacenter.name}`);
}

export async function deleteFiles(vcenter: Vcenter, machine: Machine): Promise<void> {
  for (const snapshot of allSnapshots(machine)) vcenter.world.remove(snapshot.ref);
  const attached = [...machine.disks.values(), ...allSnapshots(machine).flatMap((one) => [...one.disks.values()].map((at) => at.attached))];
  // A disk shown from one of its frozen states belongs to somebody else.
  const own = new Set(attached.filter((one) => one.layer === undefined).map((one) => one.disk));
  for (const disk of own) await vcenter.shelf.destroy(disk);
  await machine.datastore.files.delete(machine.directory).catch((error: unknown) => {
    if (!storageErrors.is(error, 'DATASTORE_FILE_ABSENT')) throw error;
  });
}

export function requirePoweredOff(machine: Machine): void {
  if (machine.power === 'poweredOff') return;
  throw vimFault('InvalidPowerState', 'The attempted operation cannot be performed in the current state (Powered on).', {
    requestedState: 'poweredOff',
    existingState: machine.power,
  });
}
