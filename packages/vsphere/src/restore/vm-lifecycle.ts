import type { Vcenter } from '../client/vcenter.ts';
import type { TaskOptions } from '../task/task.ts';
import type { DataObject, MoRef } from '../wire/index.ts';

export async function createVm(
  _vcenter: Vcenter,
  _request: { readonly folder: MoRef; readonly resourcePool: MoRef; readonly host?: MoRef; readonly spec: DataObject },
  _options?: TaskOptions,
): Promise<MoRef> {
  throw new Error('being built');
}

export async function registerVm(
  _vcenter: Vcenter,
  _request: { readonly folder: MoRef; readonly vmxFile: string; readonly name?: string; readonly resourcePool: MoRef; readonly host?: MoRef },
  _options?: TaskOptions,
): Promise<MoRef> {
  throw new Error('being built');
}

export async function reconfigureVm(_vcenter: Vcenter, _vm: MoRef, _spec: DataObject, _options?: TaskOptions): Promise<void> {
  throw new Error('being built');
}

export async function powerOn(_vcenter: Vcenter, _vm: MoRef, _options?: TaskOptions): Promise<void> {
  throw new Error('being built');
}

export async function powerOff(_vcenter: Vcenter, _vm: MoRef, _options?: TaskOptions): Promise<void> {
  throw new Error('being built');
}

/** Removes the VM and its files. */
export async function destroyVm(_vcenter: Vcenter, _vm: MoRef, _options?: TaskOptions): Promise<void> {
  throw new Error('being built');
}

/** `config` of the VM as it is now (`VirtualMachineConfigInfo`). @throws `VSPHERE_ABSENT` when it is gone */
export async function readConfig(_vcenter: Vcenter, _vm: MoRef): Promise<DataObject> {
  throw new Error('being built');
}
