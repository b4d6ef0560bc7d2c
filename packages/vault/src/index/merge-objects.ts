import { createHash } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import { vaultSigner } from '../mover/signing.ts';
import { sealObject } from '../sealed-object.ts';
import { type IndexName, mergedKeyOf } from './index-names.ts';
import { forEachSegment, type ListedIndexObject } from './known-chunks.ts';
import { MergedBuilder, type MergedContent, mergedRowsMax } from './merged-object.ts';

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

/**
 * Groups of objects that are small, or would be without what is gone, each worth one merged object. `objects` are in use:
 * committed, and replaced by none.
 */
export function mergeGroups(objects: readonly ListedIndexObject[], bytesLeft: (object: ListedIndexObject) => number): ListedIndexObject[][] {
  const small = objects.filter((object) => bytesLeft(object) <= smallBytesMax && object.level < levelMax);
  const groups: ListedIndexObject[][] = [];
  let group: ListedIndexObject[] = [];
  let rows = 0;
  for (const one of small) {
    const more = Math.ceil(bytesLeft(one) / bytesPerRow);
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

/** The name follows from what is merged, so that of several who merge the same, one does the work. */
function nameOf(group: readonly ListedIndexObject[]): { key: string; id: string; replaces: string[] } {
  const replaces = group.map(({ key }) => key).sort();
  const id = createHash('sha256').update(replaces.join('\n')).digest('hex').slice(0, 32);
  return { key: mergedKeyOf(Math.max(...group.map(({ level }) => level)) + 1, id), id, replaces };
}

/**
 * Puts one object that stands for the group; the old ones stay, and those that can't be read aren't stood for. Answers with its
 * key; `undefined` where it was there, or too few objects could be read.
 *
 * @param isGone packs that collection has removed for ever
 */
export async function mergeGroup(context: MergeContext, group: readonly ListedIndexObject[], isGone: (packId: string) => boolean): Promise<string | undefined> {
  const { store, keys, random, signal } = context;
  if ((await store.head(nameOf(group).key)) !== undefined) return undefined;
  const builder = new MergedBuilder();
  const read = new Set<string>();
  const add = (content: MergedContent, { key }: IndexName) => {
    builder.add(content, (pack) => !isGone(pack));
    read.add(key);
  };
  await forEachSegment(store, keys, group, add, signal);
  if (read.size < smallObjectsMin) return undefined;
  const { key, id, replaces } = nameOf(group.filter((one) => read.has(one.key)));
  const sealed = sealObject(keys, { kind: 'HFMERGE1', key, sessionId: id }, builder.encode(replaces), random);
  try {
    await store.put(key, sealed, { ifAbsent: true, signal });
  } catch (error) {
    if ((error as { code?: string }).code !== 'STORE_EXISTS') throw error;
    return undefined;
  }
  return key;
}
