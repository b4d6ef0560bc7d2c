import { pageBytes } from '../format.ts';
import type { NodeReference } from '../model.ts';
import type { LeafEntry } from '../tree/node.ts';
import type { SlotWish } from './open-slots.ts';

/** Bytes of one pack that come with one request, and what is wanted of them. */
export interface PackRange {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
  readonly wishes: readonly SlotWish[];
}

/** At common speeds a gap of this size is fetched sooner than another request is answered. */
const gapBytesMax = 1024 * 1024;
const rangeBytesMax = 4 * 1024 * 1024;

/** A slot that is wanted, and what for. */
interface WantedSlot extends NodeReference {
  readonly plainLength: number;
  readonly targets: number[];
}

/** Sorts a segment's chunks by pack and offset and joins neighbours. A chunk that occurs several times is fetched once. */
export function rangesOf(entries: readonly LeafEntry[]): PackRange[] {
  const slots = new Map<string, WantedSlot>();
  let page = 0;
  for (const { pages, chunk } of entries) {
    if (chunk !== undefined) {
      const key = `${chunk.pack}/${chunk.slot}`;
      const target = page * pageBytes;
      const known = slots.get(key);
      if (known === undefined) slots.set(key, { ...chunk, plainLength: pages * pageBytes, targets: [target] });
      else known.targets.push(target);
    }
    page += pages;
  }
  return joined([...slots.values()]);
}

/** The same, of what a range was to bring, where its slots lie elsewhere by now. */
export function rangesElsewhere(range: PackRange, place: (slot: NodeReference) => NodeReference): PackRange[] {
  return joined(
    range.wishes.map(({ at, length, slot, id, plainLength, targets }) => ({
      ...place({ pack: range.pack, slot, offset: range.offset + at, length, id }),
      plainLength,
      targets: [...targets],
    })),
  );
}

function joined(slots: WantedSlot[]): PackRange[] {
  const sorted = slots.sort((a, b) => (a.pack === b.pack ? a.offset - b.offset : a.pack < b.pack ? -1 : 1));
  const ranges: (PackRange & { length: number; wishes: SlotWish[] })[] = [];
  for (const slot of sorted) {
    const last = ranges.at(-1);
    const joins =
      last !== undefined &&
      last.pack === slot.pack &&
      slot.offset - (last.offset + last.length) <= gapBytesMax &&
      slot.offset + slot.length - last.offset <= rangeBytesMax;
    const range = joins ? last : { pack: slot.pack, offset: slot.offset, length: 0, wishes: [] };
    if (!joins) ranges.push(range);
    range.length = slot.offset + slot.length - range.offset;
    const { length, slot: number, id, plainLength, targets } = slot;
    range.wishes.push({ length, slot: number, id, plainLength, at: slot.offset - range.offset, targets });
  }
  return ranges;
}
