import { packHeaderBytes } from '../format.ts';
import { knownLocks } from '../locks/locked-packs.ts';
import { closingBytes, type PackKind } from '../pack/layout.ts';
import { isReadable, listPoints } from '../point/list-points.ts';
import { followPoint, SeenSlots } from './follow-maps.ts';
import { type ListedPack, listPacks } from './list-packs.ts';
import { readPlaces } from './places.ts';
import { type RecordContext, readRecords } from './records.ts';

/** A pack that points need less than enough of. */
export interface HalfDeadPack extends ListedPack {
  readonly kind: PackKind;
  /** bytes of the slots that points need */
  readonly liveBytes: number;
}

export interface RewritePlan {
  /** those whose rewriting frees most for what it reads first */
  readonly packs: readonly HalfDeadPack[];
  /** Which slots points need, at the plan's time. Those that come to be needed later aren't copied, and keep their pack. */
  readonly live: SeenSlots;
  /** as dead, but left for these reasons */
  readonly left: { readonly cold: number; readonly kept: number; readonly budget: number };
}

export interface PlanOptions {
  /** packs of which points need less than this share; 0 to 1 */
  readonly below: number;
  /** bytes that may be read and written again; no bound when absent */
  readonly budgetBytes?: number | undefined;
  /** Packs that may not go yet, whatever is in them: rewriting them would free nothing. */
  readonly mustStay?: ((pack: ListedPack) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reading these takes hours and a fee. */
const coldClasses = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * Finds packs that are partly dead. Reads the maps of all points, no data. Nothing depends on its being right later: it only tells what
 * is worth copying.
 *
 * Memory: about 300 bytes and a bit for each slot, for each pack of the vault: 8 MiB a TiB.
 *
 * @throws `PACK_ABSENT`, `PACK_DAMAGED`, `OBJECT_DAMAGED` when maps can't be read
 */
export async function planRewrite(context: RecordContext, options: PlanOptions): Promise<RewritePlan> {
  const { store, keys } = context;
  const { below, budgetBytes = Number.POSITIVE_INFINITY, mustStay, signal } = options;
  const condemned = (await readRecords(store, keys)).packs;
  const places = await readPlaces(context);
  const live = new SeenSlots();
  const needed = new Map<string, { bytes: number; slots: number }>();
  const seen = new SeenSlots();
  for await (const point of listPoints(store, keys)) {
    signal?.throwIfAborted();
    if (!isReadable(point)) continue;
    await followPoint({ ...context, signal }, point, seen, (kind, slot) => {
      const place = places.of(kind, slot);
      if (!live.add(place)) return;
      const sum = needed.get(place.pack) ?? { bytes: 0, slots: 0 };
      sum.bytes += place.length;
      sum.slots++;
      needed.set(place.pack, sum);
    });
  }
  // A copy wouldn't be locked, and what is locked can't go.
  const locks = await knownLocks(context);
  const packs: HalfDeadPack[] = [];
  const left = { cold: 0, kept: 0, budget: 0 };
  for await (const pack of listPacks(store)) {
    const { bytes, slots } = needed.get(pack.id) ?? { bytes: 0, slots: 0 };
    // What nobody needs collection takes anyway.
    if (slots === 0 || condemned.has(pack.id)) continue;
    // Header, table and trailer would be in the new pack, too.
    if (bytes + packHeaderBytes + closingBytes(slots) >= pack.size * below) continue;
    if (coldClasses.has(pack.storageClass ?? '')) left.cold++;
    else if (mustStay?.(pack) || locks.lockedUntil(pack.id) !== undefined) left.kept++;
    else packs.push({ ...pack, kind: pack.key.startsWith('data/') ? 'data' : 'meta', liveBytes: bytes });
  }
  packs.sort((a, b) => a.liveBytes / a.size - b.liveBytes / b.size);
  let bytes = 0;
  const within = packs.filter((pack) => {
    if (bytes > 0 && bytes + pack.liveBytes > budgetBytes) return false;
    bytes += pack.liveBytes;
    return true;
  });
  return { packs: within, live, left: { ...left, budget: packs.length - within.length } };
}
