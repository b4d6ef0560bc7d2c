import { mapBounded, type Semaphore } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { diskBytesMax, pageBytes } from '../format.ts';
import { forwardsOf } from '../forward/forwards.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { DiskMapReference, NodeReference } from '../model.ts';
import { packKey as objectKey } from '../pack/layout.ts';
import { packKeys } from '../pack/pack-keys.ts';
import type { BufferPool } from '../pipeline/buffer-pool.ts';
import type { WorkerPool } from '../pipeline/worker-pool.ts';
import { translate } from '../tree/node-reader.ts';
import { type WalkedLeaf, walkLeaves } from '../tree/walk.ts';
import type { RestoreDiskOptions, WritableDisk } from '../vault.ts';
import { type PackRange, rangesElsewhere, rangesOf } from './pack-ranges.ts';

export interface RestoreContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly segmentBytes: number;
  readonly buffers: BufferPool;
  readonly pool: WorkerPool;
  /** bounds requests of everything that this vault restores */
  readonly requests: Semaphore;
}

/**
 * Writes a disk map to a sink, segment by segment: the chunks of a segment come with few ranged requests a pack, are opened
 * by workers straight into the segment's buffer, and leave it only when all of them are proven. Several segments are under way
 * at once; a sink that wants ascending writes gets them so.
 */
export async function restoreDisk(
  context: RestoreContext,
  options: Omit<RestoreDiskOptions, 'disk'> & { readonly map: DiskMapReference },
): Promise<{ written: number; fetched: number; requests: number }> {
  const { map, sink, signal, onProgress } = options;
  if (map.capacity > diskBytesMax) throw vaultErrors.create('VAULT_DISK_TOO_LARGE', `A disk of ${map.capacity} bytes is larger than vSphere’s largest.`);
  const sums = { written: 0, fetched: 0, requests: 0 };
  let before: Promise<unknown> = Promise.resolve();
  const withBuffers = async function* () {
    for await (const leaf of walkLeaves(context.store, context.keys, map, signal)) {
      signal?.throwIfAborted();
      // Taken in order of the disk, so that a segment that waits for an earlier one never holds the buffer it needs.
      yield { leaf, buffer: await context.buffers.take() };
    }
  };
  await mapBounded(withBuffers(), context.buffers.shared.length, async ({ leaf, buffer }) => {
    try {
      const previous = before;
      const fetched = fetchSegment(context, leaf, buffer, sums, signal);
      const written = (async () => {
        await fetched;
        if (sink.order === 'ascending') await previous;
        sums.written += await writeRuns(sink, leaf, context.buffers.bytes(buffer), leaf.segment * context.segmentBytes, map.capacity);
        onProgress?.({ done: Math.min(map.capacity, (leaf.segment + 1) * context.segmentBytes), total: map.capacity });
      })();
      before = written;
      await written;
    } finally {
      context.buffers.release(buffer);
    }
  });
  onProgress?.({ done: map.capacity, total: map.capacity });
  return sums;
}

async function fetchSegment(
  context: RestoreContext,
  leaf: WalkedLeaf,
  window: number,
  sums: { fetched: number; requests: number },
  signal?: AbortSignal,
): Promise<void> {
  const forwards = forwardsOf(context.store, context.keys);
  const fetchOne = async (range: PackRange): Promise<void> => {
    const elsewhere = await context.requests.run(async () => {
      try {
        await openRange(context, range, window, sums, leaf.segment, signal);
        return [];
      } catch (error) {
        if (!vaultErrors.is(error, 'PACK_ABSENT')) throw error;
        await forwards.noteGone(range.pack);
        const ranges = rangesElsewhere(range, (slot) => forwards.placeNow(slot));
        if (ranges.some(({ pack }) => pack === range.pack)) throw error;
        return ranges;
      }
    });
    await Promise.all(elsewhere.map(fetchOne));
  };
  const placed = () => leaf.entries.map((entry) => (entry.chunk === undefined ? entry : { ...entry, chunk: forwards.placeNow(entry.chunk) }));
  for (let entries = placed(); ; ) {
    const results = await Promise.allSettled(rangesOf(entries).map(fetchOne));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    // A copy that is gone says nothing about other copies of the same slot: these are found from the slot itself only.
    const before = entries;
    entries = placed();
    const moved = entries.some(({ chunk }, index) => chunk?.pack !== before[index]!.chunk?.pack);
    if (!vaultErrors.is(failed.reason, 'PACK_ABSENT') || !moved) throw failed.reason;
  }
}

async function openRange(
  context: RestoreContext,
  range: PackRange,
  window: number,
  sums: { fetched: number; requests: number },
  segment: number,
  signal?: AbortSignal,
): Promise<void> {
  const [fetched, packKey] = await Promise.all([fetchRange(context.store, range, signal), packKeys(context.store, context.keys).of(range.pack, signal)]);
  sums.fetched += fetched.length;
  sums.requests++;
  const transferable = fetched.buffer instanceof ArrayBuffer && fetched.byteLength === fetched.buffer.byteLength ? fetched : new Uint8Array(fetched);
  const damaged = await context.pool.run({ kind: 'open', packId: range.pack, packKey, fetched: transferable, wishes: range.wishes, window }, [
    transferable.buffer as ArrayBuffer,
  ]);
  if (damaged.length > 0) throw damagedChunk(range, damaged, segment * context.segmentBytes);
}

async function fetchRange(store: ObjectStore, range: PackRange, signal?: AbortSignal): Promise<Uint8Array> {
  const key = objectKey('data', range.pack);
  try {
    return await store.get(key, { range: { offset: range.offset, length: range.length }, signal });
  } catch (cause) {
    throw translate(cause, key);
  }
}

function damagedChunk(range: PackRange, damaged: readonly number[], segmentStart: number) {
  const key = objectKey('data', range.pack);
  const places = range.wishes
    .filter((wish) => damaged.includes(wish.slot))
    .flatMap((wish) => wish.targets.map((target) => `bytes ${segmentStart + target} to ${segmentStart + target + wish.plainLength - 1}`));
  const message = `Slot${damaged.length > 1 ? 's' : ''} ${damaged.join(', ')} of ${key} ${damaged.length > 1 ? 'aren’t' : 'isn’t'} what was written; ${places.slice(0, 4).join(', ')} of the disk can’t be restored from ${damaged.length > 1 ? 'them' : 'it'}.`;
  return vaultErrors.create('PACK_DAMAGED', message, { did: 'Nothing of it was written to the target.', subject: { object: key, slot: damaged[0]! } });
}

/** Writes runs of data between zeros as few large writes. */
async function writeRuns(sink: WritableDisk, leaf: WalkedLeaf, bytes: Buffer, start: number, capacity: number): Promise<number> {
  let written = 0;
  let page = 0;
  let runStart: number | undefined;
  const flush = async (end: number) => {
    if (runStart === undefined) return;
    const from = runStart * pageBytes;
    const to = Math.min(end * pageBytes, capacity - start);
    await sink.write(start + from, bytes.subarray(from, to));
    written += to - from;
    runStart = undefined;
  };
  for (const { pages, chunk } of leaf.entries as readonly { pages: number; chunk?: NodeReference }[]) {
    if (chunk === undefined) await flush(page);
    else runStart ??= page;
    page += pages;
  }
  await flush(page);
  return written;
}
