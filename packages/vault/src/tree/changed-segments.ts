import { fanOut, pageBytes } from '../format.ts';
import type { PageRange } from './merge-leaf.ts';

export interface ChangedSegment {
  readonly segment: number;
  /** ascending, not touching */
  readonly ranges: PageRange[];
}

/** Neighbouring segments under one inner node: what a backup handles, and holds in memory, as a unit. */
export interface ChangedGroup {
  readonly group: number;
  readonly segments: ChangedSegment[];
}

/** Sorts extents (ascending, bytes) into segments and pages. Extents outside the disk are cut off; partial pages count whole. */
export async function* changedGroups(
  extents: AsyncIterable<{ readonly offset: number; readonly length: number }>,
  capacity: number,
  segmentBytes: number,
): AsyncGenerator<ChangedGroup> {
  const segmentPages = segmentBytes / pageBytes;
  const pagesAll = Math.ceil(capacity / pageBytes);
  let open: ChangedGroup | undefined;
  for await (const extent of extents) {
    const end = Math.min(pagesAll, Math.ceil((extent.offset + extent.length) / pageBytes));
    let page = Math.floor(extent.offset / pageBytes);
    while (page < end) {
      const segment = Math.floor(page / segmentPages);
      const group = Math.floor(segment / fanOut);
      const first = segment * segmentPages;
      const stop = Math.min(end, first + segmentPages);
      if (open !== undefined && open.group !== group) {
        yield open;
        open = undefined;
      }
      open ??= { group, segments: [] };
      addRange(open, segment, { start: page - first, end: stop - first });
      page = stop;
    }
  }
  if (open !== undefined) yield open;
}

function addRange({ segments }: ChangedGroup, segment: number, range: PageRange): void {
  const last = segments.at(-1);
  if (last?.segment !== segment) {
    segments.push({ segment, ranges: [range] });
    return;
  }
  const before = last.ranges.at(-1)!;
  if (range.start <= before.end) last.ranges[last.ranges.length - 1] = { start: before.start, end: Math.max(before.end, range.end) };
  else last.ranges.push(range);
}
