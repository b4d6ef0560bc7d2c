import type { HoldfastError } from '@holdfast/kit';
import { listVms, type Vcenter, type VmSummary } from '@holdfast/vsphere';
import { engineErrors } from './errors.ts';
import type { VmLabel } from './events.ts';
import { type Selection, select } from './selection.ts';
import { labelOf, plainName } from './vm-label.ts';

export interface SelectedVms {
  readonly vms: readonly VmSummary[];
  /** patterns that fit no VM */
  readonly unmatched: readonly string[];
  /** what a pattern fits but nobody backs up, with the reason */
  readonly skipped: readonly { readonly vm: VmLabel; readonly reason: string }[];
}

/** The VMs of a vCenter that a selection names, by their names and paths as people write them. */
export async function selectVms(vcenter: Vcenter, selection: Selection, signal: AbortSignal | undefined): Promise<SelectedVms> {
  const inventory = await Array.fromAsync(listVms(vcenter, { signal }), (vm) => ({ vm, name: plainName(vm.name), path: `/${plainName(vm.path)}` }));
  const { vms, unmatched } = select(inventory, selection);
  const named = new Set('patterns' in selection ? selection.patterns : []);
  const wanted: VmSummary[] = [];
  const skipped: { vm: VmLabel; reason: string }[] = [];
  for (const { vm, name, path } of vms) {
    const reason = named.has(name) || named.has(path) ? undefined : skipReason(vm);
    if (reason === undefined) wanted.push(vm);
    else skipped.push({ vm: labelOf(vm), reason });
  }
  return { vms: wanted, unmatched, skipped };
}

/** What a pattern passes over; a VM called by its own name is tried, and fails with the reason. */
function skipReason(vm: VmSummary): string | undefined {
  if (vm.template) return 'it is a template';
  return vm.managedBy === undefined ? undefined : `it belongs to ${vm.managedBy}`;
}

export function vmAbsent(pattern: string): HoldfastError {
  return engineErrors.create('ENGINE_VM_ABSENT', `no VM is called ${pattern}`, { subject: { vm: pattern } });
}
