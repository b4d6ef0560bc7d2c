import { createHash, createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { packHeaderBytes } from '../format.ts';
import { deriveKeys } from '../keys/derive.ts';
import { writePackHeader } from '../pack/layout.ts';
import { closePack, compress, type Level, packCipherKey, slotLength, writeSlot } from '../pack/seal.ts';
import { mendSlots, rebuildPack, type SlotPlan } from './rebuild-pack.ts';

const vaultId = '11'.repeat(16);
const id = '22'.repeat(16);
const keys = deriveKeys(Buffer.alloc(32, 7), vaultId);
const dataKey = keys.content.access === 'read' ? keys.content.data : Buffer.alloc(0);

function makePack(plains: readonly Buffer[], level: Level) {
  const bytes = Buffer.alloc(1 << 20);
  writePackHeader(bytes, vaultId, id, 'data');
  const cipherKey = packCipherKey(dataKey, id);
  let end = packHeaderBytes;
  const slots = plains.map((plain, slot): SlotPlan & { plain: Buffer } => {
    const frame = compress(plain, level);
    const payload = frame ?? plain;
    const chunkId = createHmac('sha256', keys.chunkId).update(plain).digest();
    const offset = end;
    const length = slotLength(payload.length);
    writeSlot(
      bytes,
      offset,
      cipherKey,
      { slot, compressed: frame !== undefined, plainLength: plain.length, bodyLength: payload.length + 16 },
      chunkId,
      payload,
    );
    end += length;
    return { offset, length, id: chunkId, plain };
  });
  const { size } = closePack(bytes, end, cipherKey);
  const pack = bytes.subarray(0, size);
  return { pack, slots, facts: { kind: 'data', id, size, sha256: createHash('sha256').update(pack).digest('hex') } as const };
}

const plains = [Buffer.alloc(8192, 'a line of text '), randomBytes(4096), Buffer.from(randomBytes(3000).toString('hex'))];

test.each(['fast', 'balanced', 'dense'] as const)('a pack comes out bit for bit from the plain bytes of its chunks, compressed at %s', (level) => {
  const { pack, slots, facts } = makePack(plains, level);
  expect(rebuildPack(keys, facts, slots)?.equals(pack)).toBe(true);
});

test('what doesn’t come out as it was written doesn’t come out at all', () => {
  const { pack, slots, facts } = makePack(plains, 'balanced');
  const other = slots.map((slot, number) => (number === 1 ? { ...slot, plain: randomBytes(4096) } : slot));
  expect(rebuildPack(keys, facts, other)).toBeUndefined();
  expect(rebuildPack(keys, facts, slots.slice(1))).toBeUndefined();
  expect(rebuildPack(keys, facts, [])).toBeUndefined();
  expect(rebuildPack(keys, { ...facts, size: facts.size - 1 }, slots)).toBeUndefined();
  expect(rebuildPack(keys, { ...facts, sha256: '00'.repeat(32) }, slots, pack)).toBeUndefined();
});

test('a slot is mended only when the tag that is left of it proves it', () => {
  const { pack, slots } = makePack(plains, 'balanced');
  const [, slot] = slots as [SlotPlan, SlotPlan & { plain: Buffer }];
  const only = (plain: Buffer): SlotPlan[] => slots.map((each, number) => ({ ...each, plain: number === 1 ? plain : undefined }));
  const inBody = Buffer.from(pack);
  inBody[slot.offset + 100]! ^= 1;
  expect(mendSlots(keys, { kind: 'data', id }, only(slot.plain), inBody)).toMatchObject({ mended: 1, bytes: pack });
  expect(mendSlots(keys, { kind: 'data', id }, only(randomBytes(4096)), inBody)).toBeUndefined();
  const inTag = Buffer.from(pack);
  inTag[slot.offset + slot.length - 1]! ^= 1;
  expect(mendSlots(keys, { kind: 'data', id }, only(slot.plain), inTag)).toBeUndefined();
});
