import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSegment, encodeSegment, rowBytes, writeRow } from './segment.ts';

const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const u32 = fc.nat(0xffffffff);
const row = fc.record({
  id: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
  slot: fc.nat(65_534),
  offset: u32,
  length: u32,
  plainLength: u32,
});
const pack = fc.record({ id: hex(16), size: u32, sha256: hex(32), kind: fc.constant('data' as const), slots: u32 });

test('a segment gives back every pack and every row, sorted by the whole id', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(pack, fc.array(row, { maxLength: 20 })), { maxLength: 6 }), (packs) => {
      const rows = packs.map(([, ofPack]) => {
        const bytes = Buffer.alloc(ofPack.length * rowBytes);
        ofPack.forEach((one, index) => {
          writeRow(bytes, index, one);
        });
        return bytes;
      });
      const segment = decodeSegment(
        encodeSegment(
          packs.map(([one]) => one),
          rows,
        ),
      );
      expect(segment.packs).toEqual(packs.map(([one]) => one));
      const read = [...segment.rows()];
      const key = (one: { id: Buffer; pack: number; slot: number; offset: number; length: number; plainLength: number }) =>
        [one.id.toString('hex'), one.pack, one.slot, one.offset, one.length, one.plainLength].join();
      expect(read.map(key).sort()).toEqual(packs.flatMap(([, ofPack], index) => ofPack.map((one) => key({ ...one, pack: index }))).sort());
      for (let index = 1; index < read.length; index++) expect(read[index - 1]!.id.compare(read[index]!.id)).toBeLessThanOrEqual(0);
    }),
  );
});

test('a segment that is cut short anywhere is refused', () => {
  const rows = Buffer.alloc(rowBytes);
  writeRow(rows, 0, { id: Buffer.alloc(32, 1), slot: 0, offset: 128, length: 100, plainLength: 36 });
  const bytes = encodeSegment([{ id: 'aa'.repeat(16), size: 1, sha256: 'bb'.repeat(32), kind: 'data', slots: 1 }], [rows]);
  for (let length = 0; length < bytes.length; length++)
    expect(() => decodeSegment(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'OBJECT_DAMAGED' }));
  expect(decodeSegment(bytes).rowCount).toBe(1);
});
