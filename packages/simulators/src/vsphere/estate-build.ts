import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TiB } from '@holdfast/kit';
import { openDatastore } from './disks/index.ts';
import type { DatacenterDescription, Estate, VmDescription } from './estate.ts';
import { createCluster } from './inventory/cluster.ts';
import { createDatacenter, type DatacenterEntity } from './inventory/datacenter.ts';
import { createDatastore } from './inventory/datastore.ts';
import { folderAt } from './inventory/folder.ts';
import { createNetwork } from './inventory/network.ts';
import type { Vcenter } from './vcenter.ts';
import { applySpec } from './vm/apply-spec.ts';
import { buildMachine, enterInventory, initialState } from './vm/build-machine.ts';
import { fileName } from './vm/create.ts';
import type { DeviceChange } from './vm/device-changes.ts';
import type { AttachedDisk, Device, Machine } from './vm/machine.ts';
import { placeNics } from './vm/nics.ts';
import { powerOn } from './vm/power.ts';
import { saveVmx } from './vm/vmx-file.ts';

/** Fills an empty vCenter with what the description says. */
export async function buildEstate(vcenter: Vcenter, estate: Estate, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [index, description] of estate.datacenters.entries()) {
    const parent = folderAt(vcenter.world, vcenter.tasks, vcenter.root, description.folder ?? '');
    const datacenter = createDatacenter(vcenter, description.name, parent);
    vcenter.datacenters.push(datacenter);
    for (const one of description.datastores ?? [{ name: 'datastore01' }]) {
      const files = await openDatastore(one.name, join(folder, String(index), fileName(one.name)));
      datacenter.datastores.push(createDatastore(vcenter, { capacityBytes: TiB, ...one }, files, datacenter.datastoreFolder));
    }
    for (const one of description.networks ?? [{ name: 'VM Network' }]) datacenter.networks.push(createNetwork(vcenter, one, datacenter.networkFolder));
    for (const one of description.clusters ?? [{ name: 'cluster01', hosts: [{ name: 'esx01.simulated' }] }]) {
      datacenter.clusters.push(createCluster(vcenter, one, datacenter.hostFolder, datacenter));
    }
    for (const path of description.folders ?? []) folderAt(vcenter.world, vcenter.tasks, datacenter.vmFolder, path);
    for (const one of description.vms) await buildVm(vcenter, datacenter, description, one);
  }
}

async function buildVm(vcenter: Vcenter, datacenter: DatacenterEntity, context: DatacenterDescription, vm: VmDescription): Promise<void> {
  const named = <T extends { name: string }>(what: string, list: readonly T[], name: string | undefined): T => {
    const found = name === undefined ? list[0] : list.find((one) => one.name === name);
    if (found === undefined) throw new Error(`the description of ${vm.name} names the ${what} ${name}, which ${context.name} doesn't have`);
    return found;
  };
  const cluster = named('cluster', datacenter.clusters, vm.cluster);
  const datastore = named('datastore', datacenter.datastores, vm.datastore);
  const machine = buildMachine(
    vcenter,
    vm.name,
    {
      datacenter,
      folder: folderAt(vcenter.world, vcenter.tasks, datacenter.vmFolder, vm.folder ?? ''),
      host: named('host', cluster.hosts, vm.host),
      pool: vm.resourcePool === undefined ? cluster.rootPool : named('resource pool', cluster.rootPool.pools, vm.resourcePool),
      datastore,
      directory: vm.directory ?? fileName(vm.name),
      fileStem: fileName(vm.name),
    },
    initialState(vcenter, vm.guestId ?? 'debian12_64Guest', `vmx-${String(vm.hardwareVersion ?? 19).padStart(2, '0')}`, fileName(vm.name)),
  );
  await datastore.files.makeFolder(machine.directory, { parents: true });
  await applySpec(vcenter, machine, specOf(vcenter, datacenter, vm));
  await addDisks(vcenter, machine, vm);
  placeNics(vcenter, machine);
  machine.tools = vm.tools ?? 'running';
  machine.template = vm.template ?? false;
  const nvram = Buffer.from(vm.nvramBase64 ?? '', 'base64');
  await datastore.files.put(`${machine.directory}/${machine.fileStem}.nvram`, nvram);
  await datastore.files.put(`${machine.directory}/vmware.log`, Buffer.from('Log for VMware ESX\n'));
  enterInventory(vcenter, machine);
  if ((vm.powerState ?? 'poweredOn') === 'poweredOn' && !machine.template) await powerOn(vcenter, machine);
  await saveVmx(machine);
}

function specOf(vcenter: Vcenter, datacenter: DatacenterEntity, vm: VmDescription): Record<string, unknown> {
  const { extraConfig = {} } = vm;
  const deviceChange: DeviceChange[] = [
    { operation: 'add', device: { $type: vm.scsiController ?? 'ParaVirtualSCSIController', key: -100, busNumber: 0, sharedBus: 'noSharing' } },
    ...(vm.nics ?? [{ network: datacenter.networks[0]?.name ?? '' }]).map((nic, index) => ({
      operation: 'add' as const,
      device: {
        $type: nic.type ?? 'VirtualVmxnet3',
        key: -200 - index,
        backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: nic.network },
        ...(nic.mac !== undefined && { macAddress: nic.mac, addressType: 'manual' }),
      },
    })),
  ];
  return {
    uuid: vm.uuid ?? vcenter.stableUuid(`uuid/${datacenter.name}/${vm.name}`),
    instanceUuid: vm.instanceUuid ?? vcenter.stableUuid(`instance/${datacenter.name}/${vm.name}`),
    annotation: vm.annotation ?? '',
    numCPUs: vm.cpus ?? 2,
    memoryMB: vm.memoryMiB ?? 2048,
    firmware: vm.firmware ?? 'bios',
    ...(vm.secureBoot === true && { bootOptions: { $type: 'VirtualMachineBootOptions', efiSecureBootEnabled: true } }),
    ...(vm.changeTracking !== undefined && { changeTrackingEnabled: vm.changeTracking }),
    extraConfig: Object.entries(extraConfig).map(([key, value]) => ({ $type: 'OptionValue', key, value })),
    deviceChange,
  };
}

/** Disks that begin with an image take it as their first content, which no change map knows about. */
async function addDisks(vcenter: Vcenter, machine: Machine, vm: VmDescription): Promise<void> {
  const perController = 15;
  for (const [index, description] of vm.disks.entries()) {
    const name = index === 0 ? machine.fileStem : `${machine.fileStem}_${index}`;
    const disk = await vcenter.shelf.create(machine.datastore, machine.directory, {
      name,
      capacity: description.capacityBytes,
      thin: description.thin ?? true,
      adapterType: vm.scsiController === 'VirtualLsiLogicController' ? 'lsilogic' : 'pvscsi',
      ...(description.image !== undefined && { image: { path: description.image, take: 'copy' } }),
    });
    if (vm.changeTracking === true) await disk.setTracking(true, { poweredOn: false });
    if (index >= perController) throw new Error(`${vm.name} has more disks than one controller takes`);
    const unitNumber = index < 7 ? index : index + 1;
    const attached: AttachedDisk = { disk, datastore: machine.datastore, directory: machine.directory, mode: description.mode ?? 'persistent', extra: {} };
    const device: Device = {
      $type: 'VirtualDisk',
      key: 2000 + unitNumber,
      controllerKey: 1000,
      unitNumber,
      deviceInfo: { $type: 'Description', label: `Hard disk ${index + 1}`, summary: `${Math.floor(disk.capacity / 1024).toLocaleString('en-US')} KB` },
    };
    machine.disks.set(device.key, attached);
    machine.state = { ...machine.state, devices: [...machine.state.devices, device] };
  }
  const { devices } = machine.state;
  const controller = devices.find((device) => device.key === 1000);
  const children = devices.filter((device) => device.controllerKey === 1000).map((device) => device.key);
  if (controller !== undefined && children.length > 0) {
    machine.state = { ...machine.state, devices: devices.map((device) => (device === controller ? { ...device, device: children } : device)) };
  }
}
