import { type HoldfastError, mapBounded } from '@holdfast/kit';
import type { DiskStatistics, RecoveryPoint, Vault } from '@holdfast/vault';
import { readInventory, type Vcenter, type VmSummary } from '@holdfast/vsphere';
import type { EngineEnvironment } from './environment.ts';
import { engineErrors } from './errors.ts';
import type { OnEvent, VmLabel } from './events.ts';
import { protectVm } from './protect-vm.ts';
import { selectVms, vmAbsent } from './select-vms.ts';
import type { Selection } from './selection.ts';
import { sumStatistics } from './statistics.ts';
import { labelOf } from './vm-label.ts';

export interface ProtectOptions {
  /** Must not be ended by `signal`: cleaning up after an interruption needs it. */
  readonly vcenter: Vcenter;
  readonly vault: Vault;
  readonly selection: Selection;
  readonly environment: EngineEnvironment;
  readonly limits?: { readonly vmsAtOnce?: number | undefined; readonly disksAtOnce?: number | undefined };
  readonly consistency?: 'crash';
  /** read every disk in full */
  readonly full?: boolean;
  /** in a vault with immutability: for how many days the points can't be deleted, where that isn't to be what the vault says */
  readonly immutableDays?: number | undefined;
  /** names this installation in the marks on snapshots */
  readonly installation?: string | undefined;
  readonly onEvent?: OnEvent | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type ProtectedVm = {
  readonly vm: VmLabel;
  readonly seconds: number;
  /** what the user should know, whatever the outcome */
  readonly notices: readonly string[];
} & ({ readonly outcome: 'done'; readonly point: RecoveryPoint } | { readonly outcome: 'failed'; readonly error: unknown });

export interface ProtectReport {
  /** one for each VM, in the order of the inventory; names that fit no VM come last, as failures */
  readonly vms: readonly ProtectedVm[];
  /** VMs that a pattern fits but that nobody backs up: templates, vCenter's own */
  readonly skipped: readonly { readonly vm: VmLabel; readonly reason: string }[];
  /** over all disks of the points made */
  readonly statistics: DiskStatistics;
}

export const limitsDefault = { vmsAtOnce: 2, disksAtOnce: 2 } as const;

/** Makes a recovery point of each selected VM, several at once. What fails on one VM doesn't stop the others; see `protectVm` for the steps. */
export async function protect(options: ProtectOptions): Promise<ProtectReport> {
  const { vcenter, signal, environment } = options;
  const onEvent = options.onEvent ?? (() => {});
  const { vms, unmatched, skipped } = await selectVms(vcenter, options.selection, signal);
  const inventory = await readInventory(vcenter, { signal });
  onEvent({ type: 'selected', vms: vms.map(labelOf) });
  for (const { vm, reason } of skipped) onEvent({ type: 'notice', vm, code: 'SKIPPED', message: `left out: ${reason}` });

  const protectOne = async (summary: VmSummary): Promise<ProtectedVm> => {
    const vm = labelOf(summary);
    const startedMs = environment.clock.elapsed();
    const seconds = () => (environment.clock.elapsed() - startedMs) / 1000;
    const notices: string[] = [];
    if (signal?.aborted) return { vm, seconds: 0, notices, outcome: 'failed', error: aborted(vm, signal.reason, 'nothing was done to it') };
    let leftBehind = false;
    onEvent({ type: 'vm-started', vm });
    try {
      const point = await protectVm({
        vcenter,
        inventory,
        vault: options.vault,
        vm: summary.ref,
        label: vm,
        full: options.full ?? false,
        immutableDays: options.immutableDays,
        installation: options.installation,
        disksAtOnce: options.limits?.disksAtOnce ?? limitsDefault.disksAtOnce,
        environment,
        onEvent,
        notice: (message, code) => {
          notices.push(message);
          leftBehind ||= code === 'LEFT_BEHIND';
          onEvent({ type: 'notice', vm, code: code ?? 'NOTICE', message });
        },
        signal,
      });
      onEvent({ type: 'vm-finished', vm, outcome: 'done', seconds: seconds(), point: point.id });
      return { vm, seconds: seconds(), notices, outcome: 'done', point };
    } catch (cause) {
      const did = leftBehind ? 'what could not be cleaned up is named in the notes' : 'its snapshot was removed and its session ended';
      const error = signal?.aborted ? aborted(vm, cause, did) : cause;
      onEvent({ type: 'vm-finished', vm, outcome: 'failed', seconds: seconds(), error });
      return { vm, seconds: seconds(), notices, outcome: 'failed', error };
    }
  };

  const done = await mapBounded(vms, options.limits?.vmsAtOnce ?? limitsDefault.vmsAtOnce, protectOne);
  const missing = unmatched.map((pattern): ProtectedVm => {
    return { vm: { name: pattern, moref: '' }, seconds: 0, notices: [], outcome: 'failed', error: vmAbsent(pattern) };
  });
  const points = done.flatMap((vm) => (vm.outcome === 'done' ? [vm.point] : []));
  return { vms: [...done, ...missing], skipped, statistics: sumStatistics(points.flatMap((point) => point.disks.map((disk) => disk.statistics))) };
}

function aborted(vm: VmLabel, cause: unknown, did: string): HoldfastError {
  return engineErrors.create('ENGINE_ABORTED', `${vm.name}: the backup was interrupted`, {
    did,
    subject: { vm: vm.name },
    cause,
  });
}
