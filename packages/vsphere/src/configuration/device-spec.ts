import { type DataObject, isA } from '../wire/index.ts';
import type { Placement } from './config-spec.ts';
import type { CapturedNic } from './vm-configuration.ts';

/** What becomes of a captured device: added, made by the server anyway, or left out for a reason (some also come back in part). */
export interface DeviceOutcome {
  /** `VirtualDeviceConfigSpec` */
  readonly change?: DataObject;
  readonly dropped?: string;
}

interface DeviceContext {
  readonly placement: Placement;
  readonly nics: readonly CapturedNic[];
  /** keys of controllers that something else sits on */
  readonly used: ReadonlySet<number>;
}

/** A key for a device that doesn't exist yet: negative, and different for each. */
function newKey(key: number): number {
  return -key;
}

/** Every VM has these; the server makes them with their settings. */
const madeByServer = [
  'VirtualPCIController',
  'VirtualPS2Controller',
  'VirtualSIOController',
  'VirtualKeyboard',
  'VirtualPointingDevice',
  'VirtualMachineVMCIDevice',
  'VirtualMachineVideoCard',
];

const leftOut: readonly (readonly [string, string])[] = [
  ['VirtualSriovEthernetCard', 'it is bound to a network adapter of the host it ran on'],
  ['VirtualPCIPassthrough', 'it is bound to hardware of the host it ran on'],
  ['VirtualSCSIPassthrough', 'it is bound to hardware of the host it ran on'],
  ['VirtualTPM', 'its secrets are sealed to the key provider; add a new one and use the recovery keys of the guest'],
  ['VirtualNVDIMM', 'persistent memory is not part of a recovery point'],
  ['VirtualUSB', 'it is bound to a device of a host or client'],
  ['VirtualSerialPort', 'what it was connected to is not part of a recovery point'],
  ['VirtualParallelPort', 'what it was connected to is not part of a recovery point'],
  ['VirtualFloppy', 'floppy drives are not put back'],
  ['VirtualSoundCard', 'sound cards are not put back'],
];

export function deviceOutcome(device: DataObject, context: DeviceContext): DeviceOutcome {
  const type = device.$type ?? '';
  const is = (base: string) => isA(type, base);
  if (madeByServer.includes(type)) return {};
  for (const [base, reason] of leftOut) if (is(base)) return { dropped: reason };
  if (is('VirtualIDEController')) return context.used.has(device.key as number) ? add(controller(device, [])) : {};
  if (is('VirtualSCSIController')) return add(controller(device, ['hotAddRemove', 'sharedBus']));
  if (is('VirtualAHCIController') || is('VirtualNVMEController')) return add(controller(device, ['sharedBus']));
  if (is('VirtualUSBController')) return add(controller(device, ['autoConnectDevices', 'ehciEnabled']));
  if (is('VirtualUSBXHCIController')) return add(controller(device, ['autoConnectDevices']));
  if (is('VirtualDisk')) return diskOutcome(device, context.placement);
  if (is('VirtualEthernetCard')) return nicOutcome(device, context);
  if (is('VirtualCdrom')) return cdromOutcome(device);
  if (is('VirtualWDT')) return add({ $type: type, key: newKey(device.key as number), runOnBoot: device.runOnBoot, running: false });
  return { dropped: `devices of type ${type === '' ? 'unknown' : type} are not put back` };
}

function add(device: DataObject, fileOperation?: 'create'): DeviceOutcome {
  return { change: { operation: 'add', ...(fileOperation === undefined ? {} : { fileOperation }), device } };
}

function pick(from: DataObject, fields: readonly string[]): DataObject {
  return Object.fromEntries(fields.filter((field) => from[field] !== undefined).map((field) => [field, from[field]]));
}

/** The place in the PCI bus: guests name network adapters by it. */
function slot(device: DataObject): DataObject {
  const number = (device.slotInfo as DataObject | undefined)?.pciSlotNumber;
  return typeof number === 'number' && number > 0 ? { slotInfo: { $type: 'VirtualDevicePciBusSlotInfo', pciSlotNumber: number } } : {};
}

function controller(device: DataObject, fields: readonly string[]): DataObject {
  return { ...pick(device, ['$type', 'busNumber', ...fields]), key: newKey(device.key as number), ...slot(device) };
}

function seat(device: DataObject): DataObject {
  return { key: newKey(device.key as number), controllerKey: newKey(device.controllerKey as number), unitNumber: device.unitNumber };
}

function diskOutcome(device: DataObject, placement: Placement): DeviceOutcome {
  const key = device.key as number;
  if (placement.disks !== undefined && !placement.disks.includes(key)) return { dropped: 'it is not in the recovery point' };
  const captured = (device.backing ?? {}) as DataObject;
  const thin =
    placement.provisioning === undefined || placement.provisioning === 'as-captured' ? captured.thinProvisioned !== false : placement.provisioning === 'thin';
  const mode = captured.diskMode === 'append' || captured.diskMode === 'undoable' || captured.diskMode === undefined ? 'persistent' : captured.diskMode;
  const backing: DataObject = {
    $type: 'VirtualDiskFlatVer2BackingInfo',
    fileName: `[${placement.diskDatastores?.[key] ?? placement.datastore}]`,
    diskMode: mode,
    thinProvisioned: thin,
    ...(!thin && captured.eagerlyScrub === true ? { eagerlyScrub: true } : {}),
    ...(placement.keepUuids && typeof captured.uuid === 'string' ? { uuid: captured.uuid } : {}),
  };
  const outcome = add(
    { $type: 'VirtualDisk', ...seat(device), ...pick(device, ['capacityInKB', 'capacityInBytes', 'shares', 'storageIOAllocation']), backing },
    'create',
  );
  const raw = captured.compatibilityMode;
  return typeof raw === 'string' ? { ...outcome, dropped: `it was a raw device (${raw}) and comes back as an ordinary disk` } : outcome;
}

function nicOutcome(device: DataObject, { placement, nics }: DeviceContext): DeviceOutcome {
  const name = nics.find((nic) => nic.key === device.key)?.network;
  const target = name === undefined ? undefined : placement.networks[name];
  if (target === undefined || target === 'none')
    return { dropped: name === undefined ? 'the network it was on is not known' : `no network is given for ${name}` };
  const connectable = (device.connectable ?? {}) as DataObject;
  return add({
    ...pick(device, ['$type', 'wakeOnLanEnabled', 'uptCompatibilityEnabled', 'uptv2Enabled', 'unitNumber']),
    key: newKey(device.key as number),
    ...slot(device),
    // The kind of address stays as it was: hosts accept their own ranges only for addresses of that kind.
    ...(placement.keepMac ? pick(device, ['addressType', 'macAddress']) : {}),
    connectable: { startConnected: connectable.startConnected !== false, allowGuestControl: connectable.allowGuestControl !== false, connected: false },
    backing: networkBacking(target),
  });
}

function networkBacking(network: Exclude<Placement['networks'][string], 'none'>): DataObject {
  switch (network.kind) {
    case 'distributed':
      return { $type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo', port: { switchUuid: network.switchUuid, portgroupKey: network.portgroupKey } };
    case 'opaque':
      return { $type: 'VirtualEthernetCardOpaqueNetworkBackingInfo', opaqueNetworkId: network.opaqueId, opaqueNetworkType: network.opaqueType };
    case 'standard':
      return { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: network.name, network: network.ref };
  }
}

function cdromOutcome(device: DataObject): DeviceOutcome {
  const outcome = add({
    $type: 'VirtualCdrom',
    ...seat(device),
    backing: { $type: 'VirtualCdromRemotePassthroughBackingInfo', deviceName: '', exclusive: false },
    connectable: { startConnected: false, allowGuestControl: true, connected: false },
  });
  const iso = (device.backing as DataObject | undefined)?.fileName;
  return typeof iso === 'string' && iso !== '' ? { ...outcome, dropped: `the drive comes back empty; ${iso} is not put in` } : outcome;
}
