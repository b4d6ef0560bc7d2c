import type { VmDetail } from '@holdfast/vsphere';
import { exclusionReason } from './disk-eligibility.ts';
import { engineErrors } from './errors.ts';
import type { LiveDisk } from './live-disks.ts';
import { plainName } from './vm-label.ts';

/** Why a VM can't be backed up through a snapshot as it is now; `undefined` when it can. */
function vmObstacle(vm: VmDetail, disks: readonly LiveDisk[]): string | undefined {
  if (vm.template) return 'it is a template';
  if (vm.instanceUuid === undefined) return 'its instance UUID can not be read, so that it can not be known again';
  if (vm.connectionState !== undefined && vm.connectionState !== 'connected') return `vCenter shows it as ${vm.connectionState}`;
  if (vm.question !== undefined) return `it waits for an answer: ${vm.question}`;
  if (vm.faultTolerance) return 'it is fault tolerant, and such VMs have no snapshots';
  if (vm.datacenter === undefined) return 'its datacenter can not be read, so that its files can not be found';
  const disabled = vm.disabledMethods.filter((method) => ['CreateSnapshot_Task', 'RemoveSnapshot_Task'].includes(method));
  if (disabled.length > 0) return `another product has disabled ${disabled.join(' and ')} on it`;
  const shared = disks.find((disk) => disk.sharedBus !== 'noSharing');
  if (shared !== undefined) return `${shared.label} is on a bus that other VMs share, and such VMs have no snapshots`;
  return undefined;
}

/** @throws `ENGINE_VM_INELIGIBLE`, `ENGINE_NO_DISKS` */
export function assertEligible(vm: VmDetail, disks: readonly LiveDisk[]): void {
  const name = plainName(vm.name);
  const obstacle = vmObstacle(vm, disks);
  if (obstacle !== undefined) {
    throw engineErrors.create('ENGINE_VM_INELIGIBLE', `${name} can not be backed up: ${obstacle}`, { did: 'nothing was done to it', subject: { vm: name } });
  }
  if (disks.some((disk) => exclusionReason(disk) === undefined)) return;
  const reasons = disks.map((disk) => `${disk.label}: ${exclusionReason(disk)}`);
  throw engineErrors.create('ENGINE_NO_DISKS', `${name} has no disk that can be backed up${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`, {
    did: 'nothing was done to it',
    subject: { vm: name },
  });
}
