import { systemRandom } from '@holdfast/kit';
import { memoryStore } from '@holdfast/store/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveKeys } from '../keys/derive.ts';
import { sealObject } from '../sealed-object.ts';
import { decodeForwards, encodeForwards, type ForwardRecord, forwardKeyOf } from './forward-record.ts';
import { Forwards } from './forwards.ts';

const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const u32 = fc.nat(0xffffffff);
const target = fc.record({ id: hex(16), size: u32, sha256: hex(32), kind: fc.constantFrom('data' as const, 'meta' as const), slots: u32 });
const record = fc.uniqueArray(target, { minLength: 1, maxLength: 4, selector: ({ id }) => id }).chain((targets) => {
  const to = fc.record({ pack: fc.constantFrom(...targets.map(({ id }) => id)), slot: fc.nat(65_534), offset: u32, length: u32 });
  const slots = fc.uniqueArray(fc.record({ slot: fc.nat(65_534), to }), { maxLength: 30, selector: ({ slot }) => slot });
  return fc.record({
    targets: fc.constant(targets),
    sources: fc.uniqueArray(fc.record({ pack: hex(16), slots }), { maxLength: 5, selector: ({ pack }) => pack }),
  });
});

test('a record gives back every slot that it names, and no other', () => {
  fc.assert(
    fc.property(record, fc.nat(65_534), (written, other) => {
      const read = decodeForwards(encodeForwards(written));
      expect(read.targets).toEqual(written.targets);
      for (const [number, { pack, slots }] of written.sources.entries()) {
        const source = read.sources[number]!;
        expect(source.pack).toBe(pack);
        for (const { slot, to } of slots) expect(source.find(slot)).toEqual(to);
        if (!slots.some(({ slot }) => slot === other)) expect(source.find(other)).toBeUndefined();
      }
    }),
  );
});

test('a record that is cut short anywhere is refused', () => {
  const slots = [{ slot: 3, to: { pack: 'aa'.repeat(16), slot: 0, offset: 128, length: 100 } }];
  const targets = [{ id: 'aa'.repeat(16), size: 1, sha256: 'bb'.repeat(32), kind: 'data' as const, slots: 1 }];
  const bytes = encodeForwards({ targets, sources: [{ pack: 'cc'.repeat(16), slots }] });
  for (let length = 0; length < bytes.length; length++)
    expect(() => decodeForwards(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'OBJECT_DAMAGED' }));
});

const keys = deriveKeys(Buffer.alloc(32, 1), 'ab'.repeat(16));
const [p, q, r, s] = ['11', '22', '33', '44'].map((byte) => byte.repeat(16)) as [string, string, string, string];
const slotOf = (pack: string, slot = 0) => ({ pack, slot, offset: 128, length: 100, id: '00' });

/** Slot 0 of one pack is slot 0 of another. */
async function forwardsOf(...moves: readonly (readonly [string, string])[]): Promise<Forwards> {
  const store = memoryStore();
  for (const [number, [from, pack]] of moves.entries()) {
    const sessionId = number.toString(16).padStart(32, '0');
    const written: ForwardRecord = {
      targets: [{ id: pack, size: 1, sha256: 'bb'.repeat(32), kind: 'data', slots: 1 }],
      sources: [{ pack: from, slots: [{ slot: 0, to: { pack, slot: 0, offset: 128, length: 100 } }] }],
    };
    const key = forwardKeyOf(sessionId);
    await store.put(key, sealObject(keys, { kind: 'HFFORWD1', key, sessionId }, encodeForwards(written), systemRandom));
  }
  return new Forwards(store, keys).refresh();
}

test('the newest copy in a pack that can be used is chosen; without one the slot itself, or nothing', async () => {
  const forwards = await forwardsOf([p, q], [q, r], [p, s]);
  const all = () => true;
  expect(forwards.newest(slotOf(p), all)?.pack).toBe(r);
  expect(forwards.newest(slotOf(p), (pack) => pack !== r)?.pack).toBe(q);
  expect(forwards.newest(slotOf(p), (pack) => pack === s || pack === p)?.pack).toBe(s);
  expect(forwards.newest(slotOf(p), (pack) => pack === p)?.pack).toBe(p);
  expect(forwards.newest(slotOf(p), () => false)).toBeUndefined();
  expect(forwards.place(slotOf(p), all)).toEqual(slotOf(p));
  expect(forwards.place(slotOf(p, 1), (pack) => pack !== p)).toEqual(slotOf(p, 1));
});

test('records that lead in a circle, which nobody writes, lead nowhere', async () => {
  const forwards = await forwardsOf([p, q], [q, p]);
  expect(forwards.newest(slotOf(p), () => false)).toBeUndefined();
});
