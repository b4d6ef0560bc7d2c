import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { fanOut, pageBytes } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { DiskMapReference, NodeReference, SlotAddress } from '../model.ts';
import { decodeInner, decodeLeaf, type InnerEntry, type LeafEntry, pagesOf } from '../tree/node.ts';
import { readNodes } from '../tree/node-reader.ts';

/** Bytes of the disk that something stands for. */
export interface DiskRange {
  readonly offset: number;
  readonly length: number;
}

export interface MapVisitor {
  /** Before a node is read; what `false` is said to isn't read, nor anything below it. */
  node(reference: NodeReference, range: DiskRange): boolean;
  chunk(reference: NodeReference, range: DiskRange): void;
  /** The node can't be had; what is below it isn't known. */
  lost(reference: NodeReference, range: DiskRange, error: unknown): void;
}

export interface MapContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly segmentBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** where a slot is read, which may have been copied to another pack */
  place<T extends SlotAddress>(slot: T): T;
  fetched(bytes: number): void;
}

/** Nodes that come with one round of requests: at most 32 × 0.2 MiB in memory. */
const nodesAtOnce = 32;

/** Goes through a disk map in order of the disk, past nodes that are lost. Every node is authenticated before it is followed. */
export async function visitMap(context: MapContext, map: DiskMapReference, visitor: MapVisitor): Promise<void> {
  if (map.root !== undefined) await visitLevel(context, map, visitor, map.height, [{ child: 0, node: map.root }], 0);
}

async function visitLevel(
  context: MapContext,
  map: DiskMapReference,
  visitor: MapVisitor,
  level: number,
  children: readonly InnerEntry[],
  firstIndex: number,
): Promise<void> {
  const span = context.segmentBytes * fanOut ** level;
  const rangeOf = ({ child }: InnerEntry): DiskRange => {
    const offset = (firstIndex + child) * span;
    return { offset, length: Math.max(0, Math.min(span, map.capacity - offset)) };
  };
  for (let first = 0; first < children.length; first += nodesAtOnce) {
    const some = children
      .slice(first, first + nodesAtOnce)
      .map(({ child, node }) => ({ child, node: context.place(node) }))
      .filter((entry) => visitor.node(entry.node, rangeOf(entry)));
    const read = await readEach(
      context,
      some.map((entry) => entry.node),
    );
    for (const [position, entry] of some.entries()) {
      const result = read[position]!;
      const range = rangeOf(entry);
      try {
        if ('error' in result) throw result.error;
        if (level === 0) visitLeaf(context, decodeLeaf(result.bytes), map, firstIndex + entry.child, visitor);
        else await visitLevel(context, map, visitor, level - 1, decodeInner(result.bytes, level), (firstIndex + entry.child) * fanOut);
      } catch (error) {
        if (!('error' in result) && !vaultErrors.is(error, 'OBJECT_DAMAGED')) throw error;
        visitor.lost(entry.node, range, error);
      }
    }
  }
}

function visitLeaf({ segmentBytes, place }: MapContext, entries: readonly LeafEntry[], map: DiskMapReference, segment: number, visitor: MapVisitor): void {
  const pages = entries.reduce((sum, entry) => sum + entry.pages, 0);
  if (pages !== pagesOf(map.capacity, segment, segmentBytes))
    throw vaultErrors.create('OBJECT_DAMAGED', `A leaf of a disk map covers ${pages} pages, which is not what its segment has.`);
  let offset = segment * segmentBytes;
  for (const { pages: count, chunk } of entries) {
    const length = Math.min(count * pageBytes, map.capacity - offset);
    if (chunk !== undefined) visitor.chunk(place(chunk), { offset, length });
    offset += count * pageBytes;
  }
}

/** Together where possible; one by one where that fails, so that one lost node hides no other. */
async function readEach(context: MapContext, references: readonly NodeReference[]): Promise<({ bytes: Buffer } | { error: unknown })[]> {
  const { store, keys, signal } = context;
  context.signal?.throwIfAborted();
  const size = (read: readonly NodeReference[]) => read.reduce((sum, reference) => sum + reference.length, 0);
  try {
    const nodes = await readNodes(store, keys, references, signal);
    context.fetched(size(references));
    return nodes.map((bytes) => ({ bytes }));
  } catch {
    const results: ({ bytes: Buffer } | { error: unknown })[] = [];
    for (const reference of references) {
      signal?.throwIfAborted();
      try {
        const [bytes] = await readNodes(store, keys, [reference], signal);
        context.fetched(reference.length);
        results.push({ bytes: bytes! });
      } catch (error) {
        results.push({ error });
      }
    }
    return results;
  }
}
