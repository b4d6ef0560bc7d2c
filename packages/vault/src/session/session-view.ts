import type { ObjectStore } from '@holdfast/store';
import { type RecordsView, readRecords } from '../collect/records.ts';
import { committedSegments } from '../index/known-chunks.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { RecoveryPoint } from '../model.ts';
import { isReadable, listPoints } from '../point/list-points.ts';

/** What a session may use of the vault. */
export interface SessionView {
  readonly records: RecordsView;
  readonly segments: Awaited<ReturnType<typeof committedSegments>>;
  /** the VM's readable points, oldest first */
  readonly points: readonly RecoveryPoint[];
  /** the newest of them that a map may grow from */
  readonly base: RecoveryPoint | undefined;
}

/** Only after the session's object was put. The order is what makes it safe: records, then index and points (docs/collection.md). */
export async function readSessionView(store: ObjectStore, keys: VaultKeys, vmId: string): Promise<SessionView> {
  const records = await readRecords(store, keys);
  const segments = await committedSegments(store);
  const points = (await Array.fromAsync(listPoints(store, keys, vmId))).filter(isReadable);
  return { records, segments, points, base: points.findLast((point) => records.mayGrowFrom(point.id)) };
}
