import { formatDuration } from '@holdfast/kit';
import { listSnapshots, type MoRef, removeSnapshot, runTask, type Vcenter } from '@holdfast/vsphere';
import type { VmLabel } from './events.ts';
import { type LivenessOptions, verdictOn } from './liveness.ts';
import { readMark } from './snapshot-mark.ts';

export interface FoundSnapshot {
  readonly vm: VmLabel;
  readonly name: string;
  /** ISO 8601, by the vCenter's clock */
  readonly createdAt: string;
  readonly verdict: 'removed' | 'would be removed' | 'in use' | 'kept' | 'foreign';
  readonly reason: string;
}

export interface SweepVmOptions extends LivenessOptions {
  readonly vcenter: Vcenter;
  readonly vm: MoRef;
  readonly label: VmLabel;
  readonly dryRun: boolean;
  /** The VM runs on delta files although no snapshot needs them. */
  readonly consolidationNeeded: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface SweepVmReport {
  readonly snapshots: readonly FoundSnapshot[];
  readonly consolidated: boolean;
}

/**
 * Removes the snapshots that backups of ours left on one VM, whoever left them, and consolidates its disks where that is due.
 * One that is in use, or may be, stays; those of others are only reported.
 */
export async function sweepVm(options: SweepVmOptions): Promise<SweepVmReport> {
  const { vcenter, vm, label, dryRun, signal } = options;
  const { snapshots } = await listSnapshots(vcenter, vm);
  const found: FoundSnapshot[] = [];
  // Children first: removing a snapshot never makes another one's place unclear.
  for (const snapshot of snapshots.toReversed()) {
    signal?.throwIfAborted();
    const note = (verdict: FoundSnapshot['verdict'], reason: string) =>
      found.push({ vm: label, name: snapshot.name, createdAt: snapshot.createdAt.toISOString(), verdict, reason });
    const mark = readMark(snapshot);
    if (mark === undefined) {
      note('foreign', `it is not ours; ${formatDuration(Math.max(0, options.clock.now() - snapshot.createdAt.getTime()) / 1000)} old`);
      continue;
    }
    const verdict = await verdictOn(mark, options);
    if (verdict.state === 'alive') note('in use', verdict.reason);
    else if (verdict.state === 'unknown') note('kept', verdict.reason);
    else if (dryRun) note('would be removed', verdict.reason);
    else {
      await removeSnapshot(vcenter, vm, snapshot.ref, { signal });
      note('removed', verdict.reason);
    }
  }
  // Removing a snapshot consolidates by itself.
  const consolidate = options.consolidationNeeded && !dryRun && !found.some(({ verdict }) => verdict === 'removed' || verdict === 'in use');
  if (consolidate) await runTask(vcenter, 'ConsolidateVMDisks_Task', vm, {}, { signal });
  return { snapshots: found, consolidated: consolidate };
}
