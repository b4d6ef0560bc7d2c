import type { Vault } from '@holdfast/vault';
import { describeVm, type Vcenter } from '@holdfast/vsphere';
import type { EngineEnvironment } from './environment.ts';
import type { VmLabel } from './events.ts';
import { staleAfterMsDefault } from './liveness.ts';
import { selectVms, vmAbsent } from './select-vms.ts';
import type { Selection } from './selection.ts';
import { type FoundSnapshot, sweepVm } from './sweep-vm.ts';
import { labelOf } from './vm-label.ts';

export interface SweepOptions {
  readonly vcenter: Vcenter;
  /** asked for sessions, where it is at hand */
  readonly vault?: Vault | undefined;
  readonly selection: Selection;
  readonly environment: EngineEnvironment;
  /** snapshots of backups on other machines count as left behind after this time; 24 hours when absent */
  readonly staleAfterMs?: number | undefined;
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SweepReport {
  readonly snapshots: readonly FoundSnapshot[];
  readonly consolidated: readonly { readonly vm: VmLabel }[];
  readonly failures: readonly { readonly vm: VmLabel; readonly error: unknown }[];
}

/** Looks through VMs for what interrupted backups of ours left behind, and removes it. One VM after the other: removing snapshots costs a datastore a lot. */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  const { vcenter, environment, signal } = options;
  const { vms, unmatched } = await selectVms(vcenter, options.selection, signal);
  const snapshots: FoundSnapshot[] = [];
  const consolidated: { vm: VmLabel }[] = [];
  const failures: { vm: VmLabel; error: unknown }[] = unmatched.map((pattern) => ({ vm: { name: pattern, moref: '' }, error: vmAbsent(pattern) }));
  for (const summary of vms) {
    signal?.throwIfAborted();
    const vm = labelOf(summary);
    try {
      const { consolidationNeeded } = await describeVm(vcenter, summary.ref, { signal });
      const report = await sweepVm({
        vcenter,
        vm: summary.ref,
        label: vm,
        vault: options.vault,
        identity: environment.identity,
        clock: environment.clock,
        staleAfterMs: options.staleAfterMs ?? staleAfterMsDefault,
        dryRun: options.dryRun ?? false,
        consolidationNeeded,
        signal,
      });
      snapshots.push(...report.snapshots);
      if (report.consolidated) consolidated.push({ vm });
    } catch (error) {
      if (signal?.aborted) throw error;
      failures.push({ vm, error });
    }
  }
  return { snapshots, consolidated, failures };
}
