import {
  applyPolicy,
  checkPolicy,
  describePolicy,
  describeReason,
  isReadable,
  type RecoveryPoint,
  type RetentionPolicy,
  type UnreadablePoint,
  type Vault,
  vaultErrors,
} from '@holdfast/vault';
import { engineErrors } from './errors.ts';
import { listPoints } from './points.ts';

export interface RetainOptions {
  readonly vault: Vault;
  readonly policy: RetentionPolicy;
  /** only VMs whose name, path or instance UUID fits; all when absent */
  readonly vm?: string | undefined;
  /** only judge; nothing is deleted */
  readonly dryRun: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface JudgedPoint {
  readonly id: string;
  /** absent where the point can't be read */
  readonly takenAt?: string;
  readonly sequence?: number;
  readonly verdict: 'keep' | 'remove';
  /** in words: all that keep it; none where nothing does */
  readonly reasons: readonly string[];
  /** taken out of use now; never in a dry run */
  readonly deleted: boolean;
}

export interface RetainReport {
  /** in words */
  readonly policy: string;
  readonly dryRun: boolean;
  /** points oldest first, unreadable ones last */
  readonly vms: readonly { readonly vmId: string; readonly name: string; readonly points: readonly JudgedPoint[] }[];
  readonly kept: number;
  /** what the policy takes out of use, done or not */
  readonly toRemove: number;
  readonly deleted: number;
  /** kept, since nobody knows what it is */
  readonly unreadable: readonly UnreadablePoint[];
  /** what ended the work before all was deleted */
  readonly failure?: { readonly point: string; readonly error: unknown };
}

/**
 * Judges each VM's points by a policy and takes out of use what no rule keeps, oldest first. Soft delete only: every point can be
 * brought back until a collection takes its space. The first point that can't be deleted for a reason of the store ends the work.
 *
 * @throws `RETENTION_POLICY`, `ENGINE_POINT_ABSENT` when no point belongs to the VM named
 */
export async function retain(options: RetainOptions): Promise<RetainReport> {
  const { vault, policy, vm, dryRun, signal } = options;
  checkPolicy(policy);
  const { points, unreadable } = await listPoints(vault, vm);
  if (vm !== undefined && points.length === 0) throw engineErrors.create('ENGINE_POINT_ABSENT', `the vault has no point of ${vm}`, { subject: { vm } });
  const held = new Set((await vault.heldPoints()).map(({ id }) => id));
  const judged = groupByVm(points, unreadable).map(({ vmId, name, all }) => ({
    vmId,
    name,
    points: applyPolicy(policy, all, held).map(({ point, verdict, reasons }): JudgedPoint => {
      const about = isReadable(point) ? { takenAt: point.takenAt, sequence: point.sequence } : {};
      return { id: point.id, ...about, verdict, reasons: reasons.map(describeReason), deleted: false };
    }),
  }));
  const vms: { vmId: string; name: string; points: JudgedPoint[] }[] = [];
  let failure: RetainReport['failure'];
  for (const one of judged) {
    const done: JudgedPoint[] = [];
    for (const point of one.points) {
      if (dryRun || point.verdict === 'keep' || failure !== undefined) done.push(point);
      else {
        signal?.throwIfAborted();
        try {
          done.push(await remove(vault, point, `retention: ${describePolicy(policy)}`));
        } catch (error) {
          if (signal?.aborted) throw error;
          failure = { point: point.id, error };
          done.push(point);
        }
      }
    }
    vms.push({ ...one, points: done });
  }
  const everyPoint = vms.flatMap((one) => one.points);
  const toRemove = everyPoint.filter(({ verdict }) => verdict === 'remove').length;
  return {
    policy: describePolicy(policy),
    dryRun,
    vms,
    kept: everyPoint.length - toRemove,
    toRemove,
    deleted: everyPoint.filter(({ deleted }) => deleted).length,
    unreadable,
    ...(failure === undefined ? {} : { failure }),
  };
}

function groupByVm(points: readonly RecoveryPoint[], unreadable: readonly UnreadablePoint[]) {
  return [...Map.groupBy(points, ({ vmId }) => vmId)].map(([vmId, ofVm]) => ({
    vmId,
    name: ofVm.at(-1)!.vm.name,
    all: [...ofVm, ...unreadable.filter(({ id }) => id.startsWith(`${vmId}/`))],
  }));
}

/** Somebody else may have been faster: to hold the point, or to delete it. */
async function remove(vault: Vault, point: JudgedPoint, reason: string): Promise<JudgedPoint> {
  try {
    await vault.deletePoint(point.id, reason);
  } catch (error) {
    if (vaultErrors.is(error, 'POINT_HELD')) return { ...point, verdict: 'keep', reasons: ['legal hold, put at this moment'] };
    if (!vaultErrors.is(error, 'POINT_DELETED')) throw error;
  }
  return { ...point, deleted: true };
}
