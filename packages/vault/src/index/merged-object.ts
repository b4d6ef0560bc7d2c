import { vaultErrors } from '../errors.ts';
import { chunkIdBytes, packHeaderBytes } from '../format.ts';
import type { SourceRow } from './row-batch.ts';
import { type IndexedPack, readIndexedPack, segmentPackBytes, writeIndexedPack } from './segment.ts';

/** Rows of one merged object at most: about 18 MB, which a mover reads whole. */
export const mergedRowsMax = 524_288;
const version = 1;

/** An index object that stands for others (docs/vault-format.md §8.2). */
export interface MergedContent {
  readonly replaces: readonly string[];
  /** metadata packs, too, without rows */
  readonly packs: readonly IndexedPack[];
  readonly rowCount: number;
  /** by pack, and by slot within a pack */
  rows(): Iterable<SourceRow>;
}

/** Numbers of rows and packs that sorting by place can tell apart exactly. */
const sortablePacksMax = 1 << 17;
const sortableRowsMax = 1 << 20;

/**
 * Gathers rows of several index objects by pack. Rows are stored by column, and each as its difference from what is usual: slots
 * lie one behind the other without gaps, so that compression leaves little more than ids and lengths.
 */
export class MergedBuilder {
  readonly #packs: { readonly pack: IndexedPack; readonly rows: number }[] = [];
  readonly #known = new Set<string>();
  readonly #parts: { readonly ids: Buffer; readonly slots: Buffer; readonly gaps: Buffer; readonly lengths: Buffer }[] = [];
  rowCount = 0;

  /** A pack that an earlier object brought isn't taken twice, and none that `wanted` doesn't want. */
  add({ packs, rowCount, rows }: Omit<MergedContent, 'replaces'>, wanted: (packId: string) => boolean): void {
    if (packs.length > sortablePacksMax || rowCount > sortableRowsMax) throw new RangeError('more rows than an index object holds');
    const takes = packs.map(({ id }) => !this.#known.has(id) && wanted(id));
    const counts = new Uint32Array(packs.length);
    const given: SourceRow[] = [];
    const order = new Float64Array(rowCount);
    for (const row of rows()) {
      if (!takes[row.pack]) continue;
      counts[row.pack]!++;
      order[given.length] = (row.pack * 0x1_0000 + row.slot) * sortableRowsMax + given.length;
      given.push(row);
    }
    packs.forEach((pack, number) => {
      if (!takes[number]) return;
      this.#known.add(pack.id);
      this.#packs.push({ pack, rows: counts[number]! });
    });
    this.#addRows(Array.from(order.subarray(0, given.length).sort(), (place) => given[place % sortableRowsMax]!));
  }

  #addRows(rows: readonly SourceRow[]): void {
    const count = rows.length;
    const part = { ids: Buffer.alloc(count * chunkIdBytes), slots: Buffer.alloc(count * 2), gaps: Buffer.alloc(count * 4), lengths: Buffer.alloc(count * 4) };
    let slot = 0;
    let offset = packHeaderBytes;
    rows.forEach((row, index) => {
      if (row.pack !== rows[index - 1]?.pack) [slot, offset] = [0, packHeaderBytes];
      part.ids.set(row.id, index * chunkIdBytes);
      part.slots.writeUInt16LE((row.slot - slot) & 0xffff, index * 2);
      part.gaps.writeUInt32LE((row.offset - offset) >>> 0, index * 4);
      part.lengths.writeUInt32LE(row.length, index * 4);
      slot = row.slot + 1;
      offset = row.offset + row.length;
    });
    this.#parts.push(part);
    this.rowCount += count;
  }

  /** @param replaces keys of the objects that were added */
  encode(replaces: readonly string[]): Buffer {
    const names = Buffer.from(replaces.join('\n'));
    const head = Buffer.alloc(16 + names.length + this.#packs.length * segmentPackBytes);
    head.writeUInt32LE(version, 0);
    head.writeUInt32LE(names.length, 4);
    names.copy(head, 8);
    head.writeUInt32LE(this.#packs.length, 8 + names.length);
    head.writeUInt32LE(this.rowCount, 12 + names.length);
    this.#packs.forEach(({ pack, rows }, number) => {
      const at = 16 + names.length + number * segmentPackBytes;
      writeIndexedPack(head, at, pack);
      head.writeUInt32LE(rows, at + 60);
    });
    const column = (name: 'ids' | 'slots' | 'gaps' | 'lengths') => this.#parts.map((part) => part[name]);
    return Buffer.concat([head, ...column('ids'), ...column('slots'), ...column('gaps'), ...column('lengths')]);
  }
}

/** @throws `OBJECT_DAMAGED` when an authenticated object isn't laid out as format 1 says */
export function decodeMerged(bytes: Buffer): MergedContent {
  const damaged = () => vaultErrors.create('OBJECT_DAMAGED', 'A merged index object isn’t laid out as format 1 says.');
  if (bytes.length < 16 || bytes.readUInt32LE(0) !== version) throw damaged();
  const namesEnd = 8 + bytes.readUInt32LE(4);
  if (namesEnd + 8 > bytes.length) throw damaged();
  const packCount = bytes.readUInt32LE(namesEnd);
  const rowCount = bytes.readUInt32LE(namesEnd + 4);
  const packsAt = namesEnd + 8;
  const idsAt = packsAt + packCount * segmentPackBytes;
  const slotsAt = idsAt + rowCount * chunkIdBytes;
  const gapsAt = slotsAt + rowCount * 2;
  const lengthsAt = gapsAt + rowCount * 4;
  if (lengthsAt + rowCount * 4 !== bytes.length) throw damaged();
  const packs = Array.from({ length: packCount }, (_, pack) => readIndexedPack(bytes, packsAt + pack * segmentPackBytes));
  const rowsOf = (pack: number) => bytes.readUInt32LE(packsAt + pack * segmentPackBytes + 60);
  if (packs.reduce((sum, _, pack) => sum + rowsOf(pack), 0) !== rowCount) throw damaged();
  return {
    replaces: namesEnd === 8 ? [] : bytes.toString('latin1', 8, namesEnd).split('\n'),
    packs,
    rowCount,
    *rows() {
      let row = 0;
      for (let pack = 0; pack < packCount; pack++) {
        let nextSlot = 0;
        let nextOffset = packHeaderBytes;
        for (const end = row + rowsOf(pack); row < end; row++) {
          const slot = (nextSlot + bytes.readUInt16LE(slotsAt + row * 2)) & 0xffff;
          const offset = (nextOffset + bytes.readUInt32LE(gapsAt + row * 4)) >>> 0;
          const length = bytes.readUInt32LE(lengthsAt + row * 4);
          yield { id: bytes.subarray(idsAt + row * chunkIdBytes, idsAt + (row + 1) * chunkIdBytes), pack, slot, offset, length };
          nextSlot = slot + 1;
          nextOffset = offset + length;
        }
      }
    },
  };
}
