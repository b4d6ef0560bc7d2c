import { systemRandom } from '@holdfast/kit';
import type { ObjectInfo, ObjectStore } from '@holdfast/store';
import { decodeForwards, encodeForwards } from '../../src/forward/forward-record.ts';
import { magicOf, openObject, sealObject } from '../../src/sealed-object.ts';
import { keys } from './actors.ts';
import type { Broken, Scene } from './explore.ts';
import type { Mishaps, Scheduler } from './scheduler.ts';

type Wrap = (store: ObjectStore, scheduler: Scheduler) => ObjectStore;

/** A store whose listings of a prefix are what `change` makes of them. */
const listings =
  (prefix: string, change: (infos: ObjectInfo[], store: ObjectStore, scheduler: Scheduler) => ObjectInfo[] | Promise<ObjectInfo[]>): Wrap =>
  (store, scheduler) => ({
    ...store,
    list: async function* (asked) {
      const infos = await Array.fromAsync(store.list(asked));
      yield* asked.startsWith(prefix) ? await change(infos, store, scheduler) : infos;
    },
  });

const brokenOff = (prefix: string) => listings(prefix, (infos) => infos.slice(0, -1));
const nothingOf = (prefix: string) => listings(prefix, () => []);

/** Gives what the first listing gave, until the key that is named is put. */
const frozen =
  (prefix: string, until: RegExp): Wrap =>
  (store) => {
    let first: ObjectInfo[] | undefined;
    return {
      ...store,
      put: async (key, body, options) => {
        const info = await store.put(key, body, options);
        if (until.test(key)) first = undefined;
        return info;
      },
      list: async function* (asked) {
        const infos = await Array.fromAsync(store.list(asked));
        if (asked === prefix) first ??= infos;
        yield* asked === prefix ? first! : infos;
      },
    };
  };

const unconditional =
  (pattern: RegExp): Wrap =>
  (store) => ({
    ...store,
    put: (key, body, options) => store.put(key, body, pattern.test(key) ? { ...options, ifAbsent: false } : options),
  });

const unregistered: Wrap = (store) => ({
  ...store,
  put: async (key, body, options) => (key.startsWith('sessions/') ? { key, size: body.length } : store.put(key, body, options)),
});

/** Sees records as if each named all slots of the packs that it names. */
const generous: Wrap = (store) => ({
  ...store,
  get: async (key, options) => {
    const bytes = await store.get(key, options);
    const sessionId = /^forwards\/(.*)/.exec(key)?.[1];
    if (sessionId === undefined || magicOf(bytes) !== 'HFFORWD1') return bytes;
    const name = { kind: 'HFFORWD1', key, sessionId } as const;
    const { targets, sources } = decodeForwards(openObject(keys, name, bytes));
    const all = sources.map(({ pack, find }) => {
      const known = Array.from({ length: 16 }, (_, slot) => find(slot));
      const some = known.find((to) => to !== undefined)!;
      return { pack, slots: known.map((to, slot) => ({ slot, to: to ?? some })) };
    });
    return sealObject(keys, name, encodeForwards({ targets, sources: all }), systemRandom);
  },
});

const calm: Mishaps = { turn: 0.07, kill: 0, stall: 0, stallStepsMax: 0, late: 0, again: 0 };
const lossy: Mishaps = { ...calm, late: 0.08 };
const few: Scene['cast'] = [
  ['writer 1', 'writer', 1],
  ['writer 2', 'writer', 2],
  ['collector 1', 'collector', 5],
  ['retention', 'retention', 3],
];
const scenes = {
  whole: {
    cast: [
      ['writer 1', 'writer', 4],
      ['writer 2', 'writer', 4],
      ['writer 3', 'writer', 4],
      ['collector 1', 'collector', 12],
      ['collector 2', 'collector', 12],
      ['retention', 'retention', 10],
    ],
    weather: { ...calm, turn: 0.3, stall: 0.02, stallStepsMax: 100 },
  },
  few: { cast: few, weather: calm },
  rewriting: {
    cast: [
      ['writer 1', 'writer', 5],
      ['rewriter', 'rewriter', 4],
      ['collector 1', 'collector', 6],
      ['retention', 'retention', 4],
    ],
    weather: calm,
  },
  stalling: { cast: few, weather: { ...calm, turn: 0.3, stall: 0.03, stallStepsMax: 300 } },
  lossy: { cast: few, weather: lossy },
  restores: {
    cast: [
      ['writer 1', 'writer', 2],
      ['collector 1', 'collector', 5],
      ['retention', 'retention', 3],
      ['restorer', 'restorer', 4],
    ],
    weather: calm,
  },
  undeletes: {
    cast: [
      ['collector 1', 'collector', 5],
      ['retention', 'retention', 4],
      ['retention too', 'retention', 4],
    ],
    weather: calm,
  },
} satisfies Readonly<Record<string, Scene>>;
export interface BrokenRule {
  /** what is wrong, in words that go before “would lose something” */
  readonly what: string;
  readonly broken: Broken;
  /** the first seed known to show it */
  readonly seed: number;
}

/** Rules of docs/collection.md, switched off; those that seeds show in a second or two. */
export const brokenRules: readonly BrokenRule[] = [
  { what: 'writers that look before they register', broken: { scene: scenes.few, writers: { registersFirst: false } }, seed: 75 },
  { what: 'writers that ignore the records', broken: { scene: scenes.whole, writers: { obeysRecords: false } }, seed: 28 },
  { what: 'writers that leave while their commit is under way', broken: { scene: scenes.lossy, writers: { decidesBeforeLeaving: false } }, seed: 29 },
  {
    what: 'commits and fences without a condition',
    broken: { scene: scenes.stalling, stores: { writer: unconditional(/^points\//), collector: unconditional(/^points\//) } },
    seed: 38,
  },
  {
    what: 'collectors that list sessions before they put the record',
    broken: { scene: scenes.few, stores: { collector: frozen('sessions/', /\.sessions$/) } },
    seed: 104,
  },
  { what: 'collectors that wait for nobody', broken: { scene: scenes.few, stores: { collector: nothingOf('sessions/') } }, seed: 12 },
  { what: 'collectors that mark once', broken: { scene: scenes.few, stores: { collector: frozen('points/', /\.closed$/) } }, seed: 1 },
  { what: 'an undelete that ignores the records', broken: { scene: scenes.undeletes, stores: { retention: nothingOf('gc/') } }, seed: 196 },
  { what: 'restores that don’t register', broken: { scene: scenes.restores, stores: { restorer: unregistered } }, seed: 7 },
  {
    what: 'collectors that take a forward of one slot for one of the whole pack',
    broken: { scene: scenes.rewriting, stores: { collector: generous } },
    seed: 7,
  },
  { what: 'a listing of points that breaks off and counts as whole', broken: { scene: scenes.few, stores: { collector: brokenOff('points/') } }, seed: 4 },
  { what: 'a listing of sessions that breaks off and counts as whole', broken: { scene: scenes.few, stores: { collector: brokenOff('sessions/') } }, seed: 10 },
];
