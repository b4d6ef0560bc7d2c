import type { ObjectStore } from '@holdfast/store';
import { giveBack } from '../give-back.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { openObject } from '../sealed-object.ts';
import type { IndexName } from './index-names.ts';
import { decodeMerged, type MergedContent } from './merged-object.ts';
import { decodeSegment } from './segment.ts';

/**
 * One index object, of whatever kind. `work` is over when it returns: the memory is given back then.
 *
 * @throws `STORE_ABSENT`, `OBJECT_DAMAGED`
 */
export async function readIndexObject<T>(
  store: ObjectStore,
  keys: VaultKeys,
  { key, kind, sessionId }: IndexName,
  work: (content: MergedContent) => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const bytes = await store.get(key, { signal });
  const content = openObject(keys, { kind: kind === 'merged' ? 'HFMERGE1' : 'HFINDEX1', key, sessionId }, bytes);
  const result = await work(kind === 'merged' ? decodeMerged(content) : { replaces: [], ...decodeSegment(content) });
  giveBack(content);
  return result;
}
