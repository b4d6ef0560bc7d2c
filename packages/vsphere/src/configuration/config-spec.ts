import type { Network } from '../inventory/inventory.ts';
import type { DataObject } from '../wire/index.ts';
import type { VmConfiguration } from './vm-configuration.ts';

export interface Placement {
  readonly name: string;
  /** name of the datastore for the VM's files, and for disks that `diskDatastores` doesn't name */
  readonly datastore: string;
  /** by device key of the disk: name of another datastore */
  readonly diskDatastores?: Readonly<Record<number, string>>;
  /** by the captured network's name: where the NIC goes now, or `none` to leave it out. Names that are missing are left out, too. */
  readonly networks: Readonly<Record<string, Network | 'none'>>;
  readonly keepMac: boolean;
  /** Keep instance UUID and BIOS UUID: only where the original is gone. */
  readonly keepUuids: boolean;
  /** `as-captured` when absent */
  readonly provisioning?: 'as-captured' | 'thin' | 'thick';
}

export interface ConfigSpecResult {
  /** `VirtualMachineConfigSpec` */
  readonly spec: DataObject;
  /** Devices and settings that don't come back, with the reason. */
  readonly dropped: readonly { readonly key?: number; readonly label: string; readonly reason: string }[];
  /** Disks that the spec creates, by their keys in the captured configuration. */
  readonly disks: readonly number[];
}

export function toConfigSpec(_captured: VmConfiguration, _placement: Placement): ConfigSpecResult {
  throw new Error('being built');
}

/**
 * What can be set only after the VM exists: boot order, video memory, change tracking.
 * @param created `config` of the new VM
 * @returns a `VirtualMachineConfigSpec` for `ReconfigVM_Task`
 */
export function toFinishingSpec(_captured: VmConfiguration, _created: DataObject): DataObject {
  throw new Error('being built');
}
