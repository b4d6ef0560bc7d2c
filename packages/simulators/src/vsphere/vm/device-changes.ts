import { posix } from 'node:path';
import { isA } from '@holdfast/vsphere/wire';
import { splitDatastorePath } from '../datastore/datastore-path.ts';
import type { AdapterType, VirtualDisk } from '../disks/index.ts';
import { storageErrors } from '../disks/index.ts';
import type { DatastoreEntity } from '../inventory/datastore.ts';
import { vimFault } from '../soap/vim-fault.ts';
import { allMachines, type Vcenter } from '../vcenter.ts';
import { defaultDeviceTypes } from './default-devices.ts';
import { invalidDeviceSpec, isController, placeController, placeElsewhere, placeOnController, withChildren } from './device-keys.ts';
import { type AttachedDisk, allSnapshots, type Device, type Machine } from './machine.ts';

/** `VirtualDeviceConfigSpec` */
export interface DeviceChange {
  readonly operation?: 'add' | 'edit' | 'remove';
  readonly fileOperation?: 'create' | 'destroy' | 'replace';
  readonly device: Device;
}

interface DiskBacking {
  readonly fileName?: string;
  readonly diskMode?: string;
  readonly thinProvisioned?: boolean;
  readonly uuid?: string;
}

/**
 * Carries out device changes one after the other. Nothing of the VM changes before all of them passed;
 * disk files that were made for a change that failed are removed again.
 */
export async function changeDevices(vcenter: Vcenter, machine: Machine, changes: readonly DeviceChange[]): Promise<void> {
  let devices = [...machine.state.devices];
  const disks = new Map(machine.disks);
  const newKeys = new Map<number, number>();
  const made: VirtualDisk[] = [];
  const condemned: VirtualDisk[] = [];
  try {
    for (const [index, change] of changes.entries()) {
      const given = change.device;
      if (change.operation === 'remove') {
        const device = find(devices, given.key, index);
        const leaving = isController(device) ? [device, ...devices.filter((one) => one.controllerKey === device.key)] : [device];
        for (const one of leaving) {
          const attached = disks.get(one.key);
          disks.delete(one.key);
          if (attached !== undefined && change.fileOperation === 'destroy') condemned.push(destroyable(machine, attached, index));
        }
        devices = devices.filter((one) => !leaving.includes(one));
      } else if (change.operation === 'edit') {
        const device = find(devices, given.key, index);
        if (device.$type === 'VirtualDisk') await editDisk(machine, disks, given, index);
        const { deviceInfo: _, backing, ...rest } = given;
        const edited = { ...device, ...rest, key: device.key, ...(device.$type !== 'VirtualDisk' && backing !== undefined && { backing }) } as Device;
        devices = devices.map((one) => (one === device ? edited : one));
      } else if (change.operation === 'add') {
        const controllerKey = given.controllerKey === undefined ? undefined : (newKeys.get(given.controllerKey) ?? given.controllerKey);
        const twin = standardTwin(given, devices);
        if (twin !== undefined) {
          newKeys.set(given.key, twin.key);
          continue;
        }
        const device = place({ ...given, controllerKey } as Device, devices, index);
        newKeys.set(given.key, device.key);
        if (device.$type === 'VirtualDisk') {
          const attached = await attach(vcenter, machine, device, change, { disks, devices }, made, index);
          disks.set(device.key, attached);
          devices.push(withoutBacking(device, disks.size));
        } else devices.push(named(device, devices));
      } else throw invalidDeviceSpec(index, 'operation');
    }
  } catch (error) {
    for (const disk of made) await vcenter.shelf.destroy(disk);
    throw error;
  }
  machine.state = { ...machine.state, devices: withChildren(devices) };
  machine.disks = disks;
  for (const disk of condemned) await vcenter.shelf.destroy(disk);
}

function find(devices: readonly Device[], key: number, index: number): Device {
  const device = devices.find((one) => one.key === key);
  if (device === undefined) throw invalidDeviceSpec(index, 'key');
  return device;
}

/** What every VM has anyway isn't added again: a restored VM's spec names it, too. */
function standardTwin(device: Device, present: readonly Device[]): Device | undefined {
  if (!defaultDeviceTypes.has(device.$type)) return undefined;
  return present.find((one) => one.$type === device.$type && (device.busNumber === undefined || one.busNumber === device.busNumber));
}

function place(device: Device, present: readonly Device[], index: number): Device {
  if (isController(device)) return placeController(device, present, index);
  const controller = present.find((one) => one.key === device.controllerKey);
  if (device.$type === 'VirtualDisk' && controller === undefined) throw invalidDeviceSpec(index, 'controllerKey');
  if (controller !== undefined && controller.key !== 100 && isController(controller)) return placeOnController(device, controller, present, index);
  return placeElsewhere(device, present);
}

async function attach(
  vcenter: Vcenter,
  machine: Machine,
  device: Device,
  change: DeviceChange,
  present: { disks: ReadonlyMap<number, AttachedDisk>; devices: readonly Device[] },
  made: VirtualDisk[],
  index: number,
): Promise<AttachedDisk> {
  const { disks, devices } = present;
  const { fileName, diskMode, thinProvisioned, uuid, ...backing } = (device.backing ?? {}) as DiskBacking & Record<string, unknown>;
  const mode = diskMode ?? 'persistent';
  const extra = 'sharing' in backing ? { sharing: backing.sharing } : {};
  const target = fileName === undefined || fileName === '' ? { datastore: machine.datastore, path: '' } : splitDatastorePath(machine.datacenter, fileName);
  if (change.fileOperation === undefined) {
    const found = await vcenter.shelf.byFile(target.datastore, target.path);
    const isLive = found.disk.live.id === found.layer;
    if (isLive && !mode.includes('nonpersistent')) refuseLocked(vcenter, machine, found.disk, fileName ?? '');
    return { disk: found.disk, datastore: found.datastore, directory: found.directory, mode, extra, ...(!isLive && { layer: found.layer }) };
  }
  const capacity = capacityOf(device);
  if (capacity === undefined || capacity <= 0) throw invalidDeviceSpec(index, 'capacityInKB');
  const { directory, name } = await newDiskName(machine, target, disks);
  if (directory !== '') await target.datastore.files.makeFolder(directory, { parents: true }).catch(ignoreExisting);
  const disk = await vcenter.shelf.create(target.datastore, directory, {
    name,
    capacity,
    thin: thinProvisioned ?? false,
    adapterType: adapterOf(devices.find((one) => one.key === device.controllerKey)),
    ...(uuid !== undefined && { uuid }),
  });
  made.push(disk);
  if (machine.state.config.changeTrackingEnabled === true) await disk.setTracking(true, { poweredOn: machine.power === 'poweredOn' });
  return { disk, datastore: target.datastore, directory, mode, extra };
}

async function editDisk(machine: Machine, disks: Map<number, AttachedDisk>, given: Device, index: number): Promise<void> {
  const attached = disks.get(given.key)!;
  const capacity = capacityOf(given);
  if (capacity !== undefined && capacity > 0 && capacity !== attached.disk.capacity) {
    if (capacity < attached.disk.capacity || machine.snapshots.length > 0) {
      throw vimFault('InvalidDeviceOperation', 'Invalid operation for device.', { deviceIndex: index, badOp: 'edit' });
    }
    await attached.disk.extend(capacity);
  }
  const { diskMode } = (given.backing ?? {}) as DiskBacking;
  if (diskMode !== undefined) disks.set(given.key, { ...attached, mode: diskMode });
}

/** A disk's file goes only when nothing else stands on it. */
function destroyable(machine: Machine, attached: AttachedDisk, index: number): VirtualDisk {
  const inSnapshot = allSnapshots(machine).some((snapshot) => [...snapshot.disks.values()].some((one) => one.attached.disk === attached.disk));
  if (inSnapshot) throw vimFault('InvalidDeviceOperation', 'The disk is part of a snapshot.', { deviceIndex: index, badOp: 'remove', badFileOp: 'destroy' });
  return attached.disk;
}

function refuseLocked(vcenter: Vcenter, machine: Machine, disk: VirtualDisk, file: string): void {
  const holder = allMachines(vcenter).find(
    (other) => other !== machine && other.power === 'poweredOn' && [...other.disks.values()].some((one) => one.disk === disk && one.layer === undefined),
  );
  if (holder !== undefined) throw vimFault('FileLocked', `Unable to access file since it is locked: ${file}`, { file });
}

function capacityOf(device: Device): number | undefined {
  const { capacityInBytes, capacityInKB } = device as { capacityInBytes?: number; capacityInKB?: number };
  return capacityInBytes ?? (capacityInKB === undefined ? undefined : capacityInKB * 1024);
}

/** `[ds]` means: beside the VM on that datastore, under the next free name. */
async function newDiskName(
  machine: Machine,
  target: { datastore: DatastoreEntity; path: string },
  disks: ReadonlyMap<number, AttachedDisk>,
): Promise<{ directory: string; name: string }> {
  if (target.path.endsWith('.vmdk')) {
    const directory = posix.dirname(target.path);
    return { directory: directory === '.' ? '' : directory, name: posix.basename(target.path, '.vmdk') };
  }
  const directory = target.path === '' ? machine.directory : target.path.replace(/\/$/, '');
  for (let number = disks.size; ; number++) {
    const name = number === 0 ? machine.fileStem : `${machine.fileStem}_${number}`;
    if ((await target.datastore.files.stat(posix.join(directory, `${name}.vmdk`))) === undefined) return { directory, name };
  }
}

function adapterOf(controller: Device | undefined): AdapterType {
  if (controller === undefined) return 'lsilogic';
  if (controller.$type === 'ParaVirtualSCSIController') return 'pvscsi';
  if (controller.$type === 'VirtualBusLogicController') return 'buslogic';
  return isA(controller.$type, 'VirtualIDEController') ? 'ide' : 'lsilogic';
}

function withoutBacking(device: Device, number: number): Device {
  const { backing: _1, deviceInfo: _2, capacityInKB: _3, capacityInBytes: _4, ...rest } = device;
  return { ...rest, deviceInfo: { $type: 'Description', label: `Hard disk ${number}`, summary: `Hard disk ${number}` } } as unknown as Device;
}

function named(device: Device, present: readonly Device[]): Device {
  if (device.deviceInfo !== undefined) return device;
  const isCard = isA(device.$type, 'VirtualEthernetCard');
  const count = present.filter((one) => isA(one.$type, isCard ? 'VirtualEthernetCard' : device.$type)).length;
  const label = isCard
    ? `Network adapter ${count + 1}`
    : isController(device)
      ? `${controllerLabel(device)} ${device.busNumber}`
      : `${device.$type.replace(/^Virtual/, '')} ${count + 1}`;
  return { ...device, deviceInfo: { $type: 'Description', label, summary: label } };
}

function controllerLabel(device: Device): string {
  if (isA(device.$type, 'VirtualSCSIController')) return 'SCSI controller';
  if (isA(device.$type, 'VirtualSATAController')) return 'SATA controller';
  return isA(device.$type, 'VirtualNVMEController') ? 'NVME controller' : device.$type.replace(/^Virtual/, '');
}

function ignoreExisting(error: unknown): void {
  if (!storageErrors.is(error, 'DATASTORE_FILE_EXISTS')) throw error;
}
