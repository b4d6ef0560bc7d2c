import { isReadable, type RecoveryPoint, type Vault } from '@holdfast/vault';
import { describeVm, readConfig, type Vcenter } from '@holdfast/vsphere';
import { exclusionReason } from './disk-eligibility.ts';
import { decideDiskMode } from './disk-mode.ts';
import type { EngineEnvironment } from './environment.ts';
import type { VmLabel } from './events.ts';
import { liveDisks } from './live-disks.ts';
import { staleAfterMsDefault } from './liveness.ts';
import { revertDoubt } from './revert-events.ts';
import { selectVms, vmAbsent } from './select-vms.ts';
import type { Selection } from './selection.ts';
import { sweepVm } from './sweep-vm.ts';
import { vcenterIdentity } from './vcenter-identity.ts';
import { assertEligible } from './vm-eligibility.ts';
import { labelOf } from './vm-label.ts';

/** What a backup of one VM would do, as far as it can be told without doing anything. */
export interface VmPlan {
  readonly vm: VmLabel;
  /** why it would fail; then the rest is empty */
  readonly error?: unknown;
  /** id of the point it would grow from */
  readonly base?: string;
  /** what would be done to the VM before it is read, a sentence each */
  readonly steps: readonly string[];
  readonly disks: readonly {
    readonly key: number;
    readonly label: string;
    /** bytes */
    readonly capacity: number;
    readonly mode: 'full' | 'incremental';
    readonly reason?: string;
  }[];
  readonly excluded: readonly { readonly key: number; readonly label: string; readonly reason: string }[];
}

export interface PlanProtectOptions {
  readonly vcenter: Vcenter;
  readonly vault: Vault;
  readonly selection: Selection;
  readonly full?: boolean;
  readonly environment: EngineEnvironment;
  readonly signal?: AbortSignal | undefined;
}

/** A dry run: changes nothing, neither in the vCenter nor in the vault. */
export async function planProtect(options: PlanProtectOptions): Promise<VmPlan[]> {
  const { vcenter, signal } = options;
  const { vms, unmatched } = await selectVms(vcenter, options.selection, signal);
  const plans: VmPlan[] = [];
  for (const summary of vms) {
    const vm = labelOf(summary);
    try {
      plans.push(await planVm(options, vm, summary.ref));
    } catch (error) {
      if (signal?.aborted) throw error;
      plans.push({ vm, error, steps: [], disks: [], excluded: [] });
    }
  }
  for (const pattern of unmatched) {
    plans.push({ vm: { name: pattern, moref: '' }, error: vmAbsent(pattern), steps: [], disks: [], excluded: [] });
  }
  return plans;
}

async function planVm(options: PlanProtectOptions, label: VmLabel, vm: Parameters<typeof describeVm>[1]): Promise<VmPlan> {
  const { vcenter, vault, environment, signal } = options;
  const detail = await describeVm(vcenter, vm, { signal });
  const disks = liveDisks(await readConfig(vcenter, vm));
  assertEligible(detail, disks);
  const { snapshots } = await sweepVm({
    vcenter,
    vm,
    label,
    vault,
    identity: environment.identity,
    clock: environment.clock,
    staleAfterMs: staleAfterMsDefault,
    dryRun: true,
    consolidationNeeded: detail.consolidationNeeded,
    signal,
  });
  const base = await newestPoint(vault, vault.vmId(vcenterIdentity(vcenter), detail.instanceUuid as string));
  const doubt = base === undefined ? undefined : await revertDoubt(vcenter, vm, base.takenAt, environment.clock, signal);
  const steps = snapshots.map(({ name, verdict, reason }) => `snapshot ${name}: ${verdict}, ${reason}`);
  if (!detail.changeTracking)
    steps.push(
      detail.changeTrackingSupported
        ? 'changed block tracking is off and would be switched on where the VM has no snapshots'
        : 'changed block tracking is not supported',
    );
  return {
    vm: label,
    ...(base === undefined ? {} : { base: base.id }),
    steps,
    disks: disks
      .filter((disk) => exclusionReason(disk) === undefined)
      .map((disk) => {
        const mode = decideDiskMode({ disk, baseDisks: base?.disks, fullAsked: options.full ?? false, revertDoubt: doubt });
        return {
          key: disk.key,
          label: disk.label,
          capacity: disk.capacity,
          mode: mode.mode,
          ...(mode.mode === 'full' && mode.reason !== undefined ? { reason: mode.reason } : {}),
        };
      }),
    excluded: disks.flatMap((disk) => {
      const reason = exclusionReason(disk);
      return reason === undefined ? [] : [{ key: disk.key, label: disk.label, reason }];
    }),
  };
}

async function newestPoint(vault: Vault, vmId: string): Promise<RecoveryPoint | undefined> {
  let newest: RecoveryPoint | undefined;
  for await (const point of vault.points(vmId)) if (isReadable(point) && growsFrom(vault, point)) newest = point;
  return newest;
}

/** As the vault decides when the session begins: a map grows from one's own points, and from those of whoever has the master key. */
function growsFrom(vault: Vault, { signedBy }: RecoveryPoint): boolean {
  return signedBy === undefined || signedBy.state === 'vault' || (signedBy.state === 'mover' && signedBy.id === vault.mover?.id);
}
