import type { ObjectInfo, ObjectStore } from '@holdfast/store';
import { openManifest, parsePointId } from '../../src/point/manifest.ts';
import { packsOfPoint } from '../../src/point/packs-of-point.ts';
import { magicOf } from '../../src/sealed-object.ts';
import { backUpOnce, collectOnce, keys, retainOnce, type WriterRules } from './actors.ts';
import { Scheduler } from './scheduler.ts';

/** A rule that is off: in what writers do, or in what collectors see of the store. */
export interface Broken {
  readonly writers?: Partial<WriterRules>;
  readonly collectors?: (store: ObjectStore) => ObjectStore;
  readonly everybody?: (store: ObjectStore) => ObjectStore;
}

const allRules: WriterRules = { obeysRecords: true, asksWhetherBaseIsKnown: true, decidesBeforeLeaving: true };
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
}

/** Writers, collectors and retention, each several times over, in the order that the seed gives. */
export async function explore(seed: number, broken: Broken = {}): Promise<Explored> {
  const scheduler = new Scheduler(seed, mishaps[seed % 2]!);
  const rules = { ...allRules, ...broken.writers };
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
    if (!/^(STORE_UNREACHABLE|VAULT_FENCED|VAULT_COMMIT_UNKNOWN|SESSION_LEFT|POINT_|COLLECTION_)/.test(error.code ?? '')) unexpected.push(error);
  };
  for (const writer of [1, 2, 3]) void actor(`writer ${writer}`, (self) => backUpOnce(self, rules), 4);
  for (const collector of [1, 2]) void actor(`collector ${collector}`, collectOnce, 14);
  void actor('retention', retainOnce, 12);
  const checked = new Map<string, readonly string[]>();
  let fresh: string[] = [];
  let what: string | undefined;
  const check = () => {
    for (const key of scheduler.store.objects.keys()) if (key.startsWith('points/') && !checked.has(key) && !fresh.includes(key)) fresh.push(key);
    for (const [key, packs] of checked) {
      if (scheduler.store.objects.has(key.replace('points/', 'deleted/')) || packs.length === 0) continue;
      if (magicOf(scheduler.store.objects.get(key)!.body) === 'HFFENCE1') what ??= `${key} was committed and is a fence now`;
      for (const pack of packs) if (!scheduler.store.objects.has(pack)) what ??= `${key} needs ${pack}`;
    }
    if (what !== undefined) throw new Lost();
  };
  const run = async () => {
    await scheduler.run(() => {
      check();
      for (const key of fresh) checked.set(key, packsOfNow(scheduler, key));
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
  const collections = [...scheduler.store.objects.keys()].filter((key) => key.endsWith('.closed')).length;
  return { steps: scheduler.steps, collections, ...(what === undefined ? {} : { loss: { what, trace: scheduler.trace } }) };
}

class Lost extends Error {}

/** What a point that was committed just now needs, from what its manifest says; a fence needs nothing. */
function packsOfNow({ store }: Scheduler, key: string): string[] {
  const { body } = store.objects.get(key)!;
  if (magicOf(body) === 'HFFENCE1') return [];
  const { vmId, sessionId } = parsePointId(key)!;
  const { introduced, disks } = openManifest(keys, vmId, sessionId, body);
  const needed = new Set(disks.flatMap(({ map }) => (map.root === undefined ? [] : [map.root.pack])));
  for (const { id } of introduced.packs) needed.add(id);
  return [...needed].map(
    (id) => [`data/${id.slice(0, 2)}/${id}`, `meta/${id.slice(0, 2)}/${id}`].find((at) => store.objects.has(at)) ?? `meta/${id.slice(0, 2)}/${id}`,
  );
}

/** At the end every undeleted point is read: manifest, map, and that all its packs are there. */
async function firstUnreadable({ store }: Scheduler, points: ReadonlyMap<string, unknown>): Promise<string | undefined> {
  for (const key of points.keys()) {
    const { body } = store.objects.get(key)!;
    if (store.objects.has(key.replace('points/', 'deleted/')) || magicOf(body) === 'HFFENCE1') continue;
    const { vmId, sessionId } = parsePointId(key)!;
    try {
      for (const pack of (await packsOfPoint(store, keys, openManifest(keys, vmId, sessionId, body))).keys())
        if (!store.objects.has(pack)) return `${key} needs ${pack}`;
    } catch (error) {
      return `${key}: ${(error as Error).message}`;
    }
  }
  return undefined;
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
