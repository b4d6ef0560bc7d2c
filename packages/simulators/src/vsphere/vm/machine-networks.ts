import { isMoRef } from '@holdfast/vsphere/wire';
import type { NetworkEntity } from '../inventory/network.ts';
import type { Machine } from './machine.ts';

/** The networks that a VM's cards are on. */
export function networksOf(machine: Machine): NetworkEntity[] {
  const wanted = new Set(
    machine.state.devices.flatMap((device) => {
      const network = (device.backing as { network?: unknown } | undefined)?.network;
      return isMoRef(network) ? [network.value] : [];
    }),
  );
  return machine.datacenter.networks.filter((network) => wanted.has(network.ref.value));
}
