import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import { onlySealedCounts } from '../locks/written-once.ts';
import { openObject } from '../sealed-object.ts';
import { parsePointId } from './manifest.ts';

const requestsAtOnce = 16;

/**
 * Ids of the points that are deleted, all VMs' or one's. Where points are immutable, a mark counts only if the vault's keys
 * made it: others can write under any key, and must not be able to hide a point.
 */
export async function deletedIds(store: ObjectStore, keys: VaultKeys, vmId?: string): Promise<Set<string>> {
  const ids: string[] = [];
  for await (const { key } of store.list(vmId === undefined ? 'deleted/' : `deleted/${vmId}/`)) ids.push(key.slice('deleted/'.length));
  if (!onlySealedCounts(store)) return new Set(ids);
  const counting = new Set<string>();
  await mapBounded(ids, requestsAtOnce, async (id) => {
    if (await isSealedMark(store, keys, id)) counting.add(id);
  });
  return counting;
}

/** As `deletedIds`, for one point. */
export async function isDeleted(store: ObjectStore, keys: VaultKeys, id: string): Promise<boolean> {
  if (onlySealedCounts(store)) return await isSealedMark(store, keys, id);
  return (await store.head(`deleted/${id}`)) !== undefined;
}

async function isSealedMark(store: ObjectStore, keys: VaultKeys, id: string): Promise<boolean> {
  const name = parsePointId(id);
  if (name === undefined) return false;
  const key = `deleted/${id}`;
  let bytes: Uint8Array;
  try {
    bytes = await store.get(key);
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ABSENT') return false;
    throw error;
  }
  try {
    openObject(keys, { kind: 'HFDELET1', key, sessionId: name.sessionId }, bytes);
    return true;
  } catch {
    return false;
  }
}
