import { KiB, MiB } from '@holdfast/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stretch } from './extent-map.ts';
import { planPieces } from './read-plan.ts';

test('neighbours in a file are fetched together, over gaps that are worth it', () => {
  const at = (offset: number, position: number): Stretch => ({ from: 'file', path: 'a', length: 4 * KiB, offset, position });
  expect(planPieces([at(0, 512 * KiB), at(4 * KiB, 0), at(8 * KiB, 516 * KiB), at(12 * KiB, 2 * MiB)], MiB)).toEqual([
    { path: 'a', position: 0, length: 4 * KiB, parts: [{ from: 0, offset: 4 * KiB, length: 4 * KiB }] },
    {
      path: 'a',
      position: 512 * KiB,
      length: 8 * KiB,
      parts: [
        { from: 0, offset: 0, length: 4 * KiB },
        { from: 4 * KiB, offset: 8 * KiB, length: 4 * KiB },
      ],
    },
    { path: 'a', position: 2 * MiB, length: 4 * KiB, parts: [{ from: 0, offset: 12 * KiB, length: 4 * KiB }] },
  ]);
});

test('every byte wanted is in exactly one piece, at its place, and no piece is longer than allowed', () => {
  const stretch = fc.record({
    path: fc.constantFrom('a', 'b'),
    position: fc.nat(40).map((n) => n * 100 * KiB),
    length: fc.integer({ min: 1, max: 900 * KiB }),
    zero: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 20 }), fc.integer({ min: 64 * KiB, max: MiB }), (plans, pieceBytesMax) => {
      let offset = 0;
      const stretches = plans.map(({ path, position, length, zero }): Stretch => {
        const place = { offset, length };
        offset += length;
        return zero ? { from: 'zero', ...place } : { from: 'file', path, position, ...place };
      });
      const parts = planPieces(stretches, pieceBytesMax).flatMap((piece) => {
        expect(piece.length).toBeLessThanOrEqual(pieceBytesMax);
        return piece.parts.map((part) => {
          expect(part.from + part.length).toBeLessThanOrEqual(piece.length);
          return { path: piece.path, position: piece.position + part.from, offset: part.offset, length: part.length };
        });
      });
      for (const wanted of stretches.filter((one) => one.from === 'file')) {
        let next = wanted.offset;
        for (const part of parts
          .filter((one) => one.offset >= wanted.offset && one.offset < wanted.offset + wanted.length)
          .toSorted((a, b) => a.offset - b.offset)) {
          expect(part).toMatchObject({ path: wanted.path, offset: next, position: wanted.position + (next - wanted.offset) });
          next += part.length;
        }
        expect(next).toBe(wanted.offset + wanted.length);
      }
      expect(parts.reduce((sum, { length }) => sum + length, 0)).toBe(stretches.reduce((sum, one) => sum + (one.from === 'file' ? one.length : 0), 0));
    }),
  );
});
