import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { MarkRecord, PointMark } from '../model.ts';
import { magicOf, openObject, type SealedName, sealObject } from '../sealed-object.ts';
import { putOnce } from '../session/put-once.ts';
import type { VaultEnvironment } from '../vault.ts';
import { parsePointId } from './manifest.ts';

/** What can stand beside a point: its soft delete, its legal hold. */
export type MarkKind = 'deleted' | 'holds';

const magics = { deleted: 'HFDELET1', holds: 'HFHOLD01' } as const;
const requestsAtOnce = 16;
const recordSchema = z.object({ by: z.string(), at: z.string(), reason: z.string() });

/** What the verbs on points work with. */
export interface PointContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly environment: VaultEnvironment;
}

const nameOf = (kind: MarkKind, id: string): SealedName => ({ kind: magics[kind], key: `${kind}/${id}`, sessionId: id.slice(id.indexOf('/') + 1) });

export async function isMarked(store: ObjectStore, kind: MarkKind, id: string): Promise<boolean> {
  return (await store.head(`${kind}/${id}`)) !== undefined;
}

/** @throws `VAULT_CONFLICT` when somebody else has put it at the same time */
export async function putMark({ store, keys, environment }: PointContext, kind: MarkKind, id: string, reason: string): Promise<void> {
  const record: MarkRecord = { by: environment.host, at: new Date(environment.clock.now()).toISOString(), reason };
  const name = nameOf(kind, id);
  await putOnce(store, name.key, sealObject(keys, name, Buffer.from(JSON.stringify(record)), environment.random));
}

/** @throws `POINT_MARK_LEFT` when the store doesn't delete it */
export async function removeMark(store: ObjectStore, kind: MarkKind, id: string): Promise<void> {
  const key = `${kind}/${id}`;
  const { failed } = await store.delete([key]);
  if (failed[0] === undefined) return;
  throw vaultErrors.create('POINT_MARK_LEFT', `${key} could not be deleted: ${failed[0].reason}.`, {
    did: 'The point is marked as it was before.',
    subject: { object: key },
  });
}

/** All marks of a kind, or those on one VM's points. One that can't be read is a mark nevertheless, and says so. */
export async function listMarks({ store, keys }: Pick<PointContext, 'store' | 'keys'>, kind: MarkKind, vmId?: string): Promise<PointMark[]> {
  const marks = await mapBounded(store.list(vmId === undefined ? `${kind}/` : `${kind}/${vmId}/`), requestsAtOnce, async ({ key }) => {
    const id = key.slice(kind.length + 1);
    if (parsePointId(id) === undefined) return undefined;
    try {
      return readMark(keys, kind, id, await store.get(key));
    } catch (error) {
      if ((error as { code?: string }).code === 'STORE_ABSENT') return undefined; // taken back since it was listed
      throw error;
    }
  });
  return marks.filter((mark) => mark !== undefined);
}

function readMark(keys: VaultKeys, kind: MarkKind, id: string, bytes: Uint8Array): PointMark {
  // Writers before this revision put a bare object, which says nothing but that the point is deleted.
  if (magicOf(bytes) !== magics[kind]) return { id };
  try {
    return { id, record: recordSchema.parse(JSON.parse(openObject(keys, nameOf(kind, id), bytes).toString('utf8'))) };
  } catch (error) {
    return { id, problem: vaultErrors.is(error, 'OBJECT_DAMAGED') ? error.message : `Object ${kind}/${id} holds no record of who, when and why.` };
  }
}
