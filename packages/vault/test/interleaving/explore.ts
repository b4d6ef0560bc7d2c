import type { ObjectInfo, ObjectStore } from '@holdfast/store';
import type { MemoryStore } from '@holdfast/store/testing';
import { listCycles, readOutcome } from '../../src/collect/records.ts';
import { decodeForwards } from '../../src/forward/forward-record.ts';
import type { NodeReference, SlotAddress } from '../../src/model.ts';
import { packKey } from '../../src/pack/layout.ts';
import { openSlot, packCipherKey } from '../../src/pack/seal.ts';
import { openManifest, parsePointId } from '../../src/point/manifest.ts';
import { packsOfPoint } from '../../src/point/packs-of-point.ts';
import { magicOf, openObject } from '../../src/sealed-object.ts';
import { decodeLeaf } from '../../src/tree/node.ts';
import { backUpOnce, collectOnce, keys, retainOnce, rewriteOnce, type WriterRules } from './actors.ts';
import { Scheduler } from './scheduler.ts';

/** A rule that is off: in what writers do, or in what collectors see of the store. */
export interface Broken {
  readonly writers?: Partial<WriterRules>;
  readonly collectors?: (store: ObjectStore) => ObjectStore;
  readonly everybody?: (store: ObjectStore) => ObjectStore;
}

/** More than any pack here has. */
const slotsMax = 16;

const allRules = { obeysRecords: true, asksWhetherBaseIsKnown: true, decidesBeforeLeaving: true };
/** In how many seeds somebody rewrites; only there do packs hold more than one chunk. */
const rewritesEvery = 3;
/** Seeds alternate between a store that behaves and one whose answers often get lost. */
const mishaps = [
  { kill: 0.002, stall: 0.03, late: 0.002, again: 0.01 },
  { kill: 0.002, stall: 0.03, late: 0.06, again: 0.02 },
] as const;

export interface Explored {
  readonly steps: number;
  /** what was lost, and the way to it */
  readonly loss?: { readonly what: string; readonly trace: readonly string[] };
  readonly collections: number;
  readonly rewritings: number;
}

/** Writers, collectors and retention, each several times over, in the order that the seed gives. */
export async function explore(seed: number, broken: Broken = {}): Promise<Explored> {
  const scheduler = new Scheduler(seed, mishaps[seed % 2]!);
  const rewrites = seed % rewritesEvery === 0;
  const rules = { ...allRules, chunksPerPack: rewrites ? 4 : 1, ...broken.writers };
  const actor = (who: string, work: (actor: { scheduler: Scheduler; store: ObjectStore; who: string }) => Promise<void>, times: number) => {
    let store = scheduler.storeOf(who);
    if (broken.everybody !== undefined) store = broken.everybody(store);
    return (async () => {
      for (let turn = 0; turn < times; turn++) {
        const seen = who.startsWith('collector') && broken.collectors !== undefined ? broken.collectors(store) : store;
        await work({ scheduler, store: seen, who }).catch(expected);
      }
    })();
  };
  const unexpected: unknown[] = [];
  const expected = (error: { code?: string }) => {
    if (!/^(STORE_UNREACHABLE|VAULT_FENCED|VAULT_COMMIT_UNKNOWN|SESSION_LEFT|POINT_|COLLECTION_|PACK_ABSENT)/.test(error.code ?? '')) unexpected.push(error);
  };
  for (const writer of [1, 2, 3]) void actor(`writer ${writer}`, (self) => backUpOnce(self, rules), 4);
  for (const collector of [1, 2]) void actor(`collector ${collector}`, collectOnce, 14);
  if (rewrites) void actor('rewriter', rewriteOnce, 5);
  void actor('retention', retainOnce, 12);
  const checked = new Map<string, readonly NodeReference[]>();
  const places = new Places(scheduler.store);
  let fresh: string[] = [];
  let what: string | undefined;
  const check = () => {
    for (const key of scheduler.store.objects.keys()) if (key.startsWith('points/') && !checked.has(key) && !fresh.includes(key)) fresh.push(key);
    places.readForwards();
    for (const [key, slots] of checked) {
      if (scheduler.store.objects.has(key.replace('points/', 'deleted/')) || slots.length === 0) continue;
      if (magicOf(scheduler.store.objects.get(key)!.body) === 'HFFENCE1') what ??= `${key} was committed and is a fence now`;
      for (const slot of slots) if (places.of(slot) === undefined) what ??= `${key} needs slot ${slot.slot} of ${slot.pack}`;
    }
    if (what !== undefined) throw new Lost();
  };
  const run = async () => {
    await scheduler.run(() => {
      check();
      for (const key of fresh) checked.set(key, slotsOfNow(scheduler.store, places, key));
      fresh = [];
      check();
    });
  };
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
  }
  if (unexpected.length > 0) throw unexpected[0];
  if (what === undefined) what = await firstUnreadable(scheduler, checked);
  const objects = [...scheduler.store.objects];
  const collections = objects.filter(([key]) => key.endsWith('.closed')).length;
  const rewritings = objects.filter(([key, { body }]) => key.startsWith('forwards/') && magicOf(body) === 'HFFORWD1').length;
  return { steps: scheduler.steps, collections, rewritings, ...(what === undefined ? {} : { loss: { what, trace: scheduler.trace } }) };
}

class Lost extends Error {}

/** What a point that was committed just now needs: its map's leaf, and the chunks that it names. A fence needs nothing. */
function slotsOfNow(store: MemoryStore, places: Places, key: string): NodeReference[] {
  const { body } = store.objects.get(key)!;
  if (magicOf(body) === 'HFFENCE1') return [];
  const { vmId, sessionId } = parsePointId(key)!;
  const { root } = openManifest(keys, vmId, sessionId, body).disks[0]!.map;
  const at = places.of(root!);
  if (at === undefined) return [root!];
  const pack = Buffer.from(store.objects.get(packKey('meta', at.pack))!.body);
  const leaf = openSlot(pack.subarray(at.offset, at.offset + at.length), at.slot, packCipherKey(keys.metadata, at.pack))!;
  return [root!, ...decodeLeaf(leaf.plain).flatMap(({ chunk }) => chunk ?? [])];
}

/** Where slots are, by the store as it is: told without the code that is under test. */
class Places {
  readonly #store: MemoryStore;
  readonly #copies = new Map<string, SlotAddress[]>();
  readonly #read = new Set<string>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  readForwards(): void {
    for (const [key, { body }] of this.#store.objects) {
      if (!key.startsWith('forwards/') || this.#read.has(key)) continue;
      this.#read.add(key);
      if (magicOf(body) === 'HFFENCE1') continue;
      const { sources } = decodeForwards(openObject(keys, { kind: 'HFFORWD1', key, sessionId: key.slice('forwards/'.length) }, body));
      for (const { pack, find } of sources) {
        for (let slot = 0; slot < slotsMax; slot++) {
          const to = find(slot);
          if (to !== undefined) this.#copies.set(`${pack} ${slot}`, [...(this.#copies.get(`${pack} ${slot}`) ?? []), to]);
        }
      }
    }
  }

  of(slot: SlotAddress): SlotAddress | undefined {
    const { objects } = this.#store;
    if (objects.has(packKey('data', slot.pack)) || objects.has(packKey('meta', slot.pack))) return slot;
    for (const copy of this.#copies.get(`${slot.pack} ${slot.slot}`) ?? []) {
      const found = this.of(copy);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** At the end every undeleted point is read: manifest, map, and that all its packs are there. */
async function firstUnreadable({ store }: Scheduler, points: ReadonlyMap<string, unknown>): Promise<string | undefined> {
  for (const key of points.keys()) {
    const { body } = store.objects.get(key)!;
    if (store.objects.has(key.replace('points/', 'deleted/')) || magicOf(body) === 'HFFENCE1') continue;
    const { vmId, sessionId } = parsePointId(key)!;
    try {
      const gone = await absentPacks(store);
      for (const pack of (await packsOfPoint(store, keys, openManifest(keys, vmId, sessionId, body), gone)).keys())
        if (!store.objects.has(pack)) return `${key} needs ${pack}`;
    } catch (error) {
      return `${key}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

/** What outcomes name and isn't there any more. */
async function absentPacks(store: MemoryStore): Promise<Set<string>> {
  const gone = new Set<string>();
  for (const { number, outcome } of await listCycles(store)) if (outcome) for (const pack of (await readOutcome(store, keys, number)).packs) gone.add(pack);
  return gone;
}

/** A store whose listings of a prefix are what `change` makes of them. */
export function listingsOf(prefix: string, change: (infos: ObjectInfo[]) => ObjectInfo[]): (store: ObjectStore) => ObjectStore {
  return (store) => ({
    ...store,
    list: async function* (asked) {
      const infos = await Array.fromAsync(store.list(asked));
      yield* asked === prefix ? change(infos) : infos;
    },
  });
}
