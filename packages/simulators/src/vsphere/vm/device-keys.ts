import { isA } from '@holdfast/vsphere/wire';
import { vimFault } from '../soap/vim-fault.ts';
import type { Device } from './machine.ts';

/** Where keys begin, and how many units a controller has; as vSphere numbers them. */
const families: readonly { readonly type: string; readonly firstKey: number; readonly buses: number; readonly units: number; readonly childKey: number }[] = [
  { type: 'VirtualSCSIController', firstKey: 1000, buses: 4, units: 16, childKey: 2000 },
  { type: 'VirtualSATAController', firstKey: 15_000, buses: 4, units: 30, childKey: 16_000 },
  { type: 'VirtualNVMEController', firstKey: 31_000, buses: 4, units: 15, childKey: 32_000 },
  { type: 'VirtualIDEController', firstKey: 200, buses: 2, units: 2, childKey: 3000 },
  { type: 'VirtualUSBController', firstKey: 7000, buses: 1, units: 20, childKey: 8000 },
];

const firstKeys: readonly (readonly [type: string, firstKey: number])[] = [
  ['VirtualEthernetCard', 4000],
  ['VirtualFloppy', 8000],
  ['VirtualSerialPort', 9000],
  ['VirtualParallelPort', 10_000],
  ['VirtualTPM', 11_000],
  ['VirtualMachineVMCIDevice', 12_000],
  ['VirtualPCIPassthrough', 13_000],
  ['VirtualSoundCard', 5000],
  ['VirtualMachineVideoCard', 500],
  ['VirtualUSBXHCIController', 14_000],
];

const reservedScsiUnit = 7;

export function isController(device: Device): boolean {
  return isA(device.$type, 'VirtualController');
}

function familyOf(controller: Device) {
  return families.find((family) => isA(controller.$type, family.type));
}

/** Gives a new controller its bus and key. @throws InvalidDeviceSpec */
export function placeController(device: Device, present: readonly Device[], deviceIndex: number): Device {
  const family = familyOf(device);
  if (family === undefined)
    return { ...device, key: freeKey(present, firstKeys.find(([type]) => isA(device.$type, type))?.[1] ?? 20_000), busNumber: device.busNumber ?? 0 };
  const taken = new Set(present.filter((one) => isA(one.$type, family.type)).map((one) => one.busNumber as number));
  const asked = device.busNumber as number | undefined;
  const bus = asked !== undefined && !taken.has(asked) ? asked : [...Array(family.buses).keys()].find((one) => !taken.has(one));
  if (bus === undefined || bus >= family.buses || (asked !== undefined && taken.has(asked) && device.key > 0))
    throw invalidDeviceSpec(deviceIndex, 'busNumber');
  const isScsi = family.type === 'VirtualSCSIController';
  return {
    ...device,
    key: family.firstKey + bus,
    busNumber: bus,
    controllerKey: 100,
    ...(isScsi && { scsiCtlrUnitNumber: reservedScsiUnit, hotAddRemove: device.hotAddRemove ?? true }),
  };
}

/** Gives a device on a disk controller its unit and key. @throws InvalidDeviceSpec */
export function placeOnController(device: Device, controller: Device, present: readonly Device[], deviceIndex: number): Device {
  const family = familyOf(controller);
  if (family === undefined) throw invalidDeviceSpec(deviceIndex, 'controllerKey');
  const isScsi = family.type === 'VirtualSCSIController';
  const taken = new Set(present.filter((one) => one.controllerKey === controller.key).map((one) => one.unitNumber));
  if (isScsi) taken.add(reservedScsiUnit);
  const asked = device.unitNumber !== undefined && device.unitNumber >= 0 ? device.unitNumber : undefined;
  const unit = asked ?? [...Array(family.units).keys()].find((one) => !taken.has(one));
  if (unit === undefined || taken.has(unit) || unit >= family.units) throw invalidDeviceSpec(deviceIndex, 'unitNumber');
  const key = family.childKey + (controller.busNumber as number) * family.units + unit;
  return { ...device, key, controllerKey: controller.key, unitNumber: unit };
}

/** Gives any other device a free key. */
export function placeElsewhere(device: Device, present: readonly Device[]): Device {
  const first = firstKeys.find(([type]) => isA(device.$type, type))?.[1];
  const key = first === undefined ? (device.key > 0 ? device.key : 20_000) : first;
  const units = new Set(present.filter((one) => one.controllerKey === 100).map((one) => one.unitNumber));
  let unit = isA(device.$type, 'VirtualEthernetCard') ? 7 : 20;
  while (units.has(unit)) unit++;
  return {
    ...device,
    key: freeKey(present, key),
    controllerKey: device.controllerKey !== undefined && device.controllerKey > 0 ? device.controllerKey : 100,
    unitNumber: unit,
  };
}

function freeKey(present: readonly Device[], first: number): number {
  let key = first;
  while (present.some((one) => one.key === key)) key++;
  return key;
}

export function invalidDeviceSpec(deviceIndex: number, property: string): Error {
  return vimFault('InvalidDeviceSpec', `Invalid configuration for device '${deviceIndex}'.`, { property: `virtualDeviceSpec.device.${property}`, deviceIndex });
}

/** Controllers name the devices that hang on them. */
export function withChildren(devices: readonly Device[]): Device[] {
  return devices.map((device) => {
    if (!isController(device)) return device;
    const children = devices.filter((one) => one.controllerKey === device.key).map((one) => one.key);
    const { device: _, ...rest } = device;
    return (children.length === 0 ? rest : { ...rest, device: children }) as Device;
  });
}
