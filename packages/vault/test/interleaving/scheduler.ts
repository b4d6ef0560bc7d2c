import { systemRandom } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { type MemoryStore, memoryStore } from '@holdfast/store/testing';

/** A small generator whose whole course follows from its seed. */
function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Request {
  readonly who: string;
  readonly what: string;
  readonly changes: boolean;
  run(): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** How often, per request. */
export interface Mishaps {
  readonly kill: number;
  readonly stall: number;
  /** no answer, and it arrives later */
  readonly late: number;
  /** answered, and it arrives once more */
  readonly again: number;
  /** how often somebody else’s turn comes, where the one who had it still wants it */
  readonly turn: number;
  /** longest stall, in steps of all */
  readonly stallStepsMax: number;
}

const stepsMax = 6000;
/** How much time a step takes: leases run out after some hundred steps of all. */
export const stepMs = 8_000;

/**
 * Lets actors take requests to one store in an order that follows from a seed. Every request is a step; between steps nobody runs.
 * An actor can be killed or stalled at any step, and a request can arrive late or twice.
 */
export class Scheduler {
  readonly store: MemoryStore;
  readonly random: () => number;
  readonly trace: string[] = [];
  steps = 0;
  readonly #mishaps: Mishaps;
  readonly #pending: Request[] = [];
  readonly #late: Request[] = [];
  readonly #dead = new Set<string>();
  readonly #stalledUntil = new Map<string, number>();
  #last: string | undefined;
  #idle: { readonly until: () => boolean; readonly resolve: () => void }[] = [];

  constructor(seed: number, mishaps: Mishaps) {
    this.random = seeded(seed);
    this.#mishaps = mishaps;
    const now = () => this.steps * stepMs;
    this.store = memoryStore({}, { clock: { now, elapsed: now, sleep: async () => {} }, random: systemRandom });
  }

  /** The store as one actor sees it. */
  storeOf(who: string): ObjectStore {
    const { store } = this;
    const ask = <T>(what: string, changes: boolean, run: () => Promise<T>): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        if (!this.#dead.has(who)) this.#pending.push({ who, what, changes, run, resolve: resolve as (value: unknown) => void, reject });
      });
    return {
      ...store,
      put: (key, body, options) => ask(`put ${key}`, true, () => store.put(key, body, options)),
      get: (key, options) => ask(`get ${key}`, false, () => store.get(key, options)),
      head: (key) => ask(`head ${key}`, false, () => store.head(key)),
      delete: (keys) => ask(`delete ${keys.join(' ')}`, true, () => store.delete(keys)),
      list: async function* (prefix) {
        if (prefix === 'damaged/') return; // nobody notes anything here; a step for it would only thin out the others
        yield* await ask(`list ${prefix}`, false, () => Array.fromAsync(store.list(prefix)));
      },
    };
  }

  /** Waits without a request until there is something to do, or nobody else does anything any more. */
  idle(until: () => boolean): Promise<void> {
    return new Promise((resolve) => this.#idle.push({ until, resolve }));
  }

  isDead(who: string): boolean {
    return this.#dead.has(who);
  }

  /** Takes steps until nobody asks for anything any more; `check` runs after each one that changes something. */
  async run(check: () => void): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const quiet = this.#pending.length + this.#late.length === 0;
      if (quiet && this.#idle.length === 0) return;
      const awake = this.#idle.filter(({ until }) => quiet || until());
      if (awake.length > 0) {
        this.#idle = this.#idle.filter((one) => !awake.includes(one));
        for (const { resolve } of awake) resolve();
        continue;
      }
      if (++this.steps > stepsMax) throw new Error(`no end after ${stepsMax} steps`);
      const ready = this.#pending.filter(({ who }) => (this.#stalledUntil.get(who) ?? 0) <= this.steps);
      const same = ready.find(({ who }) => who === this.#last);
      const choice = Math.floor(this.random() * (ready.length + this.#late.length * 0.1 + 0.01));
      const request = same !== undefined && this.random() > this.#mishaps.turn ? same : ready[choice];
      this.#last = request?.who;
      if (request === undefined) {
        if (this.#late.length > 0) await this.#arrive(check);
        continue;
      }
      await this.#take(request, check);
    }
  }

  async #take(request: Request, check: () => void): Promise<void> {
    const { who } = request;
    const lot = this.random();
    const { kill, stall, late, again, stallStepsMax } = this.#mishaps;
    if (lot < kill) {
      this.#dead.add(who);
      for (let at = this.#pending.length - 1; at >= 0; at--) if (this.#pending[at]!.who === who) this.#pending.splice(at, 1);
      this.trace.push(`${who} dies before ${request.what}`);
      return;
    }
    if (lot < kill + stall) {
      this.#stalledUntil.set(who, this.steps + Math.floor(this.random() * stallStepsMax));
      return;
    }
    this.#pending.splice(this.#pending.indexOf(request), 1);
    if (request.changes && lot > 1 - late) {
      this.#late.push(request);
      this.trace.push(`${who}: ${request.what}, no answer`);
      request.reject(Object.assign(new Error('no answer'), { code: 'STORE_UNREACHABLE' }));
      return;
    }
    if (request.changes && lot > 1 - late - again) this.#late.push(request);
    this.trace.push(`${who}: ${request.what}`);
    await request.run().then(request.resolve, request.reject);
    if (request.changes) check();
  }

  async #arrive(check: () => void): Promise<void> {
    const [request] = this.#late.splice(Math.floor(this.random() * this.#late.length), 1);
    this.trace.push(`late from ${request!.who}: ${request!.what}`);
    await request!.run().catch(() => {});
    check();
  }
}
