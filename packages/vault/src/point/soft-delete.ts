import { mapBounded } from '@holdfast/kit';
import { readRecords } from '../collect/records.ts';
import { vaultErrors } from '../errors.ts';
import type { DeletedPoint, RecoveryPoint } from '../model.ts';
import { startLease } from '../session/lease.ts';
import { isDeleted } from './deleted-ids.ts';
import { readManifest } from './list-points.ts';
import { openManifest } from './manifest.ts';
import { packsOfPoint } from './packs-of-point.ts';
import { isMarked, listMarks, type PointContext, putMark, removeMark } from './point-mark.ts';

const requestsAtOnce = 16;

/**
 * Takes a point out of use; nothing of it is removed. A hold put at the same moment wins: each side writes first and then
 * looks for the other. The deletion is then taken back as any undelete is: a collection may have seen it already.
 *
 * @throws `POINT_ABSENT`, `POINT_DELETED`, `POINT_HELD`
 */
export async function deletePoint(context: PointContext, id: string, reason: string): Promise<void> {
  const { store } = context;
  await readManifest(store, id);
  if (await isDeleted(store, context.keys, id)) throw deletedAlready(id);
  const held = (did: string) => vaultErrors.create('POINT_HELD', `Point ${id} is under legal hold.`, { did, subject: { point: id } });
  if (await isMarked(store, 'holds', id)) throw held('It was not deleted.');
  try {
    await putMark(context, 'deleted', id, reason);
  } catch (error) {
    throw vaultErrors.is(error, 'VAULT_CONFLICT') ? deletedAlready(id, error) : error;
  }
  if (!(await isMarked(store, 'holds', id))) return;
  try {
    await undeletePoint(context, id);
  } catch (error) {
    // Condemned in between means that the hold was released again, before a collection looked.
    if (vaultErrors.is(error, 'POINT_CONDEMNED')) return;
    if (!vaultErrors.is(error, 'POINT_NOT_MARKED')) throw error;
  }
  throw held('It was deleted at the same moment, and that was taken back.');
}

export function deletedAlready(id: string, cause?: unknown, did = 'Nothing was changed.') {
  return vaultErrors.create('POINT_DELETED', `Point ${id} has been deleted.`, { cause, did, subject: { point: id } });
}

/**
 * Brings a deleted point back, in the order that docs/vault-format.md §9.1 demands: presence first, then condemned records, then
 * that every pack is there, then the mark's removal.
 *
 * @throws `POINT_ABSENT`, `POINT_NOT_MARKED`, `POINT_CONDEMNED`, `POINT_UNREADABLE`, `PACK_DAMAGED`, `POINT_MARK_LEFT`
 */
export async function undeletePoint(context: PointContext, id: string): Promise<RecoveryPoint> {
  const { store, keys, environment } = context;
  const { name, bytes } = await readManifest(store, id);
  const { vmId, sessionId } = name;
  if (!(await isDeleted(store, keys, id)))
    throw vaultErrors.create('POINT_NOT_MARKED', `Point ${id} isn’t deleted.`, { did: 'Nothing was changed.', subject: { point: id } });
  const session = Buffer.from(environment.random.bytes(16)).toString('hex');
  let removing = false;
  const lease = await startLease(store, keys, environment, session, { kind: 'undelete', vmId, point: id });
  try {
    const condemned = (await readRecords(store, keys)).packs;
    const point = openManifest(keys, vmId, sessionId, bytes);
    const packs = await packsOfPoint(store, keys, point, condemned).catch((cause: unknown) => {
      throw vaultErrors.is(cause, 'PACK_ABSENT') ? tooLate(id, cause.message.replace(/\.$/, ''), cause) : cause;
    });
    await mapBounded(packs, requestsAtOnce, async ([key, pack]) => {
      if (condemned.has(pack.id)) throw tooLate(id, `a collection has condemned ${key}`);
      if ((await store.head(key)) === undefined) throw tooLate(id, `${key} is not in the store`);
    });
    removing = true;
    await removeMark(store, 'deleted', id);
    removing = false;
    await lease.end();
    return point;
  } catch (error) {
    // A removal without an answer may still arrive: then the session's object stays, and keeps collection from this point.
    if (removing && !vaultErrors.is(error, 'POINT_MARK_LEFT')) await lease.leave();
    else await lease.end().catch(() => {}); // the first error tells more
    throw error;
  }
}

function tooLate(id: string, why: string, cause?: unknown) {
  return vaultErrors.create('POINT_CONDEMNED', `Point ${id} can’t be brought back: ${why}.`, { did: 'It stays deleted.', cause, subject: { point: id } });
}

/** What has been deleted and is still there, VM by VM: with its record, where one was written, and its manifest. */
export async function* deletedPoints(context: Pick<PointContext, 'store' | 'keys'>, vmId?: string): AsyncGenerator<DeletedPoint> {
  const { store, keys } = context;
  const found = await mapBounded(await listMarks(context, 'deleted', vmId), requestsAtOnce, async (mark): Promise<DeletedPoint | undefined> => {
    try {
      const { name, bytes } = await readManifest(store, mark.id);
      return { ...mark, point: openManifest(keys, name.vmId, name.sessionId, bytes) };
    } catch (error) {
      if (vaultErrors.is(error, 'POINT_ABSENT')) return undefined;
      if (vaultErrors.is(error, 'POINT_UNREADABLE')) return { ...mark, point: { id: mark.id, reason: error.message } };
      throw error;
    }
  });
  yield* found.filter((one) => one !== undefined);
}

/** The highest sequence among a VM's deleted points; 0 without any. It isn't given away again while such a point is there. */
export async function highestDeletedSequence(context: Pick<PointContext, 'store' | 'keys'>, vmId: string): Promise<number> {
  let highest = 0;
  for await (const { point } of deletedPoints(context, vmId)) if ('sequence' in point) highest = Math.max(highest, point.sequence);
  return highest;
}
