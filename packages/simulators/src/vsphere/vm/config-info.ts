import type { LayerId } from '../disks/index.ts';
import { diskDevice } from './disk-backing.ts';
import { type AttachedDisk, type Device, datastorePath, type Machine, type MachineState, type Snapshot } from './machine.ts';

/** `config` of a virtual machine as it is now. */
export function configInfo(machine: Machine): Record<string, unknown> {
  return render(machine, machine.name, machine.state, (key) => {
    const attached = machine.disks.get(key);
    return attached && { attached, layer: undefined };
  });
}

/** `config` of a snapshot: the configuration of its moment, on the files that hold its bytes now. */
export function snapshotConfigInfo(snapshot: Snapshot): Record<string, unknown> {
  return render(snapshot.machine, snapshot.vmName, snapshot.state, (key) => {
    const frozen = snapshot.disks.get(key);
    if (frozen !== undefined) return frozen;
    // Independent disks have no frozen state; the snapshot shows what is there now.
    const attached = snapshot.machine.disks.get(key);
    return attached && { attached, layer: undefined };
  });
}

type DiskAt = (key: number) => { attached: AttachedDisk; layer: LayerId | undefined } | undefined;

function render(machine: Machine, name: string, state: MachineState, diskAt: DiskAt): Record<string, unknown> {
  const directory = datastorePath(machine.datastore, machine.directory, '');
  const devices = state.devices.flatMap((device) => shownDevice(device, diskAt, machine));
  return {
    $type: 'VirtualMachineConfigInfo',
    changeVersion: new Date(machine.modifiedMs).toISOString().replace('Z', `${String(machine.changeVersion).padStart(3, '0')}Z`),
    modified: new Date(machine.modifiedMs),
    name,
    ...state.config,
    template: machine.template,
    files: {
      $type: 'VirtualMachineFileInfo',
      vmPathName: datastorePath(machine.datastore, machine.directory, `${machine.fileStem}.vmx`),
      snapshotDirectory: directory,
      suspendDirectory: directory,
      logDirectory: directory,
    },
    hardware: { $type: 'VirtualHardware', ...state.hardware, virtualICH7MPresent: false, virtualSMCPresent: false, device: devices },
    datastoreUrl: [...new Set([machine.datastore, ...[...machine.disks.values()].map((one) => one.datastore)])].map((datastore) => ({
      $type: 'VirtualMachineConfigInfoDatastoreUrlPair',
      name: datastore.name,
      url: `/vmfs/volumes/${datastore.name}`,
    })),
  };
}

/** Controllers show which devices hang on them; disks show their files. */
function shownDevice(device: Device, diskAt: DiskAt, machine: Machine): Device[] {
  if (device.$type !== 'VirtualDisk') return [device];
  const at = diskAt(device.key);
  return at === undefined ? [] : [diskDevice(device, at.attached, at.layer, machine.ref.value)];
}
