import type { HoldfastError } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { packSlotsMax } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { NodeReference, RecoveryPoint } from '../model.ts';
import { deletedIds } from '../point/deleted-ids.ts';
import { openManifest, parsePointId } from '../point/manifest.ts';
import { magicOf, openObject } from '../sealed-object.ts';
import { decodeInner, decodeLeaf } from '../tree/node.ts';
import { readNodes } from '../tree/node-reader.ts';
import { listCycles, readOutcome } from './records.ts';

export interface MarkContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly signal?: AbortSignal | undefined;
}

export interface Marked {
  /** ids of the points in use */
  readonly points: string[];
  /** deleted points that nothing holds, where they can be read: the packs that their sessions wrote */
  readonly deleted: Map<string, readonly string[]>;
  /** every pack that a committed point's session wrote, deleted points included where they can be read */
  readonly introduced: Set<string>;
}

/** Nodes that come with one round of requests. */
const nodesAtOnce = 32;

/**
 * Takes every pack that a point in use needs out of `candidates`. A point is in use unless it is deleted, and though it is,
 * while it is held or named in `kept`. Memory: a bit per node, and some 100 bytes per candidate.
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
  const seen = new SeenNodes();
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
    if (doubtful.has(point.id) && (await isPartlyCollected(context, point, candidates))) continue;
    marked.points.push(point.id);
    await markPoint(context, point, candidates, seen);
  }
  return marked;
}

/**
 * Whether a collection has taken of a deleted point what reading it needs. Then it can't be brought back: the session that tries to
 * is refused by the records, or by what it finds gone; one that died over it must not stand in the way of every later collection.
 */
async function isPartlyCollected(context: MarkContext, point: RecoveryPoint, candidates: Map<string, unknown>): Promise<boolean> {
  try {
    await followMaps(context, point, candidates, new SeenNodes());
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

async function markPoint(context: MarkContext, point: RecoveryPoint, candidates: Map<string, unknown>, seen: SeenNodes): Promise<void> {
  try {
    await followMaps(context, point, candidates, seen);
  } catch (cause) {
    throw refusalOf(`the maps of point ${point.id}`, cause);
  }
  for (const { pack } of Object.values(point.files)) candidates.delete(pack);
}

async function followMaps(context: MarkContext, point: RecoveryPoint, candidates: Map<string, unknown>, seen: SeenNodes): Promise<void> {
  const visit = async (nodes: readonly NodeReference[], level: number): Promise<void> => {
    const fresh = nodes.filter((node) => seen.add(node));
    for (let first = 0; first < fresh.length; first += nodesAtOnce) {
      const some = fresh.slice(first, first + nodesAtOnce);
      for (const { pack } of some) candidates.delete(pack);
      for (const bytes of await readNodes(context.store, context.keys, some, context.signal)) {
        if (level > 0) {
          await visit(
            decodeInner(bytes, level).map(({ node }) => node),
            level - 1,
          );
        } else for (const { chunk } of decodeLeaf(bytes)) if (chunk !== undefined) candidates.delete(chunk.pack);
      }
    }
  };
  for (const { map } of point.disks) if (map.root !== undefined) await visit([map.root], map.height);
}

/** Nodes gone through already, so that what points share is read once. */
class SeenNodes {
  readonly #slots = new Map<string, Uint8Array>();

  /** `false` when it was there */
  add({ pack, slot }: NodeReference): boolean {
    let bits = this.#slots.get(pack);
    if (bits === undefined || bits.length <= slot >> 3) {
      const grown = new Uint8Array(Math.min(Math.max(64, ((slot >> 3) + 1) * 2), (packSlotsMax >> 3) + 1));
      if (bits !== undefined) grown.set(bits);
      this.#slots.set(pack, grown);
      bits = grown;
    }
    const bit = 1 << (slot & 7);
    if ((bits[slot >> 3]! & bit) !== 0) return false;
    bits[slot >> 3]! |= bit;
    return true;
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
