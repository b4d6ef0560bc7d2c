import { GiB, MiB } from '@holdfast/kit';
import { type Horizon, horizonOf, type LockDay } from '../src/locks/lock-days.ts';
import { type LockFacts, planLocks } from '../src/locks/plan-locks.ts';

/** Daily points of some VMs, at the scale of packs: nothing is read or written, and the decisions are those of real backups. */
export interface LockSimulation {
  readonly bytes: number;
  readonly vms: number;
  readonly days: number;
  readonly immutableDays: number;
  /** of all bytes, each day */
  readonly changed: number;
  /** `hot`: four fifths of the changes fall into a tenth of each disk, as they mostly do; `even`: anywhere, which is the worst */
  readonly changes: 'hot' | 'even';
  readonly seed: number;
  /** the locks of all that a point needs are looked at each so many days */
  readonly lookEvery?: number;
  /** to see that a violation is seen */
  readonly broken?: 'no walk' | 'no look at what is used again' | 'records that say too much' | undefined;
}

export interface LockYear {
  /** requests that lock something longer */
  readonly calls: number;
  /** the most on one day */
  readonly busiestDay: number;
  /** one for each block of a MiB in ten days, over the same time */
  readonly knownPractice: number;
  readonly packsWritten: number;
  readonly packsNeeded: number;
  /** points that needed something which was locked less than they promised */
  readonly violations: number;
}

const packBytes = 64 * MiB;
/** What is changed or not as a whole. */
const unitBytes = 4 * MiB;
const unitsPerPack = packBytes / unitBytes;
/** A run of changed units is so long on average. */
const runUnits = 8;
/** Of what is new, this share is in another VM's packs already, and this in packs that no point needs at the moment. */
const sharedShare = 0.02;
const revivedShare = 0.001;

export async function simulateLocks(options: LockSimulation): Promise<LockYear> {
  const { vms, days, immutableDays, changed, broken, lookEvery = 1 } = options;
  const random = generator(options.seed);
  const unitsPerVm = Math.floor(options.bytes / vms / unitBytes);
  const start = Date.parse('2026-01-01T22:00:00Z') / 86_400_000;
  /** of each pack, until when it is locked */
  let locked = new Uint16Array(1024 * 1024);
  let packs = 0;
  let calls = 0;
  let busiestDay = 0;
  let violations = 0;
  const vm = Array.from({ length: vms }, (_, n) => ({
    id: (n * 7).toString(16).padStart(8, '0'),
    units: new Uint32Array(unitsPerVm),
    baseDay: undefined as LockDay | undefined,
  }));
  const newPack = (day: LockDay) => {
    if (packs === locked.length) {
      const grown = new Uint16Array(locked.length * 2);
      grown.set(locked);
      locked = grown;
    }
    locked[packs] = day;
    return packs++;
  };

  for (let day = 0; day < days; day++) {
    let today = 0;
    for (const [number, { id, units, baseDay }] of vm.entries()) {
      const horizon: Horizon = horizonOf((start + day) * 86_400_000, { mode: 'compliance', days: immutableDays });
      const written = new Set<string>();
      const reused = new Set<string>();
      let filled = unitsPerPack;
      let open = 0;
      const write = (unit: number) => {
        const other = vm[Math.floor(random() * vms)]!;
        if (day > 0 && other.id !== id && random() < sharedShare) {
          units[unit] = other.units[Math.floor(random() * unitsPerVm)]!;
          reused.add(String(units[unit]));
          return;
        }
        if (day > 0 && random() < revivedShare) {
          units[unit] = Math.floor(random() * packs);
          reused.add(String(units[unit]));
          return;
        }
        if (filled === unitsPerPack) {
          open = newPack(horizon.locked);
          written.add(String(open));
          filled = 0;
        }
        units[unit] = open;
        filled++;
      };
      if (day === 0) for (let unit = 0; unit < unitsPerVm; unit++) write(unit);
      else for (const unit of changedUnits(random, unitsPerVm, changed, options.changes)) write(unit);
      const facts: LockFacts = {
        horizon,
        written,
        reused: broken === 'no look at what is used again' ? [] : reused,
        baseDay: broken === 'no walk' && day > 0 ? horizon.locked : baseDay,
        packsOfMaps: async () => new Set(Array.from(new Set(units), String)),
        dayOf: (pack) => locked[Number(pack)]! + (broken === 'records that say too much' ? 20 : 0),
      };
      const { extend, pointDay } = await planLocks(facts);
      for (const pack of extend) locked[Number(pack)] = Math.max(locked[Number(pack)]!, horizon.extended);
      vm[number]!.baseDay = pointDay;
      today += extend.size;
      if (day % lookEvery === 0 && units.some((pack) => locked[pack]! < horizon.needed)) violations++;
    }
    calls += today;
    busiestDay = Math.max(busiestDay, today);
  }
  const needed = new Set<number>();
  for (const { units } of vm) for (const pack of units) needed.add(pack);
  const knownPractice = Math.round((options.bytes / MiB) * (days / 10));
  return { calls, busiestDay, knownPractice, packsWritten: packs, packsNeeded: needed.size, violations };
}

function* changedUnits(random: () => number, count: number, share: number, changes: LockSimulation['changes']): Generator<number> {
  const hot = Math.floor(count / 10);
  const units = new Set<number>();
  while (units.size < count * share) {
    const [from, to] = changes === 'even' ? [0, count] : random() < 0.8 ? [0, hot] : [hot, count];
    let unit = from + Math.floor(random() * (to - from));
    for (let left = 1 + Math.floor(random() * 2 * runUnits); left > 0 && unit < to; left--) units.add(unit++);
  }
  yield* [...units].sort((a, b) => a - b);
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** As a command: the whole year, which takes a minute or two. */
if (process.argv[1] === import.meta.filename) {
  for (const changes of ['hot', 'even'] as const) {
    for (const immutableDays of [30]) {
      const year = await simulateLocks({ bytes: 10 * 1024 * GiB, vms: 10, days: 365, immutableDays, changed: 0.05, changes, seed: 1, lookEvery: 7 });
      const { calls, knownPractice, busiestDay, packsWritten, packsNeeded, violations } = year;
      console.log(
        `${changes} changes, ${immutableDays} days: ${calls} calls, the known practice ${knownPractice}: ${(knownPractice / calls).toFixed(0)} times fewer; ` +
          `at most ${busiestDay} a day; ${packsNeeded} of ${packsWritten} packs needed at the end; ${violations} violations`,
      );
    }
  }
}
