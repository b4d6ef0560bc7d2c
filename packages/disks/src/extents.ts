import { MiB } from '@holdfast/kit';
import type { Extent } from './disk.ts';
import { diskErrors } from './errors.ts';

/** No extent that a source names is longer, and none crosses a multiple of it. */
export const segmentBytes = 16 * MiB;

const sectorBytes = 512;

/**
 * What was reported as changed or in use, made fit for reading: whole sectors, inside the disk, neighbours joined,
 * cut at multiples of 16 MiB.
 *
 * @param extents ascending by offset; may overlap and reach past the end
 * @throws `CBT_UNUSABLE` when they are out of order or no areas at all
 */
export async function* segments(extents: AsyncIterable<Extent>, capacity: number): AsyncGenerator<Extent> {
  let start = 0;
  let end = 0;
  let before = 0;
  for await (const { offset, length } of extents) {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < before || length < 0)
      throw diskErrors.create('CBT_UNUSABLE', `the list of areas is out of order: ${length} bytes at ${offset} after ${before}`);
    before = offset;
    const from = offset - (offset % sectorBytes);
    const to = Math.min(capacity, Math.ceil((offset + length) / sectorBytes) * sectorBytes);
    if (length === 0 || from >= capacity) continue;
    if (from > end) {
      yield* cut(start, end);
      start = from;
    }
    end = Math.max(end, to);
    // What lies in segments already passed can leave now.
    const passed = end - (end % segmentBytes);
    if (passed > start) {
      yield* cut(start, passed);
      start = passed;
    }
  }
  yield* cut(start, end);
}

/** Every byte from `start` to `end`, in segments. */
export function* cut(start: number, end: number): Generator<Extent> {
  for (let at = start; at < end; ) {
    const next = Math.min(end, at - (at % segmentBytes) + segmentBytes);
    yield { offset: at, length: next - at };
    at = next;
  }
}
