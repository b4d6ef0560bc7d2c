import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { magicOf, openObject } from '../sealed-object.ts';
import { repairSessionOf } from './repair-name.ts';
import { type DecodedSegment, decodeSegment } from './segment.ts';

const requestsAtOnce = 4;

/** Segments of sessions that have committed a point, and repaired ones; those of others are inert. Newest last in the store's own order. */
export async function committedSegments(store: ObjectStore): Promise<{ key: string; sessionId: string; size: number }[]> {
  const sessions = new Set<string>();
  const heads: { key: string; sessionId: string }[] = [];
  for await (const { key } of store.list('points/')) heads.push({ key, sessionId: key.slice(key.lastIndexOf('/') + 1) });
  const segments: { key: string; sessionId: string; size: number }[] = [];
  const repaired: typeof segments = [];
  for await (const { key, size } of store.list('index/')) {
    const repair = repairSessionOf(key);
    if (repair === undefined) segments.push({ key, sessionId: key.slice('index/'.length, 'index/'.length + 32), size });
    else repaired.push({ key, sessionId: repair, size });
  }
  const wanted = new Set(segments.map((segment) => segment.sessionId));
  await mapBounded(
    heads.filter((head) => wanted.has(head.sessionId)),
    16,
    async ({ key, sessionId }) => {
      // A fence stands under the same key as a commit; its first bytes tell.
      if (magicOf(await store.get(key, { range: { offset: 0, length: 8 } })) === 'HFPOINT1') sessions.add(sessionId);
    },
  );
  return [...segments.filter((segment) => sessions.has(segment.sessionId)), ...repaired];
}

/**
 * Reads index segments. One that is damaged, or gone since it was listed, costs only that its chunks are stored again:
 * it is left out, and a sentence about it comes back.
 */
export async function forEachSegment(
  store: ObjectStore,
  keys: VaultKeys,
  segments: readonly { readonly key: string; readonly sessionId: string }[],
  work: (segment: DecodedSegment) => void,
): Promise<string[]> {
  const leftOut: string[] = [];
  let unvouched = 0;
  await mapBounded(segments, requestsAtOnce, async ({ key, sessionId }) => {
    try {
      work(decodeSegment(openObject(keys, { kind: 'HFINDEX1', key, sessionId }, await store.get(key))));
    } catch (error) {
      if (vaultErrors.is(error, 'INDEX_UNVOUCHED')) {
        unvouched++;
        return;
      }
      const gone = (error as { code?: string }).code === 'STORE_ABSENT';
      if (!gone && !vaultErrors.is(error, 'OBJECT_DAMAGED')) throw error;
      leftOut.push(`the index segment ${key} is ${gone ? 'not in the store any more' : 'damaged'}; chunks it names are stored again where they occur`);
    }
  });
  if (unvouched > 0)
    leftOut.push(
      `${unvouched} index segments of other write-only movers are passed over until somebody vouches for them ("holdfast vault mover vouch"); chunks they name are stored again where they occur`,
    );
  return leftOut;
}
