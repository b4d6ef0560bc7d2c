import type { ObjectStore } from '@holdfast/store';
import { type RecordsView, readRecords } from '../collect/records.ts';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { RecoveryPoint } from '../model.ts';
import { doubtAbout } from '../mover/signing.ts';
import { damagedPacks } from '../pack/damaged-packs.ts';
import { isReadable, listPoints } from '../point/list-points.ts';
import { packsOfPoint } from '../point/packs-of-point.ts';

/** What a session may use of the vault. */
export interface SessionView {
  readonly records: RecordsView;
  /** the VM's readable points that nobody need doubt, oldest first */
  readonly points: readonly RecoveryPoint[];
  /** the newest of them that a map may grow from */
  readonly base: RecoveryPoint | undefined;
  /** a sentence each, for people */
  readonly notices: readonly string[];
}

/** Only after the session's object was put. The order is what makes it safe: records, then points, and the index only after this (docs/collection.md). */
export async function readSessionView(store: ObjectStore, keys: VaultKeys, vmId: string): Promise<SessionView> {
  const damaged = await damagedPacks(store);
  const records = withAbsent(await readRecords(store, keys), damaged);
  const all = (await Array.fromAsync(listPoints(store, keys, vmId))).filter(isReadable);
  const points = all.filter(({ signedBy }) => signedBy === undefined || doubtAbout(signedBy) === undefined);
  const newest = points.findLast((point) => records.mayGrowFrom(point.id) && mayBuildOn(keys, point));
  if (newest === undefined || damaged.size === 0 || !(await needsAny(store, keys, newest, damaged, records.packs)))
    return { records, points, base: newest, notices: passedOver(all, newest) };
  const notice = `the newest point of this VM, ${newest.id}, needs a pack that is noted as damaged; the VM is read in full, so that its new point doesn’t`;
  return { records, points, base: undefined, notices: [notice] };
}

/**
 * A map grows only from what one's own side has written: nobody can tell whether another mover's map is that of the disk, and what
 * an incremental takes from it is never read again.
 */
function mayBuildOn({ signing }: VaultKeys, { signedBy }: RecoveryPoint): boolean {
  if (signing === undefined || signedBy?.state === 'vault') return true;
  return signedBy?.state === 'mover' && signedBy.id === signing.own.signer;
}

function passedOver(points: readonly RecoveryPoint[], base: RecoveryPoint | undefined): string[] {
  const newest = points.at(-1);
  if (newest?.signedBy === undefined || newest === base || newest.signedBy.state === 'vault') return [];
  const whose = doubtAbout(newest.signedBy) ?? (newest.signedBy.state === 'mover' ? `was written by the write-only mover ${newest.signedBy.name}` : '');
  return [`the newest point of this VM, ${newest.id}, ${whose}, so that nothing grows from it here`];
}

/** Noted packs are treated as those that collection removes: what is in them is stored again. */
function withAbsent(records: RecordsView, damaged: ReadonlySet<string>): RecordsView {
  return damaged.size === 0 ? records : { ...records, packs: new Set([...records.packs, ...damaged]) };
}

/** Reads the point's maps, which is why it is asked only where something is noted. Maps that can't be read count as damaged. */
async function needsAny(
  store: ObjectStore,
  keys: VaultKeys,
  point: RecoveryPoint,
  damaged: ReadonlySet<string>,
  absent: ReadonlySet<string>,
): Promise<boolean> {
  try {
    for (const { id } of (await packsOfPoint(store, keys, point, absent)).values()) if (damaged.has(id)) return true;
    return false;
  } catch (error) {
    if (vaultErrors.is(error, 'PACK_ABSENT') || vaultErrors.is(error, 'PACK_DAMAGED') || vaultErrors.is(error, 'OBJECT_DAMAGED')) return true;
    throw error;
  }
}
