import { pageBytes } from '../format.ts';
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

/** Sorts a segment's chunks by pack and offset and joins neighbours. A chunk that occurs several times is fetched once. */
export function rangesOf(entries: readonly LeafEntry[]): PackRange[] {
  const slots = new Map<string, { pack: string; offset: number; length: number; wish: Omit<SlotWish, 'at' | 'targets'>; targets: number[] }>();
  let page = 0;
  for (const { pages, chunk } of entries) {
    if (chunk !== undefined) {
      const key = `${chunk.pack}/${chunk.slot}`;
      const target = page * pageBytes;
      const known = slots.get(key);
      if (known === undefined) {
        const wish = { length: chunk.length, slot: chunk.slot, id: chunk.id, plainLength: pages * pageBytes };
        slots.set(key, { pack: chunk.pack, offset: chunk.offset, length: chunk.length, wish, targets: [target] });
      } else known.targets.push(target);
    }
    page += pages;
  }
  const sorted = [...slots.values()].sort((a, b) => (a.pack === b.pack ? a.offset - b.offset : a.pack < b.pack ? -1 : 1));
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
    range.wishes.push({ ...slot.wish, at: slot.offset - range.offset, targets: slot.targets });
  }
  return ranges;
}
