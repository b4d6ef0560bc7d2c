import type { ObjectStore } from '@holdfast/store';
import { listCycles, readOutcome } from '../../src/collect/records.ts';
import type { NodeReference } from '../../src/model.ts';
import { openManifest, parsePointId } from '../../src/point/manifest.ts';
import { packsOfPoint } from '../../src/point/packs-of-point.ts';
import { magicOf } from '../../src/sealed-object.ts';
import { type Actor, backUpOnce, collectOnce, keys, retainOnce, rewriteOnce, type WriterRules } from './actors.ts';
import { Places, slotsOfNow } from './places.ts';
import { type Reading, restoreOnce } from './restore-actor.ts';
import { type Mishaps, Scheduler } from './scheduler.ts';

export type Role = 'writer' | 'collector' | 'retention' | 'restorer' | 'rewriter';

export interface Scene {
  readonly cast: readonly (readonly [who: string, role: Role, turns: number])[];
  readonly weather: Mishaps;
}

/** A rule that is off: in what writers do, or in what some or all of them see of the store. */
export interface Broken {
  /** who is there, and how often requests go astray, where what is wrong shows in few seeds only otherwise */
  readonly scene?: Scene;
  readonly writers?: Partial<WriterRules>;
  readonly stores?: Partial<Record<Role, (store: ObjectStore, scheduler: Scheduler) => ObjectStore>>;
}

const allRules: WriterRules = { registersFirst: true, obeysRecords: true, asksWhetherBaseIsKnown: true, decidesBeforeLeaving: true, chunksPerPack: 1 };

/**
 * Seeds take turns: a store that behaves and one whose answers often get lost, actors that stall for long, and actors that get
 * through whole pieces of their work while the others stand still.
 */
const weathers: readonly Mishaps[] = [
  { turn: 1, kill: 0.002, stall: 0.03, stallStepsMax: 80, late: 0.002, again: 0.01 },
  { turn: 1, kill: 0.002, stall: 0.03, stallStepsMax: 80, late: 0.06, again: 0.02 },
  { turn: 0.3, kill: 0.001, stall: 0.02, stallStepsMax: 100, late: 0.002, again: 0.002 },
  { turn: 0.1, kill: 0.001, stall: 0.01, stallStepsMax: 50, late: 0.02, again: 0.01 },
  { turn: 0.05, kill: 0.0005, stall: 0, stallStepsMax: 0, late: 0.005, again: 0.005 },
];
/** Who is there, and how many times each does his work. Small casts meet more often; the whole one comes with every tenth seed. */
function castOf(seed: number, random: () => number): Scene['cast'] {
  const whole = seed % 10 === 0;
  const some = (most: number, least = 1) => (whole ? most : least + Math.floor(random() * (most - least + 1)));
  const cast: [string, Role, number][] = [];
  const writers = some(3, 1);
  for (let writer = 1; writer <= writers; writer++) cast.push([`writer ${writer}`, 'writer', whole ? 4 : some(2)]);
  for (let collector = some(2); collector > 0; collector--) cast.push([`collector ${collector}`, 'collector', whole ? 12 : 5]);
  cast.push(['retention', 'retention', whole ? 10 : some(4, 2)]);
  if (random() < 0.34) cast.push(['rewriter', 'rewriter', whole ? 5 : some(2)]);
  if (some(1, 0) === 1) cast.push(['restorer', 'restorer', whole ? 5 : some(2)]);
  return cast;
}

/** What may come out of any of them where requests get lost, sessions are given up, or points deleted. */
const expected = /^(STORE_UNREACHABLE|VAULT_FENCED|VAULT_COMMIT_UNKNOWN|SESSION_LEFT|POINT_|COLLECTION_|RESTORE_|PACK_ABSENT)/;

export interface Explored {
  readonly steps: number;
  /** what was lost, and the way to it */
  readonly loss?: { readonly what: string; readonly trace: readonly string[] };
  readonly collections: number;
  readonly restores: number;
  readonly rewritings: number;
}

/** Writers, collectors, a rewriter, a restorer and retention, each several times over, in the order that the seed gives. */
export async function explore(seed: number, broken: Broken = {}): Promise<Explored> {
  const scheduler = new Scheduler(seed, broken.scene?.weather ?? weathers[seed % weathers.length]!);
  const judge = new Judge(scheduler);
  const cast = broken.scene?.cast ?? castOf(seed, scheduler.random);
  // Only where somebody rewrites do packs hold more than one chunk: else less comes to be needed again.
  const rewrites = cast.some(([, role]) => role === 'rewriter');
  const rules = { ...allRules, chunksPerPack: rewrites ? 4 : 1, ...broken.writers };
  let restores = 0;
  const works: Readonly<Record<Role, (actor: Actor) => Promise<void>>> = {
    writer: (actor) => backUpOnce(actor, rules),
    collector: collectOnce,
    retention: retainOnce,
    rewriter: rewriteOnce,
    restorer: (actor) => restoreOnce(actor, judge).then(() => void restores++),
  };
  const unexpected: unknown[] = [];
  // A point that all of them may use from the beginning on.
  await backUpOnce({ scheduler, store: scheduler.store, who: 'first' }, rules);
  for (const [who, role, turns] of cast) {
    const store = broken.stores?.[role]?.(scheduler.storeOf(who), scheduler) ?? scheduler.storeOf(who);
    void (async () => {
      for (let turn = 0; turn < turns; turn++) {
        await works[role]({ scheduler, store, who }).catch((error: { code?: string }) => {
          if (!expected.test(error.code ?? '')) unexpected.push(error);
        });
      }
    })();
  }
  try {
    await scheduler.run(() => judge.look());
    await judge.readAll();
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return { steps: scheduler.steps, collections: 0, restores, rewritings: 0, loss: { what: error.message, trace: scheduler.trace } };
  }
  // Where a rule is off, all sorts of things may come out.
  if (unexpected.length > 0 && broken.writers === undefined && broken.stores === undefined) throw unexpected[0];
  const objects = [...scheduler.store.objects];
  const collections = objects.filter(([key]) => key.endsWith('.closed')).length;
  const rewritings = objects.filter(([key, { body }]) => key.startsWith('forwards/') && magicOf(body) === 'HFFORWD1').length;
  return { steps: scheduler.steps, collections, restores, rewritings };
}

class Lost extends Error {}

/** Looks at the store itself, after every change to it. */
class Judge {
  readonly readings = new Map<string, Reading>();
  readonly #scheduler: Scheduler;
  readonly #places: Places;
  /** committed points and the slots that they need; a fence needs nothing */
  readonly #needs = new Map<string, readonly NodeReference[]>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#places = new Places(scheduler.store);
  }

  slotsOf(key: string): NodeReference[] {
    return slotsOfNow(this.#scheduler.store, this.#places, key);
  }

  look(): void {
    const { objects } = this.#scheduler.store;
    this.#places.readForwards();
    for (const key of objects.keys()) if (key.startsWith('points/') && !this.#needs.has(key)) this.#needs.set(key, this.slotsOf(key));
    for (const [key, slots] of this.#needs) {
      if (slots.length === 0 || objects.has(key.replace('points/', 'deleted/'))) continue;
      if (this.#isFence(key)) throw new Lost(`${key} was committed and is a fence now`);
      this.#find(slots, key);
    }
    for (const [who, { fence, slots }] of this.readings) if (!this.#scheduler.isDead(who) && !this.#isFence(fence)) this.#find(slots, who);
  }

  /** At the end every undeleted point is read: manifest, map, and that all its packs are there. */
  async readAll(): Promise<void> {
    const { store } = this.#scheduler;
    const gone = new Set<string>();
    for (const { number, outcome } of await listCycles(store)) if (outcome) for (const pack of (await readOutcome(store, keys, number)).packs) gone.add(pack);
    for (const [key, slots] of this.#needs) {
      if (slots.length === 0 || store.objects.has(key.replace('points/', 'deleted/'))) continue;
      const { vmId, sessionId } = parsePointId(key)!;
      const point = openManifest(keys, vmId, sessionId, store.objects.get(key)!.body);
      const packs = await packsOfPoint(store, keys, point, gone).catch((error: Error) => {
        throw new Lost(`${key}: ${error.message}`);
      });
      for (const pack of packs.keys()) if (!store.objects.has(pack)) throw new Lost(`${key} needs ${pack}`);
    }
  }

  #find(slots: readonly NodeReference[], who: string): void {
    for (const slot of slots) if (this.#places.of(slot) === undefined) throw new Lost(`${who} needs slot ${slot.slot} of ${slot.pack}`);
  }

  #isFence(key: string): boolean {
    const object = this.#scheduler.store.objects.get(key);
    return object !== undefined && magicOf(object.body) === 'HFFENCE1';
  }
}
