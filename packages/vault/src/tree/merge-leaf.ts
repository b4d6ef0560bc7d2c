import type { LeafEntry } from './node.ts';

/** Pages `start … end` of a segment; end excluded. */
export interface PageRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Widens changed pages to the old chunks that they touch, since a chunk is replaced as a whole.
 * Zero runs can be split anywhere. Ranges that meet are joined.
 */
export function widenToChunks(changed: readonly PageRange[], old: readonly LeafEntry[] | undefined): PageRange[] {
  const widened: PageRange[] = [];
  for (const range of changed) {
    let { start, end } = range;
    let page = 0;
    for (const entry of old ?? []) {
      const entryEnd = page + entry.pages;
      if (entry.chunk !== undefined && entryEnd > range.start && page < range.end) {
        start = Math.min(start, page);
        end = Math.max(end, entryEnd);
      }
      page = entryEnd;
    }
    const last = widened.at(-1);
    if (last !== undefined && start <= last.end) widened[widened.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else widened.push({ start, end });
  }
  return widened;
}

/** The new leaf: `fresh` inside the ranges (in order, covering each exactly), the old entries or zeros outside. */
export function mergeLeaf(pages: number, ranges: readonly PageRange[], fresh: readonly LeafEntry[], old: readonly LeafEntry[] | undefined): LeafEntry[] {
  const merged: LeafEntry[] = [];
  const push = (entry: LeafEntry) => {
    const last = merged.at(-1);
    if (entry.pages === 0) return;
    if (entry.chunk === undefined && last !== undefined && last.chunk === undefined) merged[merged.length - 1] = { pages: last.pages + entry.pages };
    else merged.push(entry);
  };
  const keep = (from: number, to: number) => {
    let page = 0;
    for (const entry of old ?? [{ pages }]) {
      const start = Math.max(from, page);
      const end = Math.min(to, page + entry.pages);
      page += entry.pages;
      if (end > start) push(entry.chunk === undefined ? { pages: end - start } : entry);
    }
  };
  let page = 0;
  let next = 0;
  for (const range of ranges) {
    keep(page, range.start);
    for (page = range.start; page < range.end; page += fresh[next++]!.pages) push(fresh[next]!);
  }
  keep(page, pages);
  return merged;
}

export function isAllZero(leaf: readonly LeafEntry[]): boolean {
  return leaf.every((entry) => entry.chunk === undefined);
}
