import { createHmac, createSecretKey } from 'node:crypto';
import { packHeaderBytes, packTrailerBytes } from '../format.ts';
import type { MovedSlot } from '../forward/forward-record.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { decodeTable, readTrailer, type TableEntry } from '../pack/layout.ts';
import { existingPackKey } from '../pack/pack-keys.ts';
import { openForMoving, openTable } from '../pack/seal.ts';
import type { SeenSlots } from './follow-maps.ts';
import type { PackCopier } from './pack-copier.ts';
import type { RecordContext } from './records.ts';
import type { HalfDeadPack } from './rewrite-plan.ts';

/** At common speeds a gap of this size is fetched sooner than another request is answered. */
const gapBytesMax = 1024 * 1024;
const rangeBytesMax = 8 * 1024 * 1024;

export interface CopiedSlots {
  readonly moved: readonly MovedSlot[];
  /** bytes read of the pack */
  readonly read: number;
  /** why the rest stays where it is: a collection has taken the pack, or parts of it aren't what was written */
  readonly reason?: string;
}

/** Copies the live slots of one pack: each is opened, decompressed and hashed again before it is sealed under the new key. */
export async function copySlots(
  { store, keys, signal }: RecordContext & { readonly signal?: AbortSignal | undefined },
  pack: HalfDeadPack,
  live: SeenSlots,
  copier: PackCopier,
): Promise<CopiedSlots> {
  let read = 0;
  const get = async (offset: number, length: number) => {
    read += length;
    return Buffer.from(await store.get(pack.key, { range: { offset, length }, signal }));
  };
  try {
    const header = await get(0, packHeaderBytes);
    const key = existingPackKey(keys, pack.kind, pack.id, header);
    const trailer = readTrailer(await get(pack.size - packTrailerBytes, packTrailerBytes));
    const fits = trailer !== undefined && trailer.tableOffset + trailer.tableLength === pack.size - packTrailerBytes && trailer.tableOffset >= packHeaderBytes;
    if (key === undefined || !fits) return { moved: [], read, reason: `the ${fits ? 'header' : 'trailer'} of ${pack.key} isn’t what was written` };
    const cipherKey = createSecretKey(key);
    const table = openTable(await get(trailer.tableOffset, trailer.tableLength), header, cipherKey);
    if (table === undefined) return { moved: [], read, reason: `the slot table of ${pack.key} isn’t what was written` };
    const wanted = decodeTable(table).flatMap((entry, slot) => (live.has({ pack: pack.id, slot }) ? [{ ...entry, slot }] : []));
    const moved: MovedSlot[] = [];
    const damaged: number[] = [];
    for (const run of runsOf(wanted)) {
      const first = run[0]!.offset;
      const bytes = await get(first, run.at(-1)!.offset + run.at(-1)!.length - first);
      for (const { slot, offset, length, id } of run) {
        const opened = openForMoving(bytes.subarray(offset - first, offset - first + length), slot, cipherKey);
        if (opened === undefined || !opened.header.id.equals(id) || !idOf(keys, pack.kind, opened.plain).equals(id)) damaged.push(slot);
        else moved.push({ slot, to: await copier.add(opened) });
      }
    }
    return { moved, read, ...(damaged.length > 0 && { reason: `slot ${damaged.join(', ')} of ${pack.key} isn’t what was written` }) };
  } catch (error) {
    // Absence is proven: a collection has taken the pack, and nobody needs it any more.
    if ((error as { code?: string }).code === 'STORE_ABSENT') return { moved: [], read, reason: `${pack.key} is gone` };
    if ((error as { code?: string }).code === 'STORE_RANGE') return { moved: [], read, reason: `${pack.key} is shorter than it was written` };
    throw error;
  }
}

function idOf(keys: VaultKeys, kind: HalfDeadPack['kind'], plain: Buffer): Buffer {
  return createHmac('sha256', kind === 'data' ? keys.chunkId : keys.nodeId)
    .update(plain)
    .digest();
}

/** Neighbours that come with one request. */
function runsOf(slots: readonly (TableEntry & { slot: number })[]): (TableEntry & { slot: number })[][] {
  const runs: (TableEntry & { slot: number })[][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const joins =
      run !== undefined && slot.offset - (last!.offset + last!.length) <= gapBytesMax && slot.offset + slot.length - run[0]!.offset <= rangeBytesMax;
    if (joins) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
}
