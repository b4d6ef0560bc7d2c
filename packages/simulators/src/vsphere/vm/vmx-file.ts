import { isA } from '@holdfast/vsphere/wire';
import type { DatacenterEntity } from '../inventory/datacenter.ts';
import { vimFault } from '../soap/vim-fault.ts';
import type { ConfigSpec } from './apply-spec.ts';
import type { DeviceChange } from './device-changes.ts';
import { type Device, datastorePath, type Machine } from './machine.ts';

const virtualDevs: readonly (readonly [type: string, name: string])[] = [
  ['ParaVirtualSCSIController', 'pvscsi'],
  ['VirtualLsiLogicSASController', 'lsisas1068'],
  ['VirtualLsiLogicController', 'lsilogic'],
  ['VirtualBusLogicController', 'buslogic'],
];

const cardDevs: readonly (readonly [type: string, name: string])[] = [
  ['VirtualVmxnet3', 'vmxnet3'],
  ['VirtualE1000e', 'e1000e'],
  ['VirtualE1000', 'e1000'],
];

/** Writes the VM's `.vmx`: what a stranger needs to register it again. */
export async function saveVmx(machine: Machine): Promise<void> {
  const { config, hardware, devices } = machine.state;
  const lines = new Map<string, string>([
    ['.encoding', 'UTF-8'],
    ['config.version', '8'],
    ['virtualHW.version', String(config.version).replace('vmx-', '')],
    ['displayName', machine.name],
    [
      'guestOS',
      String(config.guestId)
        .replace(/_?64Guest$/, '-64')
        .replace(/Guest$/, ''),
    ],
    ['guestId', String(config.guestId)],
    ['firmware', String(config.firmware)],
    ['annotation', String(config.annotation).replaceAll('\n', '|0A')],
    ['uuid.bios', String(config.uuid)],
    ['vc.uuid', String(config.instanceUuid)],
    ['numvcpus', String(hardware.numCPU)],
    ['memSize', String(hardware.memoryMB)],
  ]);
  for (const controller of devices.filter((device) => isA(device.$type, 'VirtualSCSIController'))) {
    const bus = `scsi${controller.busNumber}`;
    lines.set(`${bus}.present`, 'TRUE');
    lines.set(`${bus}.virtualDev`, virtualDevs.find(([type]) => type === controller.$type)?.[1] ?? 'lsilogic');
    for (const device of devices.filter((one) => one.controllerKey === controller.key)) {
      const attached = machine.disks.get(device.key);
      if (attached === undefined) continue;
      const slot = `${bus}:${device.unitNumber}`;
      const isBeside = attached.datastore === machine.datastore && attached.directory === machine.directory;
      const file = attached.disk.layer(attached.layer ?? attached.disk.live.id).fileName;
      lines.set(`${slot}.present`, 'TRUE');
      lines.set(`${slot}.fileName`, isBeside ? file : datastorePath(attached.datastore, attached.directory, file));
      lines.set(`${slot}.mode`, attached.mode.replace('_', '-'));
    }
  }
  for (const [index, card] of devices.filter((device) => isA(device.$type, 'VirtualEthernetCard')).entries()) {
    const slot = `ethernet${index}`;
    lines.set(`${slot}.present`, 'TRUE');
    lines.set(`${slot}.virtualDev`, cardDevs.find(([type]) => type === card.$type)?.[1] ?? 'e1000');
    lines.set(`${slot}.networkName`, String((card.backing as { deviceName?: string } | undefined)?.deviceName ?? ''));
    lines.set(`${slot}.address`, String(card.macAddress));
  }
  for (const { key, value } of config.extraConfig as { key: string; value: unknown }[]) if (!lines.has(key)) lines.set(key, String(value));
  const text = [...lines].map(([key, value]) => `${key} = "${value.replaceAll('"', '|22')}"\n`).join('');
  await machine.datastore.files.put(`${machine.directory}/${machine.fileStem}.vmx`, Buffer.from(text));
}

/** Reads a `.vmx` back into the spec that makes such a VM. @throws InvalidVmConfig */
export function specFromVmx(text: string, datacenter: DatacenterEntity, home: { datastoreName: string; directory: string }): ConfigSpec {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([^#=\s]+)\s*=\s*"(.*)"\s*$/.exec(line);
    if (match !== null) values.set(match[1]!, match[2]!.replaceAll('|22', '"').replaceAll('|0A', '\n'));
  }
  const version = values.get('virtualHW.version');
  if (version === undefined) throw vimFault('InvalidVmConfig', 'The configuration file has no virtual hardware version.', { property: 'virtualHW.version' });
  const deviceChange: DeviceChange[] = [];
  for (const [key, value] of values) {
    const disk = /^(scsi(\d)):(\d+)\.fileName$/.exec(key);
    if (disk === null) continue;
    const controllerKey = -100 - Number(disk[2]);
    if (!deviceChange.some(({ device }) => device.key === controllerKey))
      deviceChange.push(controllerChange(controllerKey, Number(disk[2]), values.get(`${disk[1]}.virtualDev`)));
    const fileName = value.startsWith('[') ? value : `[${home.datastoreName}] ${home.directory}/${value}`;
    const diskMode = (values.get(`${disk[1]}:${disk[3]}.mode`) ?? 'persistent').replace('-', '_');
    const backing = { $type: 'VirtualDiskFlatVer2BackingInfo', fileName, diskMode };
    deviceChange.push({
      operation: 'add',
      device: { $type: 'VirtualDisk', key: -1000 - deviceChange.length, controllerKey, unitNumber: Number(disk[3]), backing, capacityInKB: 0 },
    });
  }
  for (let index = 0; values.get(`ethernet${index}.present`) === 'TRUE'; index++) deviceChange.push(cardChange(values, `ethernet${index}`, datacenter, index));
  const standing =
    /^(\.encoding|config\.version|virtualHW\.version|displayName|guestOS|guestId|firmware|annotation|uuid\.bios|vc\.uuid|numvcpus|memSize|scsi\d.*|ethernet\d+\..*)$/;
  return {
    name: values.get('displayName'),
    version: `vmx-${version.padStart(2, '0')}`,
    guestId: values.get('guestId') ?? 'otherGuest64',
    firmware: values.get('firmware') ?? 'bios',
    annotation: values.get('annotation') ?? '',
    ...(values.has('uuid.bios') && { uuid: values.get('uuid.bios') }),
    ...(values.has('vc.uuid') && { instanceUuid: values.get('vc.uuid') }),
    numCPUs: Number(values.get('numvcpus') ?? 1),
    memoryMB: Number(values.get('memSize') ?? 1024),
    extraConfig: [...values].filter(([key]) => !standing.test(key)).map(([key, value]) => ({ $type: 'OptionValue', key, value })),
    deviceChange,
  };
}

function controllerChange(key: number, busNumber: number, virtualDev: string | undefined): DeviceChange {
  const $type = virtualDevs.find(([, name]) => name === virtualDev)?.[0] ?? 'VirtualLsiLogicController';
  return { operation: 'add', device: { $type, key, busNumber, sharedBus: 'noSharing' } };
}

function cardChange(values: ReadonlyMap<string, string>, slot: string, datacenter: DatacenterEntity, index: number): DeviceChange {
  const $type = cardDevs.find(([, name]) => name === values.get(`${slot}.virtualDev`))?.[0] ?? 'VirtualE1000';
  const network = datacenter.networks.find((one) => one.name === values.get(`${slot}.networkName`)) ?? datacenter.networks[0];
  const backing = { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: network?.name ?? '', network: network?.ref };
  const device: Device = { $type, key: -2000 - index, backing, addressType: 'manual', macAddress: values.get(`${slot}.address`) };
  return { operation: 'add', device };
}
