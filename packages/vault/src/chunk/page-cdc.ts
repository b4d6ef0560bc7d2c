import { pageBytes } from '../format.ts';
import { isZeroPage } from './zero.ts';

/** A run of pages: a chunk, or zeros. Numbers count pages from the segment's start. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly zero: boolean;
}

export interface PageCdcSettings {
  readonly averageBytes: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly seed: number;
}

/**
 * Signature of one page from 16 samples of four bytes: enough to tell where a cut falls, cheap enough to be free.
 * `words` views the segment as 32-bit words; the sample offsets are 256·i + (20·i mod 256, word-aligned).
 */
export function pageSignature(words: Uint32Array, page: number, seed: number): number {
  const base = page * (pageBytes / 4);
  let hash = seed | 0;
  for (let index = 0; index < 16; index++) {
    hash = Math.imul(hash ^ words[base + index * 64 + (((index * 20) & 252) >> 2)]!, 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Cuts pages `from … to` of a segment where content says so (docs/vault-format.md §6.1). The end of the range is a cut. */
export function cutPages(words: Uint32Array, from: number, to: number, settings: PageCdcSettings): Piece[] {
  const pieces: Piece[] = [];
  const minPages = settings.minBytes / pageBytes;
  const maxPages = settings.maxBytes / pageBytes;
  const divisor = (settings.averageBytes - settings.minBytes) / pageBytes;
  let page = from;
  while (page < to) {
    const start = page;
    if (isZeroPage(words, page)) {
      do page++;
      while (page < to && isZeroPage(words, page));
      pieces.push({ start, end: page, zero: true });
      continue;
    }
    for (;;) {
      page++;
      const length = page - start;
      if (page === to || length >= maxPages) break;
      if (length >= minPages && pageSignature(words, page - 1, settings.seed) % divisor === 0) break;
      if (isZeroPage(words, page)) break;
    }
    pieces.push({ start, end: page, zero: false });
  }
  return pieces;
}
