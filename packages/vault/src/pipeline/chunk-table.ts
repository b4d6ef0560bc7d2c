import { countTableEntry, locked, type SharedControl, tableEntries, throwIfAborted } from './shared-control.ts';

/**
 * Where the chunks that a session may reuse lie: open addressing in shared memory, 32 bytes an entry.
 *
 * An entry is recognised by the first 128 bits of its chunk id, a keyed hash: nobody without the key can make two meet,
 * and by chance 2^40 chunks meet with probability 2^-49. If it happened, the read after would notice.
 * When the table is full, further chunks are stored without being remembered: larger, never wrong.
 */
export interface ChunkTable {
  readonly words: Int32Array;
}

export interface ChunkPlace {
  readonly ordinal: number;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
}

const entryWords = 8;
const empty = 0;
const busy = 1;
const firstOrdinal = 2;
const loadMax = 0.8;
const pollMs = 200;
const tableEntriesMin = 1 << 14;
/** 128 MiB: a million million bytes of unique chunks of average size. */
export const tableEntriesMax = 1 << 22;

export function newChunkTable(expectedChunks: number): ChunkTable {
  let entries = tableEntriesMin;
  while (entries * loadMax < expectedChunks && entries < tableEntriesMax) entries *= 2;
  return { words: new Int32Array(new SharedArrayBuffer(entries * entryWords * 4)) };
}

export type Claim =
  | { readonly kind: 'known'; readonly place: ChunkPlace }
  | { readonly kind: 'mine'; readonly entry: number }
  | { readonly kind: 'unremembered' };

function find({ words }: ChunkTable, id: Buffer): { entry: number; taken: boolean } {
  const a = id.readInt32LE(0);
  const b = id.readInt32LE(4);
  const c = id.readInt32LE(8);
  const d = id.readInt32LE(12);
  const mask = words.length / entryWords - 1;
  for (let entry = a & mask; ; entry = (entry + 1) & mask) {
    const base = entry * entryWords;
    if (words[base] === empty) return { entry, taken: false };
    if (words[base + 1] === a && words[base + 2] === b && words[base + 3] === c && words[base + 4] === d) return { entry, taken: true };
  }
}

function take(control: SharedControl, { words }: ChunkTable, entry: number, id: Buffer): void {
  const base = entry * entryWords;
  words[base] = busy;
  for (let word = 0; word < 4; word++) words[base + 1 + word] = id.readInt32LE(word * 4);
  countTableEntry(control);
}

const isFull = (control: SharedControl, { words }: ChunkTable) => tableEntries(control) >= (words.length / entryWords) * loadMax;

/**
 * Worker: is this chunk known, or is it ours to store? Of several workers that meet the same new chunk, one gets it;
 * the others wait until it has a place.
 *
 * @param known asked for what the table doesn't hold, without the lock: it may read from disk
 */
export function claimChunk(control: SharedControl, table: ChunkTable, id: Buffer, known: (id: Buffer) => ChunkPlace | undefined): Claim {
  const { words } = table;
  if (!locked(control, () => find(table, id)).taken) {
    const place = known(id);
    if (place !== undefined) return { kind: 'known', place };
  }
  const found = locked(control, () => {
    const place = find(table, id);
    if (place.taken) return place;
    if (isFull(control, table)) return undefined;
    take(control, table, place.entry, id);
    return place;
  });
  if (found === undefined) return { kind: 'unremembered' };
  if (!found.taken) return { kind: 'mine', entry: found.entry };
  const base = found.entry * entryWords;
  for (;;) {
    const ordinal = Atomics.load(words, base);
    if (ordinal !== busy)
      return { kind: 'known', place: { ordinal: ordinal - firstOrdinal, slot: words[base + 5]!, offset: words[base + 6]!, length: words[base + 7]! } };
    throwIfAborted(control);
    Atomics.wait(words, base, busy, pollMs);
  }
}

/** Worker: the claimed chunk has its place; from now on others may refer to it. */
export function publishChunk({ words }: ChunkTable, entry: number, place: ChunkPlace): void {
  const base = entry * entryWords;
  words[base + 5] = place.slot;
  words[base + 6] = place.offset;
  words[base + 7] = place.length;
  Atomics.store(words, base, place.ordinal + firstOrdinal);
  Atomics.notify(words, base);
}

/** Main thread, before workers begin: a chunk that the vault holds already. False when the table is full. */
export function rememberChunk(control: SharedControl, table: ChunkTable, id: Buffer, place: ChunkPlace): boolean {
  const { entry, taken } = find(table, id);
  if (taken) return true;
  if (isFull(control, table)) return false;
  take(control, table, entry, id);
  publishChunk(table, entry, place);
  return true;
}
