import { createHash } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import { vaultSigner } from '../mover/signing.ts';
import { sealObject } from '../sealed-object.ts';
import { mergedKeyOf } from './index-names.ts';
import { forEachSegment, type ListedIndexObject } from './known-chunks.ts';
import { MergedBuilder, mergedRowsMax } from './merged-object.ts';

/** An object of this size has about an eighth of the rows that one may have: merging more of them would only copy. */
const smallBytesMax = 2 * 1024 * 1024;
/** fewer small objects aren't worth an object more */
const smallObjectsMin = 16;
const bytesPerRow = 34;
const levelMax = 99;

export interface MergeContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

/** Groups of small objects, each worth one merged object. `objects` are in use: committed, and replaced by none. */
export function mergeGroups(objects: readonly ListedIndexObject[]): ListedIndexObject[][] {
  const small = objects.filter(({ size, level }) => size <= smallBytesMax && level < levelMax);
  const groups: ListedIndexObject[][] = [];
  let group: ListedIndexObject[] = [];
  let rows = 0;
  for (const one of small) {
    const more = Math.ceil(one.size / bytesPerRow);
    if (rows + more > mergedRowsMax) {
      groups.push(group);
      group = [];
      rows = 0;
    }
    group.push(one);
    rows += more;
  }
  groups.push(group);
  return groups.filter(({ length }) => length >= smallObjectsMin);
}

/** In a vault that takes write-only movers, only somebody with the master key can vouch for what others wrote. */
export function mayMerge({ signing }: VaultKeys): boolean {
  return signing === undefined || signing.own.signer === vaultSigner;
}

/**
 * Puts one object that stands for the whole group; the old ones stay. Its name follows from theirs, so that of several who merge
 * the same, one does the work. Answers `undefined` where nothing was written: a group one of whose objects can't be read stays as it is.
 *
 * @param isGone packs that collection has removed for ever
 */
export async function mergeGroup(context: MergeContext, group: readonly ListedIndexObject[], isGone: (packId: string) => boolean): Promise<string | undefined> {
  const { store, keys, random, signal } = context;
  const replaces = group.map(({ key }) => key).sort();
  const id = createHash('sha256').update(replaces.join('\n')).digest('hex').slice(0, 32);
  const key = mergedKeyOf(Math.max(...group.map(({ level }) => level)) + 1, id);
  if ((await store.head(key)) !== undefined) return undefined;
  const builder = new MergedBuilder();
  const leftOut = await forEachSegment(store, keys, group, (content) => builder.add(content, (pack) => !isGone(pack)), signal);
  if (leftOut.length > 0) return undefined;
  const sealed = sealObject(keys, { kind: 'HFMERGE1', key, sessionId: id }, builder.encode(replaces), random);
  try {
    await store.put(key, sealed, { ifAbsent: true, signal });
  } catch (error) {
    if ((error as { code?: string }).code !== 'STORE_EXISTS') throw error;
  }
  return key;
}
