import type { HoldfastError } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { NodeReference, RecoveryPoint } from '../model.ts';
import type { PackKind } from '../pack/layout.ts';
import { deletedIds } from '../point/deleted-ids.ts';
import { openManifest, parsePointId } from '../point/manifest.ts';
import { magicOf, openObject } from '../sealed-object.ts';
import { followPoint, SeenSlots } from './follow-maps.ts';
import { readPlaces } from './places.ts';
import { listCycles, readOutcome } from './records.ts';

export interface MarkContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly signal?: AbortSignal | undefined;
}

type Need = (kind: PackKind, slot: NodeReference) => void;

export interface Marked {
  /** ids of the points in use */
  readonly points: string[];
  /** deleted points that nothing holds, where they can be read: the packs that their sessions wrote */
  readonly deleted: Map<string, readonly string[]>;
  /** every pack that a committed session wrote, those of deleted points included where they can be read */
  readonly introduced: Set<string>;
}

/**
 * Takes every pack that a point in use needs out of `candidates`. A point is in use unless it is deleted, and though it is,
 * while it is held or named in `kept`. Where packs were rewritten, a slot needs the pack of its newest copy. Memory: a bit per node, and
 * some 100 bytes per candidate; of rewritten packs see `Forwards` and `readPlaces`.
 *
 * @throws `COLLECTION_REFUSED` when anything that a point in use needs for being read is absent or unreadable: it may need any pack
 */
export async function mark(context: MarkContext, candidates: Map<string, unknown>, kept: ReadonlySet<string> = new Set()): Promise<Marked> {
  const { store } = context;
  // Deletions before points: one that comes in between leaves its point in use.
  const deleted = await deletedIds(store, context.keys);
  for await (const { key } of store.list('holds/')) deleted.delete(key.slice('holds/'.length));
  // Somebody may be bringing these back, or have died over it.
  const doubtful = new Set([...kept].filter((id) => deleted.delete(id)));
  const marked: Marked = { points: [], deleted: new Map(), introduced: new Set() };
  const places = await readPlaces(context);
  for (const target of places.forwards.targets.keys()) marked.introduced.add(target);
  const need = (kind: PackKind, slot: NodeReference) => void candidates.delete(places.of(kind, slot).pack);
  const seen = new SeenSlots();
  for await (const { key } of store.list('points/')) {
    context.signal?.throwIfAborted();
    const point = await readAnyPoint(context, key, deleted);
    if (point === undefined) continue;
    for (const pack of point.introduced.packs) marked.introduced.add(pack.id);
    if (deleted.has(point.id)) {
      marked.deleted.set(
        point.id,
        point.introduced.packs.map(({ id }) => id),
      );
      continue;
    }
    // Nodes of a point whose map may break off are not counted as seen: another point that shares them must still be followed.
    if (doubtful.has(point.id) && (await isPartlyCollected(context, point, need))) continue;
    marked.points.push(point.id);
    await markPoint(context, point, need, seen);
  }
  return marked;
}

/**
 * Whether a collection has taken of a deleted point what reading it needs. Then it can't be brought back: the session that tries to
 * is refused by the records, or by what it finds gone; one that died over it must not stand in the way of every later collection.
 */
async function isPartlyCollected(context: MarkContext, point: RecoveryPoint, need: Need): Promise<boolean> {
  try {
    await followPoint(context, point, new SeenSlots(), need);
    return false;
  } catch (error) {
    if (!vaultErrors.is(error, 'PACK_ABSENT')) return false; // marking it says what is wrong
    const pack = /[0-9a-f]{32}$/.exec(String((error as HoldfastError).subject.object))?.[0];
    for (const { number, outcome } of await listCycles(context.store))
      if (outcome && (await readOutcome(context.store, context.keys, number)).packs.some((gone) => gone === pack)) return true;
    return false;
  }
}

async function readAnyPoint({ store, keys }: MarkContext, key: string, deleted: ReadonlySet<string>): Promise<RecoveryPoint | undefined> {
  const name = parsePointId(key);
  if (name === undefined) throw refused(key, 'is not a key that Holdfast writes');
  try {
    const bytes = await store.get(key);
    if (magicOf(bytes) !== 'HFFENCE1') return openManifest(keys, name.vmId, name.sessionId, bytes);
    openObject(keys, { kind: 'HFFENCE1', key, sessionId: name.sessionId }, bytes);
    return undefined;
  } catch (cause) {
    if (deleted.has(`${name.vmId}/${name.sessionId}`) && vaultErrors.is(cause, 'POINT_UNREADABLE')) return undefined;
    throw refusalOf(key, cause);
  }
}

async function markPoint(context: MarkContext, point: RecoveryPoint, need: Need, seen: SeenSlots): Promise<void> {
  try {
    await followPoint(context, point, seen, need);
  } catch (cause) {
    throw refusalOf(`the maps of point ${point.id}`, cause);
  }
}

const damages = ['POINT_UNREADABLE', 'OBJECT_DAMAGED', 'PACK_DAMAGED', 'PACK_ABSENT'];

/** Damage and absence refuse collection; a store that doesn't answer stays what it is. */
function refusalOf(what: string, cause: unknown): unknown {
  const code = (cause as { code?: string }).code ?? '';
  if (!damages.includes(code) && code !== 'STORE_ABSENT') return cause;
  return refused(what, `can’t be read (${(cause as Error).message.replace(/\.$/, '')})`, cause);
}

function refused(what: string, why: string, cause?: unknown) {
  return vaultErrors.create('COLLECTION_REFUSED', `Collection can’t tell what is needed: ${what} ${why}.`, { did: 'Nothing was deleted.', cause });
}
