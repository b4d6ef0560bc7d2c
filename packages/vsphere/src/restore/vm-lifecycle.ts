import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import { runTask, type TaskOptions } from '../task/task.ts';
import { type DataObject, isMoRef, type MoRef } from '../wire/index.ts';

export interface CreateVmRequest {
  readonly folder: MoRef;
  readonly resourcePool: MoRef;
  readonly host?: MoRef;
  /** `VirtualMachineConfigSpec` */
  readonly spec: DataObject;
}

/** @throws `VSPHERE_CONFLICT` when there is one of that name in the folder, and what tasks throw */
export async function createVm(vcenter: Vcenter, request: CreateVmRequest, options: TaskOptions = {}): Promise<MoRef> {
  const { folder, resourcePool, host, spec } = request;
  return madeVm(await runTask(vcenter, 'CreateVM_Task', folder, { config: spec, pool: resourcePool, host }, options));
}

export interface RegisterVmRequest {
  readonly folder: MoRef;
  /** `[datastore] folder/name.vmx` */
  readonly vmxFile: string;
  readonly name?: string;
  readonly resourcePool: MoRef;
  readonly host?: MoRef;
}

export async function registerVm(vcenter: Vcenter, request: RegisterVmRequest, options: TaskOptions = {}): Promise<MoRef> {
  const { folder, resourcePool, host, vmxFile, name } = request;
  return madeVm(await runTask(vcenter, 'RegisterVM_Task', folder, { path: vmxFile, name, asTemplate: false, pool: resourcePool, host }, options));
}

function madeVm(result: unknown): MoRef {
  if (isMoRef(result)) return result;
  throw vsphereErrors.create('VSPHERE_PROTOCOL', 'the VM was made, but the server does not say which it is');
}

export async function reconfigureVm(vcenter: Vcenter, vm: MoRef, spec: DataObject, options: TaskOptions = {}): Promise<void> {
  await runTask(vcenter, 'ReconfigVM_Task', vm, { spec }, options);
}

export async function powerOn(vcenter: Vcenter, vm: MoRef, options: TaskOptions = {}): Promise<void> {
  await runTask(vcenter, 'PowerOnVM_Task', vm, {}, options);
}

export async function powerOff(vcenter: Vcenter, vm: MoRef, options: TaskOptions = {}): Promise<void> {
  await runTask(vcenter, 'PowerOffVM_Task', vm, {}, options);
}

/** Removes the VM and its files. */
export async function destroyVm(vcenter: Vcenter, vm: MoRef, options: TaskOptions = {}): Promise<void> {
  await runTask(vcenter, 'Destroy_Task', vm, {}, options);
}
