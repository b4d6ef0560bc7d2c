import { mapBounded } from '@holdfast/kit';
import { packHeaderBytes, packTrailerBytes } from '../format.ts';
import { packKey, readTrailer } from '../pack/layout.ts';
import type { CheckContext } from './check-context.ts';
import { checkRows, type IntactRow, type UsableSegment } from './check-index.ts';
import { groupsOf } from './check-packs.ts';
import type { CheckProgress, CheckSummary, Finding } from './finding.ts';
import { packOpener } from './inspect-pack.ts';
import type { PackFacts } from './pack-table.ts';
import { readWholePack } from './read-whole-pack.ts';
import { visitPoints } from './visit-points.ts';

/** A pack is read whole: at most 2 × 128 MiB in memory. */
const packsAtOnce = 2;
const samplesAtOnce = 8;
const slotsPerPack = 4;
/** Slots whose place is kept for comparing with maps and index: about 40 MiB. */
const slotsRememberedMax = 1_000_000;
const packsPerSave = 64;

export interface ReadingOptions {
  /** ends the step before the pack that would exceed it; at least one pack is read */
  readonly budgetBytes: number;
}

export interface Reading {
  packs: number;
  bytes: number;
  complete: boolean;
}

/** Level 4: opens and hashes every slot of every pack that points need or new backups may, least recently read first, then compares maps and index with what was found. */
export async function* readPacks(
  context: CheckContext,
  usable: readonly UsableSegment[],
  options: ReadingOptions,
  reading: Reading,
): AsyncGenerator<CheckProgress | Finding> {
  const { table, state, inside, answers, signal } = context;
  const now = inside.environment.clock.now();
  state.readingSince ??= now;
  const since = state.readingSince;
  const all = [...table.wanted()].filter(({ listed }) => listed > 0);
  const wanted = all.filter(({ id }) => state.readAt(id) < since).sort((a, b) => state.readAt(a.id) - state.readAt(b.id));
  const total = wanted.reduce((sum, { listed }) => sum + listed, 0);
  const known: PackFacts[] = [];
  const intact = new Set<number>();
  const compare = async function* () {
    yield* compareMaps(context, intact);
    yield* checkRows(context, usable, (row) => intact.has(markOf(row)));
    for (const pack of known.splice(0)) table.setKnown(pack.row, false);
    intact.clear();
  };
  let stopped = false;
  for (const group of groupsOf(wanted, packsPerSave)) {
    for (const few of groupsOf(group, packsAtOnce)) {
      const within = few.filter((pack, index) => {
        const before = few.slice(0, index).reduce((sum, { listed }) => sum + listed, reading.bytes);
        return before === 0 || before + pack.listed <= options.budgetBytes;
      });
      stopped = within.length < few.length;
      await mapBounded(within, packsAtOnce, async (pack) => {
        signal?.throwIfAborted();
        reading.bytes += pack.listed;
        if (!(await readPack(context, pack, intact))) return;
        table.setKnown(pack.row, true);
        known.push(pack);
        reading.packs++;
      });
      yield { kind: 'progress', stage: 'reading', done: reading.bytes, total, bytes: answers.bytes };
      if (intact.size >= slotsRememberedMax) yield* compare();
      if (stopped) break;
    }
    await state.save();
    if (stopped) break;
  }
  yield* compare();
  reading.complete = !stopped;
  if (!stopped) state.readingSince = undefined;
}

/** False when the store didn't hand it over. */
async function readPack(context: CheckContext, pack: PackFacts, intact: Set<number>): Promise<boolean> {
  const { inside, damage, state } = context;
  const { kind, id } = pack;
  const key = packKey(kind, id);
  const read = await readWholePack(context, pack);
  if ('state' in read) {
    damage.add(kind, id, { state: read.state, offset: 0, length: Number.POSITIVE_INFINITY, message: `${read.message}.` });
    return false;
  }
  const { problems, slots } = read;
  for (const { what, ...place } of problems) damage.add(kind, id, { ...place, state: 'damaged', message: `${key} isn’t what was written in ${what}.` });
  for (const { id: content, ...slot } of slots) intact.add(markOf({ ...slot, pack: id, id: content.toString('hex') }));
  if (problems.length === 0) state.mark(id, 'read', inside.environment.clock.now());
  return true;
}

/** Every reference of a map to a pack read just now must name an intact slot of it: nothing else would show that a writer was wrong. */
async function* compareMaps(context: CheckContext, intact: ReadonlySet<number>): AsyncGenerator<CheckProgress> {
  const { damage, table } = context;
  yield* visitPoints(context, 'reading', {
    once: true,
    node: (reference) => !damage.covers('meta', reference),
    lost: () => {}, // the first walk has said it, or locating will
    chunk: (reference) => {
      if (!table.isKnown(reference.pack) || intact.has(markOf(reference)) || damage.covers('data', reference)) return;
      const { pack, slot, offset, length } = reference;
      const message = `A disk map refers to slot ${slot} of ${packKey('data', pack)} as something that it isn’t.`;
      damage.add('data', pack, { thing: 'REFERENCE', state: 'damaged', offset, length, slot, message });
    },
  });
}

/** One number for a slot's place and content; two that differ have the same once in 2^53. */
function markOf({ pack, slot, offset, length, id }: IntactRow): number {
  const place = Number.parseInt(pack.slice(0, 8), 16) ^ Math.imul(slot, 0x9e3779b1) ^ Math.imul(offset, 0x85ebca6b) ^ Math.imul(length, 0xc2b2ae35);
  return Number.parseInt(id.slice(0, 8), 16) * 0x200000 + (place >>> 11);
}

/** Level 3: opens and hashes some slots of each needed pack, chosen by chance, of the packs least recently looked at first. */
export async function* samplePacks(
  context: CheckContext,
  options: ReadingOptions,
  reading: Reading,
): AsyncGenerator<CheckProgress, NonNullable<CheckSummary['sample']>> {
  const { table, state, inside, answers, signal } = context;
  const { random, clock } = inside.environment;
  const packs = [...table.wanted()]
    .filter(({ listed }) => listed > 0)
    .map((pack) => ({ pack, at: state.sampledAt(pack.id), chance: random.fraction() }))
    .sort((a, b) => a.at - b.at || a.chance - b.chance);
  const sums = { slots: 0, seen: 0, of: 0 };
  for (const group of groupsOf(packs, samplesAtOnce)) {
    if (reading.packs > 0 && reading.bytes >= options.budgetBytes) {
      reading.complete = false;
      break;
    }
    await mapBounded(group, samplesAtOnce, async ({ pack }) => {
      signal?.throwIfAborted();
      const { sampled, of, bytes, intact } = await samplePack(context, pack);
      sums.slots += sampled;
      sums.seen += of;
      reading.packs++;
      reading.bytes += bytes;
      if (intact) state.mark(pack.id, 'sampled', clock.now());
    });
    yield { kind: 'progress', stage: 'sample', done: reading.packs, total: packs.length, bytes: answers.bytes };
  }
  // Packs that weren't looked at have as many slots as those that were, on average.
  const of = Math.max(sums.slots, Math.round((sums.seen * packs.length) / Math.max(1, reading.packs)));
  const share = of === 0 ? 1 : sums.slots / of;
  return { slots: sums.slots, of, findsOne: share, findsOneInThousand: share >= 1 ? 1 : 1 - (1 - share) ** Math.max(1, of / 1000) };
}

async function samplePack({ inside, damage, answers, signal }: CheckContext, pack: PackFacts) {
  const { kind, id, listed } = pack;
  const key = packKey(kind, id);
  const result = { sampled: 0, of: 0, bytes: 0, intact: true };
  const get = async (offset: number, length: number) => {
    const bytes = Buffer.from(await inside.store.get(key, { range: { offset, length }, signal }));
    answers.fetched(length);
    result.bytes += length;
    return bytes;
  };
  const damaged = (offset: number, length: number, what: string, slot?: number) => {
    result.intact = false;
    damage.add(kind, id, { state: 'damaged', offset, length, slot, message: `${key} isn’t what was written in ${what}.` });
  };
  try {
    if (listed < packHeaderBytes + packTrailerBytes) throw new RangeError();
    const asked = kind === 'data' && inside.keys.signing !== undefined;
    const opener = packOpener(inside.keys, pack, asked ? await get(0, packHeaderBytes) : Buffer.alloc(packHeaderBytes));
    if (opener === undefined) {
      damaged(0, Number.POSITIVE_INFINITY, 'its header, which holds the key to all of it');
      return result;
    }
    const end = listed - packTrailerBytes;
    const trailer = readTrailer(await get(end, packTrailerBytes));
    if (trailer === undefined || trailer.tableOffset + trailer.tableLength !== end || trailer.tableOffset < packHeaderBytes) {
      damaged(end, packTrailerBytes, 'its trailer');
      return result;
    }
    const table = opener.table(await get(trailer.tableOffset, trailer.tableLength));
    if (table === undefined) {
      damaged(trailer.tableOffset, trailer.tableLength, 'its slot table');
      return result;
    }
    result.of = table.length;
    const left = Array.from(table.keys());
    for (let turn = 0; turn < slotsPerPack && left.length > 0; turn++) {
      const [slot] = left.splice(Math.floor(inside.environment.random.fraction() * left.length), 1);
      const { offset, length, id: content } = table[slot!]!;
      result.sampled++;
      if (opener.slot(await get(offset, length), slot!, content) === undefined) damaged(offset, length, `slot ${slot}`, slot);
    }
  } catch (error) {
    result.intact = false;
    if (error instanceof RangeError) damaged(0, Number.POSITIVE_INFINITY, 'its size');
    else {
      const state = answers.stateOf(error);
      damage.add(kind, id, { state, offset: 0, length: Number.POSITIVE_INFINITY, message: `${key} can’t be read: ${(error as Error).message}` });
    }
  }
  return result;
}
