import type { VmView } from './handle.ts';
import { allMachines, type Vcenter } from './vcenter.ts';
import { allSnapshots, datastorePath, diskKeys, type Machine } from './vm/machine.ts';
import { needsConsolidation } from './vm/snapshot-remove.ts';

export function findMachine(vcenter: Vcenter, name: string): Machine {
  const found = allMachines(vcenter).filter((machine) => machine.name === name);
  if (found.length !== 1) throw new Error(found.length === 0 ? `there is no virtual machine ${name}` : `there are ${found.length} virtual machines ${name}`);
  return found[0]!;
}

/** What a VM is now, in plain words. */
export function vmView(machine: Machine): VmView {
  return {
    name: machine.name,
    moref: machine.ref.value,
    uuid: machine.state.config.uuid as string,
    instanceUuid: machine.state.config.instanceUuid as string,
    powerState: machine.power,
    changeTrackingEnabled: machine.state.config.changeTrackingEnabled === true,
    consolidationNeeded: needsConsolidation(machine),
    snapshots: allSnapshots(machine).map((snapshot) => ({
      name: snapshot.name,
      moref: snapshot.ref.value,
      quiesced: snapshot.quiesced,
      isCurrent: machine.current === snapshot,
    })),
    disks: diskKeys(machine).map((key) => {
      const { disk, datastore, directory, layer } = machine.disks.get(key)!;
      const shown = disk.layer(layer ?? disk.live.id);
      return {
        key,
        capacityBytes: disk.capacity,
        fileName: datastorePath(datastore, directory, shown.fileName),
        ...(shown.changeId !== undefined && { changeId: shown.changeId }),
        chainLength: disk.chain(shown.id).length,
      };
    }),
    disabledMethods: machine.disabled.map((one) => one.method),
  };
}
