import { isA } from '@holdfast/vsphere/wire';
import { vimFault } from '../soap/vim-fault.ts';
import type { Vcenter } from '../vcenter.ts';
import type { Device, Machine } from './machine.ts';

/** Gives new network cards their address and ties them to the network they name. @throws InvalidDeviceSpec when there is no such network */
export function placeNics(vcenter: Vcenter, machine: Machine): void {
  const devices = machine.state.devices.map((device, index) => (isA(device.$type, 'VirtualEthernetCard') ? placed(vcenter, machine, device, index) : device));
  machine.state = { ...machine.state, devices };
}

function placed(vcenter: Vcenter, machine: Machine, device: Device, deviceIndex: number): Device {
  const backing = device.backing as { $type?: string; deviceName?: string; network?: { value: string } } | undefined;
  const isOn = machine.power === 'poweredOn';
  const network =
    backing?.$type === 'VirtualEthernetCardNetworkBackingInfo'
      ? machine.datacenter.networks.find((one) => (backing.network === undefined ? one.name === backing.deviceName : one.ref.value === backing.network.value))
      : undefined;
  if (backing?.$type === 'VirtualEthernetCardNetworkBackingInfo' && network === undefined) {
    throw vimFault('InvalidDeviceBacking', `Invalid backing for device '${deviceIndex}': there is no network ${backing.deviceName}.`, {
      property: 'virtualDeviceSpec.device.backing',
      deviceIndex,
    });
  }
  const given = device.macAddress as string | undefined;
  const generate = given === undefined || given === '';
  return {
    ...device,
    addressType: generate ? 'assigned' : ((device.addressType as string | undefined) ?? 'manual'),
    macAddress: generate ? newMacAddress(vcenter) : given,
    wakeOnLanEnabled: device.wakeOnLanEnabled ?? true,
    connectable: device.connectable ?? {
      $type: 'VirtualDeviceConnectInfo',
      migrateConnect: 'unset',
      startConnected: true,
      allowGuestControl: true,
      connected: isOn,
      status: 'ok',
    },
    ...(network !== undefined && { backing: { ...backing, deviceName: network.name, network: network.ref } }),
  };
}

/** In VMware's range for addresses that vCenter assigns. */
function newMacAddress(vcenter: Vcenter): string {
  const [a, b, c] = vcenter.random.bytes(3);
  return ['00', '50', '56', ...[0x80 | (a! & 0x3f), b!, c!].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
