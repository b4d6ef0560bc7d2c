import type { RestoreSession } from '@holdfast/vault';
import { type DataObject, datastoreFiles, destroyVm, type MoRef, readConfig, reconfigureVm, toFinishingSpec, type Vcenter } from '@holdfast/vsphere';
import { engineErrors } from './errors.ts';
import type { RecoverPlan } from './plan-recover.ts';

interface FinishJob {
  readonly vcenter: Vcenter;
  readonly session: RestoreSession;
  readonly vm: MoRef;
  readonly plan: RecoverPlan;
  readonly signal: AbortSignal | undefined;
}

/** Sets what can be set only when the VM is there, and puts its NVRAM back. Returns notices. */
export async function finishVm({ vcenter, session, vm, plan, signal }: FinishJob): Promise<string[]> {
  const created = await readConfig(vcenter, vm);
  const hasNvram = session.point.files.nvram !== undefined;
  if (hasNvram) {
    using files = datastoreFiles(vcenter, { datacenter: plan.where.datacenter.path });
    await files.put(nvramPath(created), await session.readFile('nvram'), signal);
  }
  await reconfigureVm(vcenter, vm, toFinishingSpec(plan.captured, created), { signal });
  return plan.captured.nvramFile !== undefined && !hasNvram ? ['the point has no NVRAM: UEFI variables start out as new'] : [];
}

/**
 * Deletes the VM that is replaced, and gives the restored one its name and, where it is the original that goes, its identity.
 * The commit point of a restore with overwrite: before it the old VM is whole, after it the new one is.
 */
export async function replaceVm(job: Omit<FinishJob, 'session'> & { readonly replaced: { readonly ref: MoRef; readonly name: string } }): Promise<void> {
  const { vcenter, vm, plan, replaced, signal } = job;
  signal?.throwIfAborted();
  if (replaced.ref.value === vm.value) throw engineErrors.create('ENGINE_OVERWRITE_REFUSED', 'the VM to be replaced is the restored one itself');
  await destroyVm(vcenter, replaced.ref);
  const { instanceUuid, biosUuid } = plan.captured;
  const identity = plan.keepUuids ? { ...(biosUuid === undefined ? {} : { uuid: biosUuid }), ...(instanceUuid === undefined ? {} : { instanceUuid }) } : {};
  await reconfigureVm(vcenter, vm, { name: plan.name, ...identity });
}

/** `[datastore] folder/name.nvram`, beside the VM's `.vmx`, under the name that its configuration gives. */
function nvramPath(config: DataObject): string {
  const vmx = String((config.files as DataObject | undefined)?.vmPathName ?? '');
  const extra = (config.extraConfig ?? []) as readonly { readonly key?: string; readonly value?: unknown }[];
  const name = extra.find(({ key }) => key === 'nvram')?.value;
  if (typeof name !== 'string' || name === '') return vmx.replace(/\.vmx$/, '.nvram');
  return vmx.slice(0, vmx.lastIndexOf('/') + 1) + name;
}
