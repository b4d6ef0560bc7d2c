import { pageBytes } from '../format.ts';
import type { Piece } from './page-cdc.ts';
import { isZeroPage } from './zero.ts';

/** Cuts pages `from … to` on a fixed grid, aligned to the segment (docs/vault-format.md §6.2). */
export function cutGrid(words: Uint32Array, from: number, to: number, chunkBytes: number): Piece[] {
  const pieces: Piece[] = [];
  const step = chunkBytes / pageBytes;
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / step) + 1) * step);
    let page = start;
    while (page < end && isZeroPage(words, page)) page++;
    const zero = page === end;
    const last = pieces.at(-1);
    if (zero && last?.zero) pieces[pieces.length - 1] = { start: last.start, end, zero };
    else pieces.push({ start, end, zero });
    start = end;
  }
  return pieces;
}
