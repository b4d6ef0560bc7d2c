import { doubtAbout, isReadable, type RecoveryPoint, type UnreadablePoint, type Vault } from '@holdfast/vault';
import { engineErrors } from './errors.ts';
import { globMatcher } from './glob.ts';
import { sumStatistics } from './statistics.ts';

/** Fewest characters of a session id that stand for a point. */
export const idPrefixLengthMin = 6;

/** Which point: by id (whole, or the beginning of its part behind the `/`), or a VM's newest, or its newest not after a time. */
export type PointChoice = { readonly id: string } | { readonly vm: string; readonly atMs?: number | undefined };

export interface PointList {
  /** oldest first within a VM */
  readonly points: readonly RecoveryPoint[];
  /** what is there but can't be read, or is signed by somebody who doesn't count; never left out silently */
  readonly unreadable: readonly UnreadablePoint[];
}

/**
 * The vault's points, of all VMs or of those whose name, path or instance UUID fits: as they are called now, or,
 * where none is called so now, as they were called once. A VM's points belong together, whatever it was called.
 */
export async function listPoints(vault: Vault, vm?: string): Promise<PointList> {
  const points: RecoveryPoint[] = [];
  const unreadable: UnreadablePoint[] = [];
  for await (const point of vault.points()) {
    if (!isReadable(point)) unreadable.push(point);
    else {
      const doubt = point.signedBy === undefined ? undefined : doubtAbout(point.signedBy);
      if (doubt === undefined) points.push(point);
      else unreadable.push({ id: point.id, reason: `it ${doubt}, and counts for nothing` });
    }
  }
  if (vm === undefined) return { points, unreadable };
  const fits = vmMatcher(vm);
  const newest = new Map(points.map((point) => [point.vmId, point]));
  const called = new Set([...newest.values()].filter(fits).map((point) => point.vmId));
  const wanted = called.size > 0 ? called : new Set(points.filter(fits).map((point) => point.vmId));
  return { points: points.filter((point) => wanted.has(point.vmId)), unreadable };
}

/**
 * The one point that is meant.
 *
 * @throws `ENGINE_POINT_ABSENT`, `ENGINE_POINT_AMBIGUOUS`, `ENGINE_POINT_UNREADABLE`
 */
export async function choosePoint(vault: Vault, choice: PointChoice): Promise<RecoveryPoint> {
  return 'id' in choice ? await pointById(vault, choice.id) : await pointOfVm(vault, choice.vm, choice.atMs);
}

async function pointById(vault: Vault, id: string): Promise<RecoveryPoint> {
  if (id.includes('/')) return await vault.point(id);
  if (id.length < idPrefixLengthMin) {
    throw engineErrors.create('ENGINE_POINT_AMBIGUOUS', `"${id}" is too short to name a point: give at least ${idPrefixLengthMin} characters of its id`);
  }
  const found: RecoveryPoint[] = [];
  for await (const point of vault.points()) {
    if (!(point.id.split('/')[1] ?? '').startsWith(id)) continue;
    if (!isReadable(point)) throw unreadableError(point);
    found.push(point);
  }
  const [only] = found;
  if (only === undefined) throw engineErrors.create('ENGINE_POINT_ABSENT', `the vault has no point ${id}`, { subject: { point: id } });
  if (found.length > 1)
    throw engineErrors.create('ENGINE_POINT_AMBIGUOUS', `${found.length} points begin with ${id}: ${found.map((point) => point.id).join(', ')}`);
  return only;
}

async function pointOfVm(vault: Vault, vm: string, atMs: number | undefined): Promise<RecoveryPoint> {
  const { points, unreadable } = await listPoints(vault, vm);
  if (points.length === 0) {
    // A point that can't be read may be one of this VM: that is not the same as none.
    const [first] = unreadable;
    if (first !== undefined) throw unreadableError(first);
    throw engineErrors.create('ENGINE_POINT_ABSENT', `the vault has no point of ${vm}`, { subject: { vm } });
  }
  const owners = new Map(points.map((point) => [point.vmId, point.vm.path ?? point.vm.name]));
  if (owners.size > 1) {
    throw engineErrors.create(
      'ENGINE_POINT_AMBIGUOUS',
      `${vm} stands for ${owners.size} VMs: ${[...owners].map(([vmId, name]) => `${name} (${vmId})`).join(', ')}`,
      {
        subject: { vm },
      },
    );
  }
  const found = points.findLast((point) => atMs === undefined || Date.parse(point.takenAt) <= atMs);
  if (found !== undefined) return found;
  throw engineErrors.create('ENGINE_POINT_ABSENT', `${vm} has no point that old; its first is of ${points[0]?.takenAt}`, { subject: { vm } });
}

/** A point's figures over all its disks. */
export function summarisePoint(point: RecoveryPoint) {
  const modes = new Set(point.disks.map((disk) => disk.mode));
  return {
    id: point.id,
    vm: point.vm,
    sequence: point.sequence,
    takenAt: point.takenAt,
    committedAt: point.committedAt,
    consistency: point.consistency,
    mode: modes.size > 1 ? ('mixed' as const) : ([...modes][0] ?? ('full' as const)),
    capacity: point.disks.reduce((sum, disk) => sum + disk.capacity, 0),
    disks: point.disks.length,
    excluded: point.excluded.length,
    statistics: sumStatistics(point.disks.map((disk) => disk.statistics)),
  };
}

export type PointSummary = ReturnType<typeof summarisePoint>;

function vmMatcher(text: string): (point: RecoveryPoint) => boolean {
  const matches = globMatcher(text);
  return ({ vm, vmId }) => (text.includes('/') ? vm.path !== undefined && matches(vm.path) : matches(vm.name)) || vm.instanceUuid === text || vmId === text;
}

function unreadableError(point: UnreadablePoint) {
  return engineErrors.create('ENGINE_POINT_UNREADABLE', `the point ${point.id} can not be read: ${point.reason}`, { subject: { point: point.id } });
}
