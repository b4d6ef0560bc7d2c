import { readRecords } from '../collect/records.ts';
import { forwardsOf } from '../forward/forwards.ts';
import type { NodeReference, SlotAddress } from '../model.ts';
import { readNodes } from '../tree/node-reader.ts';
import type { CheckContext } from './check-context.ts';
import type { Needer } from './damage.ts';
import type { CheckProgress } from './finding.ts';
import { livePoints } from './read-points.ts';
import { type DiskRange, visitMap } from './visit-map.ts';

/** About 30 MiB. Forgetting one costs reading a subtree again. */
const subtreesRememberedMax = 200_000;

export interface PointsVisitor {
  /** Points share subtrees: true visits each but once, false once for every point that needs it. */
  readonly once: boolean;
  node(reference: NodeReference, needer: Needer, range: DiskRange): boolean;
  chunk(reference: NodeReference, needer: Needer, range: DiskRange): void;
  lost(reference: NodeReference, needer: Needer, range: DiskRange, error: unknown): void;
}

/** Goes through the maps and small files of all points that can be restored, point by point. */
export async function* visitPoints(context: CheckContext, stage: CheckProgress['stage'], visitor: PointsVisitor): AsyncGenerator<CheckProgress> {
  const { inside, answers, signal } = context;
  const seen = new Set<string>();
  const isNew = ({ pack, slot }: NodeReference) => {
    if (!visitor.once) return true;
    const place = `${pack}/${slot}`;
    if (seen.has(place)) return false;
    if (seen.size >= subtreesRememberedMax)
      for (const oldest of seen) {
        seen.delete(oldest);
        break;
      }
    seen.add(place);
    return true;
  };
  const { store, keys, description } = inside;
  // Anew for each walk: what collection has taken since, it took because there are copies.
  const place = await currentPlaces(context);
  const maps = { store, keys, signal, place, segmentBytes: description.chunker.segmentBytes, fetched: (bytes: number) => answers.fetched(bytes) };
  let done = 0;
  for await (const point of livePoints({ store, keys, signal })) {
    for (const { key, label, map } of point.disks) {
      const needer: Needer = { point: point.id, vm: point.vm.name, disk: { key, label } };
      await visitMap(maps, map, {
        node: (reference, range) => isNew(reference) && visitor.node(reference, needer, range),
        chunk: (reference, range) => visitor.chunk(reference, needer, range),
        lost: (reference, range, error) => visitor.lost(reference, needer, range, error),
      });
    }
    for (const [file, named] of Object.entries(point.files)) {
      const reference = place(named);
      const needer: Needer = { point: point.id, vm: point.vm.name, file };
      const range = { offset: 0, length: reference.length };
      if (!isNew(reference)) continue;
      if (reference.in === 'data') {
        visitor.chunk(reference, needer, range);
        continue;
      }
      if (!visitor.node(reference, needer, range)) continue;
      try {
        await readNodes(store, keys, [reference], signal);
        answers.fetched(reference.length);
      } catch (error) {
        visitor.lost(reference, needer, range, error);
      }
    }
    yield { kind: 'progress', stage, done: ++done, total: 0, bytes: answers.bytes };
  }
}

/** Where readers read: a slot itself, or its newest copy where collection has taken, or may take, its pack. */
async function currentPlaces({ inside, answers }: CheckContext): Promise<<T extends SlotAddress>(slot: T) => T> {
  const forwards = forwardsOf(inside.store, inside.keys);
  try {
    await forwards.refresh();
    const { packs } = await readRecords(inside.store, inside.keys);
    return (slot) => forwards.place(slot, (pack) => !packs.has(pack));
  } catch (error) {
    answers.stateOf(error); // has a finding of its own; nobody knows what is gone, but every copy was proven when it was made
    return (slot) => forwards.newest(slot, () => true) ?? slot;
  }
}
