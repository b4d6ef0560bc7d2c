import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { pointKeyOf } from '../point/manifest.ts';
import { magicOf } from '../sealed-object.ts';
import { type IndexName, parseIndexKey } from './index-names.ts';
import type { MergedContent } from './merged-object.ts';
import { readIndexObject } from './read-index-object.ts';

const segmentsAtOnce = 4;
/** They are large, and memory is what a mover has least of. */
const mergedAtOnce = 1;
const looksAtOnce = 16;

export interface ListedIndexObject extends IndexName {
  readonly size: number;
}

/** All that lies under `index/` and that this revision knows, in the store's own order. */
export async function listIndexObjects(store: ObjectStore): Promise<ListedIndexObject[]> {
  const listed: ListedIndexObject[] = [];
  for await (const { key, size } of store.list('index/')) {
    const name = parseIndexKey(key);
    if (name !== undefined) listed.push({ ...name, size });
  }
  return listed;
}

/**
 * What has become of the sessions that wrote these segments, by session; one that isn't in the answer is undecided.
 * A segment whose key names its VM costs a few bytes; for the others all keys of points are listed.
 */
export async function decidedSessions(store: ObjectStore, segments: readonly IndexName[]): Promise<Map<string, 'committed' | 'fenced'>> {
  const vmOf = new Map(segments.map(({ sessionId, vmId }) => [sessionId, vmId]));
  if ([...vmOf.values()].includes(undefined)) {
    for await (const { key } of store.list('points/')) {
      const [, vmId, sessionId] = key.split('/');
      if (sessionId !== undefined && vmOf.has(sessionId)) vmOf.set(sessionId, vmId);
    }
  }
  const decided = new Map<string, 'committed' | 'fenced'>();
  await mapBounded(vmOf, looksAtOnce, async ([sessionId, vmId]) => {
    if (vmId === undefined) return;
    try {
      // A fence stands under the same key as a commit; its first bytes tell.
      const magic = magicOf(await store.get(pointKeyOf(vmId, sessionId), { range: { offset: 0, length: 8 } }));
      if (magic === 'HFPOINT1') decided.set(sessionId, 'committed');
      else if (magic === 'HFFENCE1') decided.set(sessionId, 'fenced');
    } catch (error) {
      if ((error as { code?: string }).code !== 'STORE_ABSENT') throw error;
    }
  });
  return decided;
}

/** Segments of sessions that have committed a point, repaired and merged ones; those of others are inert. */
export async function committedSegments(store: ObjectStore): Promise<ListedIndexObject[]> {
  const listed = await listIndexObjects(store);
  const decided = await decidedSessions(
    store,
    listed.filter(({ kind }) => kind === 'segment'),
  );
  return listed.filter(({ kind, sessionId }) => kind !== 'segment' || decided.get(sessionId) === 'committed');
}

/**
 * Reads index objects, leaving out those that merged ones stand for. One that is damaged, or gone since it was listed, costs
 * only that its chunks are stored again: it is left out, and a sentence about it comes back.
 */
export async function forEachSegment(
  store: ObjectStore,
  keys: VaultKeys,
  segments: readonly IndexName[],
  work: (segment: MergedContent, name: IndexName) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<string[]> {
  const leftOut: string[] = [];
  let unvouched = 0;
  const replaced = new Set<string>();
  const read = async (name: IndexName) => {
    if (replaced.has(name.key)) return;
    try {
      await readIndexObject(
        store,
        keys,
        name,
        (content) => {
          for (const key of content.replaces) replaced.add(key);
          return work(content, name);
        },
        signal,
      );
    } catch (error) {
      if (vaultErrors.is(error, 'INDEX_UNVOUCHED')) {
        unvouched++;
        return;
      }
      const gone = (error as { code?: string }).code === 'STORE_ABSENT';
      if (!gone && !vaultErrors.is(error, 'OBJECT_DAMAGED')) throw error;
      leftOut.push(`the index segment ${name.key} is ${gone ? 'not in the store any more' : 'damaged'}; chunks it names are stored again where they occur`);
    }
  };
  const levels = new Set(segments.map(({ level }) => level));
  for (const level of [...levels].sort((a, b) => b - a)) {
    await mapBounded(
      segments.filter((segment) => segment.level === level),
      level > 0 ? mergedAtOnce : segmentsAtOnce,
      read,
    );
  }
  if (unvouched > 0)
    leftOut.push(
      `${unvouched} index segments of other write-only movers are passed over until somebody vouches for them ("holdfast vault mover vouch"); chunks they name are stored again where they occur`,
    );
  return leftOut;
}
