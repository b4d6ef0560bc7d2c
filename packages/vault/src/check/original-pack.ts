import { createHash } from 'node:crypto';
import type { ObjectStore } from '@holdfast/store';
import { packHeaderBytes, packTrailerBytes } from '../format.ts';
import { packKey, readTrailer } from '../pack/layout.ts';
import type { CheckContext } from './check-context.ts';
import { readSegments } from './check-index.ts';
import { groupsOf } from './check-packs.ts';
import { findPlaces, readChunk } from './find-chunks.ts';
import { inspectPack, packOpener } from './inspect-pack.ts';
import type { PackFacts } from './pack-table.ts';
import { mendSlots, rebuildPack, type SlotPlan, slotsByHeader } from './rebuild-pack.ts';

/** What was found for a damaged pack: its original bytes, proven to be that, or a sentence why not. */
export interface FoundPack {
  readonly pack: PackFacts;
  readonly original?: { readonly bytes: Buffer; readonly source: 'copy' | 'vault' };
  /** where the original can't be had: the pack with some of its damaged slots as they were */
  readonly better?: { readonly bytes: Buffer; readonly mended: number };
  readonly why: string;
}

/** Packs for which the index is read at once. */
const packsPerPass = 64;

type Slots = readonly { readonly offset: number; readonly length: number; readonly id: Buffer }[];

/** Original bytes of damaged packs, one at a time: from the second copy, or else put together from what the vault still has. */
export async function* findOriginals(context: CheckContext, packs: readonly PackFacts[], copy: ObjectStore | undefined): AsyncGenerator<FoundPack> {
  const { store } = context.inside;
  const damaged = new Set(packs.map(({ id }) => id));
  for (const group of groupsOf(packs, packsPerPass)) {
    const rest: { pack: PackFacts; copyIs: string }[] = [];
    for (const pack of group) {
      const theirs = copy === undefined ? undefined : await fetchPack(context, copy, pack);
      if (theirs !== undefined && isOriginal(context, pack, theirs)) yield { pack, original: { bytes: theirs, source: 'copy' }, why: '' };
      else
        rest.push({ pack, copyIs: copy === undefined ? '' : theirs === undefined ? 'the copy doesn’t have it, and ' : 'it is damaged in the copy, too, and ' });
    }
    const indexed = rest.length === 0 ? new Map<string, Slots>() : await slotsByIndex(context, new Set(rest.map(({ pack }) => pack.id)));
    const lost = new Set<string>();
    for (const { pack } of rest)
      for (const { id, intact } of planOf(context, pack, await fetchPack(context, store, pack), indexed.get(pack.id)))
        if (intact === undefined) lost.add(id.toString('hex'));
    const places = lost.size === 0 ? new Map() : await findPlaces(context, lost, damaged);
    for (const { pack, copyIs } of rest) {
      const there = await fetchPack(context, store, pack);
      const slots: SlotPlan[] = [];
      let missing = 0;
      for (const slot of planOf(context, pack, there, indexed.get(pack.id))) {
        const plain =
          slot.intact === undefined && pack.kind === 'data' ? await readChunk(context, slot.id, places.get(slot.id.toString('hex')) ?? []) : undefined;
        if (slot.intact === undefined && plain === undefined) missing++;
        slots.push({ ...slot, plain });
      }
      const { size, sha256 } = pack;
      const bytes = missing > 0 || sha256 === undefined ? undefined : rebuildPack(context.inside.keys, { ...pack, size, sha256 }, slots, there);
      if (bytes !== undefined) yield { pack, original: { bytes, source: 'vault' }, why: '' };
      else {
        const better = missing > 0 && there !== undefined ? mendSlots(context.inside.keys, pack, slots, there) : undefined;
        yield { pack, why: copyIs + whyNot(slots.length, missing), ...(better === undefined ? {} : { better }) };
      }
    }
  }
}

function whyNot(slots: number, missing: number): string {
  if (slots === 0) return 'nothing tells what was in it';
  return missing === 0 ? 'put together again it isn’t what was written' : `${missing} of its ${slots} slots are nowhere else in the vault`;
}

async function fetchPack({ answers, signal }: CheckContext, store: ObjectStore, { kind, id }: PackFacts): Promise<Buffer | undefined> {
  try {
    const bytes = Buffer.from(await store.get(packKey(kind, id), { signal }));
    answers.fetched(bytes.length);
    return bytes;
  } catch (error) {
    answers.stateOf(error);
    return undefined;
  }
}

function isOriginal({ inside }: CheckContext, pack: PackFacts, bytes: Buffer): boolean {
  if (pack.sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== pack.sha256) return false;
  return inspectPack(bytes, pack, inside.keys).problems.length === 0;
}

/** The slots of a pack in order, each with its bytes where they are intact. Of the table, the index and the headers, the first that can be had. */
function planOf({ inside }: CheckContext, pack: PackFacts, bytes: Buffer | undefined, indexed: Slots | undefined): SlotPlan[] {
  if (bytes === undefined || bytes.length < packHeaderBytes + packTrailerBytes) return (indexed ?? []).map((slot) => ({ ...slot }));
  const opener = packOpener(inside.keys, pack, bytes.subarray(0, packHeaderBytes));
  const trailer = readTrailer(bytes.subarray(-packTrailerBytes));
  const table = trailer === undefined ? undefined : opener?.table(bytes.subarray(trailer.tableOffset, trailer.tableOffset + trailer.tableLength));
  const slots = table ?? indexed ?? slotsByHeader(bytes, Math.min(bytes.length, pack.size) - packTrailerBytes);
  return slots.map(({ offset, length, id }, number) => {
    const slot = bytes.subarray(offset, offset + length);
    return { offset, length, id, ...(opener?.slot(slot, number, id) === undefined ? {} : { intact: slot }) };
  });
}

/** Slots of data packs as index segments name them. */
async function slotsByIndex(context: CheckContext, packs: ReadonlySet<string>): Promise<Map<string, Slots>> {
  const slots = new Map<string, Map<number, Slots[number]>>();
  const segments = readSegments(context, (segment) => {
    for (const row of segment.rows()) {
      const pack = segment.packs[row.pack]!.id;
      if (!packs.has(pack)) continue;
      const known = slots.get(pack) ?? new Map<number, Slots[number]>();
      known.set(row.slot, { offset: row.offset, length: row.length, id: Buffer.from(row.id) });
      slots.set(pack, known);
    }
  });
  for await (const _ of segments); // the check before has told of them
  return new Map([...slots].map(([pack, rows]) => [pack, [...rows].sort(([a], [b]) => a - b).map(([, slot]) => slot)]));
}
