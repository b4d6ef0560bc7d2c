import { vaultErrors } from '../errors.ts';
import { isDeleted } from './deleted-ids.ts';
import { readManifest } from './list-points.ts';
import { isMarked, type PointContext, putMark, removeMark } from './point-mark.ts';
import { deletedAlready } from './soft-delete.ts';

/**
 * Forbids that a point is deleted, until the hold is released. Against a deletion at the same moment it writes first and then looks;
 * a hold is taken away by nobody but `releasePoint`, so that no late request can end another's hold.
 *
 * @throws `POINT_ABSENT`, `POINT_DELETED`, `POINT_HELD` when it is held already
 */
export async function holdPoint(context: PointContext, id: string, reason: string): Promise<void> {
  const { store } = context;
  await readManifest(store, id);
  if (await isDeleted(store, context.keys, id)) throw deletedAlready(id);
  const heldAlready = (cause?: unknown) =>
    vaultErrors.create('POINT_HELD', `Point ${id} is under legal hold already.`, { did: 'That hold stays as it is.', cause, subject: { point: id } });
  if (await isMarked(store, 'holds', id)) throw heldAlready();
  try {
    await putMark(context, 'holds', id, reason);
  } catch (error) {
    throw vaultErrors.is(error, 'VAULT_CONFLICT') ? heldAlready(error) : error;
  }
  if (await isDeleted(store, context.keys, id))
    throw deletedAlready(id, undefined, 'The hold was put at the same moment and stays: undelete the point if that is still possible, else release it.');
}

/** @throws `POINT_NOT_MARKED` when it isn't held, `POINT_MARK_LEFT` */
export async function releasePoint({ store }: PointContext, id: string): Promise<void> {
  if (!(await isMarked(store, 'holds', id)))
    throw vaultErrors.create('POINT_NOT_MARKED', `Point ${id} isn’t under legal hold.`, { did: 'Nothing was changed.', subject: { point: id } });
  await removeMark(store, 'holds', id);
}
