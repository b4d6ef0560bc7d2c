import type { VmDetail } from '@holdfast/vsphere';
import { engineErrors } from './errors.ts';
import { staleAfterMsDefault } from './liveness.ts';
import type { ProtectVmJob } from './protect-vm.ts';
import { sweepVm } from './sweep-vm.ts';

/**
 * Removes what earlier runs left on the VM that is about to be backed up, or was. The first look also refuses a VM that somebody else is
 * backing up at this moment, and reports snapshots of others.
 *
 * @throws `ENGINE_VM_BUSY`
 */
export async function sweepLeftovers(job: ProtectVmJob, detail: VmDetail, first: boolean): Promise<void> {
  const { vcenter, vault, vm, label, environment, signal } = job;
  const { snapshots, consolidated } = await sweepVm({
    vcenter,
    vm,
    label,
    vault,
    identity: environment.identity,
    clock: environment.clock,
    staleAfterMs: staleAfterMsDefault,
    dryRun: false,
    consolidationNeeded: detail.consolidationNeeded,
    signal,
  });
  const busy = snapshots.find(({ verdict }) => verdict === 'in use');
  if (busy !== undefined && first) {
    throw engineErrors.create('ENGINE_VM_BUSY', `${label.name} has the snapshot ${busy.name}: ${busy.reason}`, {
      did: 'nothing was done to it',
      subject: { vm: label.name },
    });
  }
  for (const { verdict, name, reason } of snapshots) {
    if (verdict === 'removed') job.notice(`the snapshot ${name} was left behind and has been removed: ${reason}`);
    if (verdict === 'kept' && first) job.notice(`the snapshot ${name} was kept: ${reason}`);
  }
  const foreign = snapshots.filter(({ verdict }) => verdict === 'foreign');
  if (foreign.length > 0 && first) job.notice(`the VM has ${foreign.length} snapshots that are not ours: ${foreign.map(({ name }) => name).join(', ')}`);
  if (consolidated) job.notice('its disks have been consolidated');
}
