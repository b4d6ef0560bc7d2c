import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { RecoveryPoint, UnreadablePoint } from '../model.ts';
import { magicOf } from '../sealed-object.ts';
import { deletedIds, isDeleted } from './deleted-ids.ts';
import { openManifest, parsePointId, pointKeyOf } from './manifest.ts';

const requestsAtOnce = 16;

/** One VM's points, or everybody's, VM by VM and oldest first. What can't be read is said, not left out; fences are no points. */
export async function* listPoints(store: ObjectStore, keys: VaultKeys, vmId?: string): AsyncGenerator<RecoveryPoint | UnreadablePoint> {
  const deleted = await deletedIds(store, keys, vmId);
  let ofVm: { vmId: string; sessionId: string }[] = [];
  for await (const { key } of store.list(vmId === undefined ? 'points/' : `points/${vmId}/`)) {
    const name = parsePointId(key);
    if (name === undefined) {
      yield { id: key, reason: 'its key is not one that Holdfast writes' };
      continue;
    }
    if (ofVm.length > 0 && ofVm[0]!.vmId !== name.vmId) {
      yield* await readAll(store, keys, ofVm);
      ofVm = [];
    }
    if (!deleted.has(`${name.vmId}/${name.sessionId}`)) ofVm.push(name);
  }
  yield* await readAll(store, keys, ofVm);
}

async function readAll(
  store: ObjectStore,
  keys: VaultKeys,
  names: readonly { vmId: string; sessionId: string }[],
): Promise<(RecoveryPoint | UnreadablePoint)[]> {
  const read = await mapBounded(names, requestsAtOnce, async ({ vmId, sessionId }) => {
    const bytes = await store.get(pointKeyOf(vmId, sessionId));
    if (magicOf(bytes) === 'HFFENCE1') return undefined;
    try {
      return openManifest(keys, vmId, sessionId, bytes);
    } catch (error) {
      if (!vaultErrors.is(error, 'POINT_UNREADABLE')) throw error;
      return { id: `${vmId}/${sessionId}`, reason: error.message };
    }
  });
  const sequence = (point: RecoveryPoint | UnreadablePoint) => ('sequence' in point ? point.sequence : Number.MAX_SAFE_INTEGER);
  return read.filter((point) => point !== undefined).sort((a, b) => sequence(a) - sequence(b));
}

export function isReadable(point: RecoveryPoint | UnreadablePoint): point is RecoveryPoint {
  return 'sequence' in point;
}

/** @throws `POINT_ABSENT`, also for a deleted point; `POINT_UNREADABLE` */
export async function readPoint(store: ObjectStore, keys: VaultKeys, id: string): Promise<RecoveryPoint> {
  const { name, bytes } = await readManifest(store, id);
  if (await isDeleted(store, keys, `${name.vmId}/${name.sessionId}`))
    throw vaultErrors.create('POINT_ABSENT', `The recovery point ${id} has been deleted.`, {
      advice: 'See `holdfast points --deleted`; `holdfast points undelete` brings it back.',
      subject: { point: id },
    });
  return openManifest(keys, name.vmId, name.sessionId, bytes);
}

/**
 * A point's object as it is, deleted or not. It is there, and no fence; nothing else is known.
 *
 * @throws `POINT_ABSENT`
 */
export async function readManifest(store: ObjectStore, id: string): Promise<{ name: { vmId: string; sessionId: string }; bytes: Uint8Array }> {
  const name = parsePointId(id);
  const absent = () => vaultErrors.create('POINT_ABSENT', `There is no recovery point ${id}.`, { subject: { point: id } });
  if (name === undefined) throw absent();
  let bytes: Uint8Array;
  try {
    bytes = await store.get(pointKeyOf(name.vmId, name.sessionId));
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ABSENT') throw absent();
    throw error;
  }
  if (magicOf(bytes) === 'HFFENCE1') throw absent();
  return { name, bytes };
}
