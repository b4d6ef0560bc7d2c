import { HoldfastError } from '@holdfast/kit';
import { pageBytes } from '../format.ts';
import type { DiskMapReference, DiskStatistics, NodeReference } from '../model.ts';
import type { BufferPool } from '../pipeline/buffer-pool.ts';
import type { SealedPiece, SealedSegment } from '../pipeline/seal-segment.ts';
import { type ChangedSegment, changedGroups } from '../tree/changed-segments.ts';
import { MapWriter, type NodeStore, type OpenGroup } from '../tree/map-writer.ts';
import { isAllZero, mergeLeaf, type PageRange, widenToChunks } from '../tree/merge-leaf.ts';
import { type LeafEntry, pagesOf } from '../tree/node.ts';
import type { WriteDiskOptions } from '../vault.ts';

export interface WriteDiskContext {
  readonly nodes: NodeStore;
  readonly segmentBytes: number;
  readonly buffers: BufferPool;
  seal(buffer: number, ranges: readonly PageRange[]): Promise<SealedSegment>;
  packIdOf(ordinal: number): string;
  readonly clock: { elapsed(): number };
}

const progressEveryMs = 250;
const noStatistics: DiskStatistics = { read: 0, zero: 0, reused: 0, fresh: 0, stored: 0, incompressible: 0, chunksRead: 0, chunksFresh: 0 };
type Sums = { -readonly [K in keyof DiskStatistics]: number };

/**
 * Reads what changed on one disk and grows its map. Segments are read, cut and sealed several at once, as many as there are
 * buffers; leaves join their inner node when the last of its group is done.
 */
export async function writeDisk(context: WriteDiskContext, options: WriteDiskOptions): Promise<{ map: DiskMapReference; statistics: DiskStatistics }> {
  const { source, signal } = options;
  const sums: Sums = { ...noStatistics };
  const map = new MapWriter(context.nodes, source.capacity, context.segmentBytes, options.base);
  const progress = reporter(context, options, sums);
  const running = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked: Promise<unknown> = work.catch((error: unknown) => failures.push(error)).finally(() => running.delete(tracked));
    running.add(tracked);
    return work;
  };

  try {
    for await (const { group, segments } of changedGroups(options.extents, source.capacity, context.segmentBytes)) {
      const open = await map.openGroup(
        group,
        segments.map((segment) => segment.segment),
      );
      const leaves: Promise<readonly [number, NodeReference | undefined]>[] = [];
      for (const changed of segments) {
        const buffer = await context.buffers.take();
        if (failures.length > 0 || signal?.aborted) {
          context.buffers.release(buffer);
          break;
        }
        leaves.push(track(writeSegment(context, options, open, changed, buffer, sums, progress).finally(() => context.buffers.release(buffer))));
      }
      if (failures.length > 0) break;
      signal?.throwIfAborted();
      track(Promise.all(leaves).then((touched) => open.close(new Map(touched))));
    }
  } finally {
    while (running.size > 0) await Promise.all(running);
  }
  if (failures.length > 0) throw failures.find((failure) => !(failure instanceof HoldfastError && failure.code === 'SESSION_ENDED')) ?? failures[0];
  const reference = await map.seal();
  progress(true);
  return { map: reference, statistics: { ...sums } };
}

async function writeSegment(
  context: WriteDiskContext,
  { source, signal }: WriteDiskOptions,
  group: OpenGroup,
  { segment, ranges: changed }: ChangedSegment,
  buffer: number,
  sums: Sums,
  progress: () => void,
): Promise<readonly [number, NodeReference | undefined]> {
  const old = group.oldLeaf(segment);
  const ranges = widenToChunks(changed, old);
  const bytes = context.buffers.bytes(buffer);
  const start = segment * context.segmentBytes;
  await Promise.all(
    ranges.map(async (range) => {
      const length = Math.min(range.end * pageBytes, source.capacity - start) - range.start * pageBytes;
      const from = range.start * pageBytes;
      await source.read(start + from, bytes.subarray(from, from + length), signal);
      bytes.fill(0, from + length, range.end * pageBytes); // a last page that reaches beyond the disk
      sums.read += length;
    }),
  );
  const sealed = await context.seal(buffer, ranges);
  for (const key of ['zero', 'reused', 'fresh', 'stored', 'incompressible', 'chunksRead', 'chunksFresh'] as const) sums[key] += sealed[key];
  progress();
  const leaf = mergeLeaf(
    pagesOf(source.capacity, segment, context.segmentBytes),
    ranges,
    sealed.pieces.map((piece) => leafEntry(context, piece)),
    old,
  );
  return [segment, isAllZero(leaf) ? undefined : group.leafNode(segment, leaf)];
}

function leafEntry(context: WriteDiskContext, { pages, chunk }: SealedPiece): LeafEntry {
  if (chunk === undefined) return { pages };
  return { pages, chunk: { id: chunk.id, pack: context.packIdOf(chunk.ordinal), slot: chunk.slot, offset: chunk.offset, length: chunk.length } };
}

function reporter(context: WriteDiskContext, { source, onProgress }: WriteDiskOptions, sums: Sums): (last?: boolean) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (last = false) => {
    const now = context.clock.elapsed();
    if (onProgress === undefined || (!last && now - reportedAt < progressEveryMs)) return;
    reportedAt = now;
    onProgress({ done: sums.read, total: source.capacity, statistics: { ...sums } });
  };
}
