import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutGrid } from './grid.ts';
import { looksCompressed } from './incompressible.ts';
import { cutPages, type Piece, pageSignature } from './page-cdc.ts';
import { isZeroPage } from './zero.ts';

const page = 4096;
const settings = { averageBytes: 256 * 1024, minBytes: 64 * 1024, maxBytes: 1024 * 1024, seed: 0x12345678 };

/** Bytes that depend on nothing but their number. */
function steady(pages: number, salt = ''): Buffer {
  return Buffer.concat(Array.from({ length: pages * 128 }, (_, index) => createHash('sha256').update(`${salt}${index}`).digest()));
}
const wordsOf = (bytes: Buffer) => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const aligned = (bytes: Buffer) => wordsOf(Buffer.from(new Uint8Array(bytes).buffer));

/** Pages as letters: `a…z` for content, `.` for zeros. */
function pages(text: string): Uint32Array {
  return aligned(Buffer.concat([...text].map((letter) => (letter === '.' ? Buffer.alloc(page) : steady(1, letter)))));
}

function covers(pieces: readonly Piece[], from: number, to: number): void {
  let at = from;
  for (const piece of pieces) {
    expect(piece.start).toBe(at);
    expect(piece.end).toBeGreaterThan(piece.start);
    at = piece.end;
  }
  expect(at).toBe(to);
}

test('golden: signatures and cuts of page-cdc', () => {
  const words = aligned(steady(1024));
  expect({
    signatures: [0, 1, 1023].map((number) => pageSignature(words, number, settings.seed)),
    seeded: pageSignature(words, 0, 1),
    ends: cutPages(words, 0, 1024, settings).map((piece) => piece.end),
  }).toMatchInlineSnapshot(`
    {
      "ends": [
        64,
        140,
        168,
        193,
        218,
        251,
        338,
        413,
        473,
        527,
        648,
        667,
        799,
        839,
        868,
        885,
        954,
        1024,
      ],
      "seeded": 4106774600,
      "signatures": [
        2582051936,
        2826070684,
        2025966408,
      ],
    }
  `);
});

test('zero pages are told from pages with a single bit set, wherever it is', () => {
  expect(isZeroPage(wordsOf(Buffer.alloc(page)), 0)).toBe(true);
  fc.assert(
    fc.property(fc.nat(page * 8 - 1), (bit) => {
      const bytes = Buffer.alloc(3 * page);
      bytes[page + (bit >> 3)] = 1 << (bit & 7);
      const words = wordsOf(bytes);
      expect([0, 1, 2].map((number) => isZeroPage(words, number))).toEqual([true, false, true]);
    }),
  );
});

test('chunks and zero runs cover any range exactly, and respect the limits', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '.'), minLength: 1, maxLength: 120 }), fc.nat(200), (text, at) => {
      const words = pages(text);
      const from = Math.min(at, text.length - 1);
      const small = { averageBytes: 16 * page, minBytes: 4 * page, maxBytes: 32 * page, seed: 9 };
      for (const pieces of [cutPages(words, from, text.length, small), cutGrid(words, from, text.length, 8 * page)]) covers(pieces, from, text.length);
      for (const piece of cutPages(words, from, text.length, small)) {
        const content = text.slice(piece.start, piece.end);
        expect(piece.zero ? /^\.+$/.test(content) : !content.includes('.')).toBe(true);
        if (!piece.zero) expect(piece.end - piece.start).toBeLessThanOrEqual(32);
      }
    }),
    { numRuns: 50 },
  );
});

test('content that moved by whole pages is cut in the same places again', () => {
  const content = steady(600);
  const ends = (shift: number) =>
    cutPages(aligned(Buffer.concat([steady(shift, 'x'), content])), shift, shift + 600, settings).map((piece) => piece.end - shift);
  expect(ends(7)).toEqual(ends(0));
});

test('after a change in the middle, cuts fall into step again', () => {
  const before = steady(2048);
  const after = Buffer.from(before);
  steady(5, 'changed').copy(after, 700 * page);
  const ends = (bytes: Buffer) => cutPages(aligned(bytes), 0, 2048, settings).map((piece) => piece.end);
  const old = new Set(ends(before));
  const moved = ends(after).filter((end) => !old.has(end));
  expect(moved.every((end) => end > 700 && end < 700 + 1024)).toBe(true);
});

test('another seed cuts elsewhere, so that sizes of chunks tell nothing about known content', () => {
  const words = aligned(steady(1024));
  const ends = (seed: number) => cutPages(words, 0, 1024, { ...settings, seed }).map((piece) => piece.end);
  expect(ends(1)).not.toEqual(ends(2));
});

test('the grid cuts at multiples of its size and joins empty cells', () => {
  const words = pages('aaaa....aa......aa');
  expect(cutGrid(words, 0, 18, 4 * page)).toEqual([
    { start: 0, end: 4, zero: false },
    { start: 4, end: 8, zero: true },
    { start: 8, end: 12, zero: false },
    { start: 12, end: 16, zero: true },
    { start: 16, end: 18, zero: false },
  ]);
});

test('random and compressed bytes look compressed; text, code-like and short ones don’t', () => {
  expect(looksCompressed(randomBytes(256 * 1024))).toBe(true);
  expect(looksCompressed(Buffer.alloc(256 * 1024, 'a line of some log\n'))).toBe(false);
  expect(looksCompressed(Buffer.from(Array.from({ length: 256 * 1024 }, () => Math.floor(Math.random() ** 3 * 256))))).toBe(false);
  expect(looksCompressed(randomBytes(4096))).toBe(false);
});
