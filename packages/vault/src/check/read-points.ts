import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import type { RecoveryPoint } from '../model.ts';
import { deletedIds } from '../point/deleted-ids.ts';
import { openManifest, parsePointId } from '../point/manifest.ts';
import { magicOf, openObject } from '../sealed-object.ts';

/** Manifests in memory at once. */
const manifestsAtOnce = 8;

/** One object under `points/`, whatever can be made of it. */
export interface PointEntry {
  readonly key: string;
  /** absent where the key is not one that Holdfast writes */
  readonly name?: { readonly vmId: string; readonly sessionId: string };
  readonly deleted: boolean;
  readonly content: { readonly point: RecoveryPoint } | { readonly error: unknown } | 'fence' | 'strange';
}

export interface PointsSource {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly signal?: AbortSignal | undefined;
}

/** Everything under `points/` in order of key, so that a VM's points come together. */
export async function* readPoints(source: PointsSource): AsyncGenerator<PointEntry> {
  const deleted = await deletedIds(source.store, source.keys);
  let some: string[] = [];
  for await (const { key } of source.store.list('points/')) {
    some.push(key);
    if (some.length < manifestsAtOnce) continue;
    yield* await readSome(source, some, deleted);
    some = [];
  }
  yield* await readSome(source, some, deleted);
}

/** The points that restores can use. What can't be read is left out: checking the records has said it. */
export async function* livePoints(source: PointsSource): AsyncGenerator<RecoveryPoint> {
  for await (const { deleted, content } of readPoints(source)) if (!deleted && typeof content === 'object' && 'point' in content) yield content.point;
}

async function readSome({ store, keys, signal }: PointsSource, some: readonly string[], deleted: ReadonlySet<string>): Promise<PointEntry[]> {
  signal?.throwIfAborted();
  return await mapBounded(some, manifestsAtOnce, async (key): Promise<PointEntry> => {
    const name = parsePointId(key);
    if (name === undefined) return { key, deleted: false, content: 'strange' };
    const entry = { key, name, deleted: deleted.has(`${name.vmId}/${name.sessionId}`) };
    try {
      const bytes = await store.get(key, { signal });
      if (magicOf(bytes) !== 'HFFENCE1') return { ...entry, content: { point: openManifest(keys, name.vmId, name.sessionId, bytes) } };
      openObject(keys, { kind: 'HFFENCE1', key, sessionId: name.sessionId }, bytes);
      return { ...entry, content: 'fence' };
    } catch (error) {
      return { ...entry, content: { error } };
    }
  });
}
