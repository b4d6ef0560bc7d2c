import { createCipheriv } from 'node:crypto';
import { MiB, systemRandom } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { mergedKeyOf, segmentKeyOf } from '../../src/index/index-names.ts';
import { MergedBuilder, mergedRowsMax } from '../../src/index/merged-object.ts';
import { encodeSegment, rowBytes, writeRow } from '../../src/index/segment.ts';
import type { VaultKeys } from '../../src/keys/derive.ts';
import { pointKeyOf } from '../../src/point/manifest.ts';
import { sealObject } from '../../src/sealed-object.ts';

/** 64 MiB of chunks that shrink to half of 256 KiB and a little more. */
const slotsPerPack = 400;
const slotBytes = 160_000;
const idBytes = 32;

/** The id of any chunk of the synthetic vault, without a list of them: as evenly spread as keyed hashes are. */
export function chunkIds(first: number, count: number): Buffer {
  const start = Buffer.alloc(16);
  start.writeBigUInt64BE((BigInt(first) * BigInt(idBytes)) / 16n, 8);
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), start).update(Buffer.alloc(count * idBytes));
}

function packsOf(first: number, count: number) {
  return Array.from({ length: Math.ceil(count / slotsPerPack) }, (_, pack) => {
    const id = chunkIds(2 ** 40 + first / slotsPerPack + pack, 1);
    const slots = Math.min(slotsPerPack, count - pack * slotsPerPack);
    return { id: id.toString('hex', 0, 16), size: 64 * MiB, sha256: id.toString('hex'), kind: 'data' as const, slots };
  });
}

const lengthOf = (id: Buffer) => slotBytes + (id.readUInt16LE(20) % 20_000);

/** Puts the index of `count` chunks as merged objects. There are no packs: the index is all that is measured. */
export async function putMerged(store: ObjectStore, keys: VaultKeys, count: number): Promise<void> {
  const rowsEach = mergedRowsMax - (mergedRowsMax % slotsPerPack);
  for (let first = 0; first < count; first += rowsEach) {
    const rowCount = Math.min(rowsEach, count - first);
    const ids = chunkIds(first, rowCount);
    const builder = new MergedBuilder();
    builder.add(
      {
        packs: packsOf(first, rowCount),
        rowCount,
        *rows() {
          let offset = 128;
          for (let row = 0; row < rowCount; row++) {
            const slot = row % slotsPerPack;
            if (slot === 0) offset = 128;
            const id = ids.subarray(row * idBytes, (row + 1) * idBytes);
            yield { id, pack: Math.floor(row / slotsPerPack), slot, offset, length: lengthOf(id) };
            offset += lengthOf(id);
          }
        },
      },
      () => true,
    );
    const id = Buffer.from(systemRandom.bytes(16)).toString('hex');
    const key = mergedKeyOf(1, id);
    await store.put(key, sealObject(keys, { kind: 'HFMERGE1', key, sessionId: id }, builder.encode([]), systemRandom));
    if ((first / rowsEach) % 10 === 9) console.error(`${first + rowCount} chunks put`);
  }
}

/** As sessions leave them: `sessions` committed ones, a segment each. */
export async function putSegments(store: ObjectStore, keys: VaultKeys, first: number, count: number, sessions: number): Promise<void> {
  const rowsEach = Math.floor(count / sessions / slotsPerPack) * slotsPerPack;
  for (let session = 0; session < sessions; session++) {
    const from = first + session * rowsEach;
    const ids = chunkIds(from, rowsEach);
    const packs = packsOf(from, rowsEach);
    const rows = packs.map((pack, number) => {
      const bytes = Buffer.alloc(pack.slots * rowBytes);
      let offset = 128;
      for (let slot = 0; slot < pack.slots; slot++) {
        const id = ids.subarray((number * slotsPerPack + slot) * idBytes, (number * slotsPerPack + slot + 1) * idBytes);
        writeRow(bytes, slot, { id, slot, offset, length: lengthOf(id), plainLength: 262_144 });
        offset += lengthOf(id);
      }
      return bytes;
    });
    const [vmId, sessionId] = [0, 1].map(() => Buffer.from(systemRandom.bytes(16)).toString('hex')) as [string, string];
    const key = segmentKeyOf(sessionId, 0, vmId);
    await store.put(key, sealObject(keys, { kind: 'HFINDEX1', key, sessionId }, encodeSegment(packs, rows), systemRandom));
    await store.put(pointKeyOf(vmId, sessionId), Buffer.from('HFPOINT1 stands for a manifest, of which only this is read'));
  }
}
