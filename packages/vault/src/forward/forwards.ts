import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { IndexedPack } from '../index/segment.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { SlotAddress } from '../model.ts';
import { magicOf, openObject } from '../sealed-object.ts';
import { decodeForwards, forwardSessionOf, forwardsPrefix, type SlotsOfPack } from './forward-record.ts';

const requestsAtOnce = 4;
/** Each rewriting of a rewritten pack is a hop more. No pack's name is used twice, so that a chain ends by itself; what is forged might not. */
const hopsMax = 1000;

/**
 * Where slots went when their packs were rewritten. Records are written once and never change, so that what was read stays true, and
 * reading again brings only what is new.
 *
 * Memory: 16 bytes for each slot that was ever copied (64 MiB for each TiB rewritten) and about 300 for each pack.
 */
export class Forwards {
  readonly #store: ObjectStore;
  readonly #keys: VaultKeys;
  readonly #read = new Set<string>();
  readonly #sources = new Map<string, SlotsOfPack[]>();
  readonly #gone = new Map<string, Promise<void>>();
  #refreshing: Promise<void> = Promise.resolve();
  /** packs that were written by rewriting */
  readonly targets = new Map<string, IndexedPack>();
  /** the same, by the session that wrote them */
  readonly targetsOf = new Map<string, readonly string[]>();

  constructor(store: ObjectStore, keys: VaultKeys) {
    this.#store = store;
    this.#keys = keys;
  }

  /** Reads the records that have come since. One after the other, so that what is there when it is asked for has been read when it answers. */
  async refresh(): Promise<this> {
    const refreshed = this.#refreshing.catch(() => {}).then(() => this.#refresh());
    this.#refreshing = refreshed;
    await refreshed;
    return this;
  }

  async #refresh(): Promise<void> {
    const fresh: { key: string; sessionId: string }[] = [];
    for await (const { key } of this.#store.list(forwardsPrefix)) {
      const sessionId = forwardSessionOf(key);
      if (sessionId !== undefined && !this.#read.has(key)) fresh.push({ key, sessionId });
    }
    await mapBounded(fresh, requestsAtOnce, async ({ key, sessionId }) => {
      const bytes = await this.#store.get(key);
      try {
        if (magicOf(bytes) === 'HFFENCE1') openObject(this.#keys, { kind: 'HFFENCE1', key, sessionId }, bytes);
        else this.#take(sessionId, openObject(this.#keys, { kind: 'HFFORWD1', key, sessionId }, bytes));
      } catch (error) {
        // As if it weren't there; a check tells of it.
        if (vaultErrors.is(error, 'OBJECT_DAMAGED')) return;
        throw error;
      }
      this.#read.add(key);
    });
  }

  #take(sessionId: string, content: Buffer): void {
    const { targets, sources } = decodeForwards(content);
    this.targetsOf.set(
      sessionId,
      targets.map(({ id }) => id),
    );
    for (const target of targets) this.targets.set(target.id, target);
    for (const source of sources) {
      const known = this.#sources.get(source.pack);
      if (known === undefined) this.#sources.set(source.pack, [source]);
      else known.push(source);
    }
  }

  /**
   * The slot, or one of its copies, in a pack that can be used; the newest copy first. `undefined` when there is none: a copy of one
   * slot says nothing about others of its pack.
   */
  newest<T extends SlotAddress>(slot: T, usable: (pack: string) => boolean, hops = 0): T | undefined {
    if (hops < hopsMax) {
      for (const source of this.#sources.get(slot.pack) ?? []) {
        const to = source.find(slot.slot);
        const found = to === undefined ? undefined : this.newest({ ...slot, ...to }, usable, hops + 1);
        if (found !== undefined) return found;
      }
    }
    return usable(slot.pack) ? slot : undefined;
  }

  /** As `newest`, but the slot itself before any copy; and the slot as it is when there is no other, so that the caller finds it absent. */
  place<T extends SlotAddress>(slot: T, usable: (pack: string) => boolean): T {
    return usable(slot.pack) ? slot : (this.newest(slot, usable) ?? slot);
  }

  /** As `place`, by what `noteGone` has found so far. */
  placeNow<T extends SlotAddress>(slot: T): T {
    return this.#gone.size === 0 ? slot : this.place(slot, (pack) => !this.#gone.has(pack));
  }

  /** Reads a slot, or where its pack turns out to be gone, a copy. `read` throws `PACK_ABSENT` when it is. */
  async readFollowing<T extends SlotAddress, R>(slot: T, read: (place: T) => Promise<R>): Promise<R> {
    let place = this.placeNow(slot);
    for (;;) {
      try {
        return await read(place);
      } catch (error) {
        if (!vaultErrors.is(error, 'PACK_ABSENT')) throw error;
        await this.noteGone(place.pack);
        const next = this.placeNow(slot);
        if (next.pack === place.pack) throw error;
        place = next;
      }
    }
  }

  /** A pack was proven to be absent: collection takes one only where others have what is needed of it. */
  async noteGone(pack: string): Promise<void> {
    let refreshed = this.#gone.get(pack);
    if (refreshed === undefined) {
      refreshed = this.refresh().then(() => {});
      this.#gone.set(pack, refreshed);
      refreshed.catch(() => this.#gone.delete(pack));
    }
    await refreshed;
  }
}

const ofStores = new WeakMap<ObjectStore, Forwards>();

/** Those of an open vault, as they were read last. */
export function forwardsOf(store: ObjectStore, keys: VaultKeys): Forwards {
  const known = ofStores.get(store) ?? new Forwards(store, keys);
  ofStores.set(store, known);
  return known;
}
