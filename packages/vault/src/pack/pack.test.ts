import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packHeaderBytes, packTrailerBytes, tagBytes } from '../format.ts';
import { closingBytes, decodeTable, readTrailer, walkSlots, writePackHeader } from './layout.ts';
import { closePack, compress, openSlot, openTable, packCipherKey, slotLength, writeSlot } from './seal.ts';

const vaultId = '11'.repeat(16);
const packId = '22'.repeat(16);
const cipherKey = packCipherKey(Buffer.alloc(32, 5), packId);
const idOf = (plain: Uint8Array) => createHash('sha256').update(plain).digest();

function pack(plains: readonly Uint8Array[]): { bytes: Buffer; places: { offset: number; length: number }[] } {
  const bytes = Buffer.alloc(packHeaderBytes + plains.reduce((sum, plain) => sum + slotLength(plain.length), 0) + closingBytes(plains.length));
  writePackHeader(bytes, vaultId, packId, 'data');
  let end = packHeaderBytes;
  const places = plains.map((plain, slot) => {
    const length = slotLength(plain.length);
    writeSlot(bytes, end, cipherKey, { slot, compressed: false, plainLength: plain.length, bodyLength: plain.length + tagBytes }, idOf(plain), plain);
    const place = { offset: end, length };
    end += length;
    return place;
  });
  const { size } = closePack(bytes, end, cipherKey);
  expect(size).toBe(bytes.length);
  return { bytes, places };
}

test('golden: the bytes of a pack with two stored slots', () => {
  const { bytes } = pack([Buffer.from('first chunk'), Buffer.from('second chunk, a little longer')]);
  expect(bytes.toString('hex')).toMatchInlineSnapshot(
    `"48465041434b3031111111111111111111111111111111112222222222222222222222222222222201000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000534c4f54000000000b0000001b000000a99f0c263f8cbb16c2ce9686585e4ecc4020a1265f3219de463b6102d7a61ef0cccfd111fd8bd3f9effa70bb2dd07dec5bd17f3d7b94fbe8a69a65534c4f54010000001d0000002d000000bb51c0b491dff1e82aa84da9d62e2d035a8d680382944a275192cedfd8344a2908ac555551c8797c8e293eb505f602681f03e0079153d73bc4773963e167f14aae416f46e4c3c0ee70eff30162f3b7530a3faab083c053fae45db3cb836506a7a024431bcaf4299d478e9876c647142ca10a8586fb99dfabd44461cc32e48f8e02e028e9896fbd0668cd8ec0e61af8c6361bd91890541010614354a075bc0fe69a32cdfe02f15e380a0ccb7aff2f807cb0280100006400000002000000000000004846504b454e4431"`,
  );
});

test('slots, their table and their headers come back as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), (plains) => {
      const { bytes, places } = pack(plains);
      const trailer = readTrailer(bytes.subarray(bytes.length - packTrailerBytes))!;
      const table = openTable(bytes.subarray(trailer.tableOffset, trailer.tableOffset + trailer.tableLength), bytes.subarray(0, packHeaderBytes), cipherKey)!;
      expect(decodeTable(table)).toEqual(walkSlots(bytes, trailer.tableOffset));
      for (const [slot, { offset, length }] of places.entries()) {
        expect(openSlot(bytes.subarray(offset, offset + length), slot, cipherKey)!.plain).toEqual(Buffer.from(plains[slot]!));
      }
    }),
  );
});

test('no bit of a slot can change, and no slot can take another’s place', () => {
  const { bytes, places } = pack([Buffer.from('first chunk'), Buffer.from('other chunk')]);
  const [first, second] = places;
  const slot = bytes.subarray(first!.offset, first!.offset + first!.length);
  for (let bit = 0; bit < slot.length * 8; bit++) {
    const altered = Buffer.from(slot);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    expect(openSlot(altered, 0, cipherKey)).toBeUndefined();
  }
  expect(openSlot(bytes.subarray(second!.offset, second!.offset + second!.length), 0, cipherKey)).toBeUndefined();
  expect(openSlot(slot, 0, packCipherKey(Buffer.alloc(32, 5), '33'.repeat(16)))).toBeUndefined();
  expect(openSlot(slot.subarray(0, -1), 0, cipherKey)).toBeUndefined();
  expect(openSlot(Buffer.alloc(0), 0, cipherKey)).toBeUndefined();
});

test('what doesn’t shrink by a twentieth is left as it is', () => {
  expect(compress(randomBytes(100_000), 'balanced')).toBeUndefined();
  expect(compress(Buffer.concat([randomBytes(96_000), Buffer.alloc(4000)]), 'balanced')).toBeUndefined();
  expect(compress(Buffer.concat([randomBytes(90_000), Buffer.alloc(10_000)]), 'balanced')!.length).toBeLessThan(91_000);
});
