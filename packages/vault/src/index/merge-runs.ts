import type { OpenRun } from './open-run.ts';
import { readExactly } from './open-run.ts';
import { idPrefixBytes, openPage, packEntryBytes, pageBytes, runRowBytes } from './run-layout.ts';
import { PackList, type RunSource, RunWriter } from './run-writer.ts';

const pagesPerRead = 32;
const dropped = 0xffff_ffff;

/** Reads one run from front to back. */
class Cursor {
  readonly run: OpenRun;
  readonly #key: Uint8Array;
  readonly window = Buffer.alloc(pagesPerRead * pageBytes);
  /** new number of each pack, or `dropped` */
  readonly packs: Uint32Array;
  at = 0;
  #rowsLeft = 0;
  #page = 0;
  #firstPage = 0;
  #pagesLeft = 0;
  /** first 53 bits of the id at `at`: settles nearly every comparison */
  head = 0;

  constructor(run: OpenRun, key: Uint8Array, packs: Uint32Array) {
    this.run = run;
    this.#key = key;
    this.packs = packs;
  }

  /** Moves on within the window; `false` when a read is due or the run is over. */
  step(): boolean {
    if (--this.#rowsLeft > 0) this.at += runRowBytes;
    else if (!this.#nextPage()) return false;
    this.#look();
    return true;
  }

  #nextPage(): boolean {
    if (this.#pagesLeft === 0) return false;
    const start = (this.#page - this.#firstPage) * pageBytes;
    const rows = openPage(this.#key, Buffer.from(this.run.shared.runId), this.#page, this.window.subarray(start, start + pageBytes));
    if (rows === undefined || rows === 0) throw new DamagedRun(this.run);
    this.#page++;
    this.#pagesLeft--;
    this.#rowsLeft = rows;
    this.at = start;
    return true;
  }

  /** `false` at the end of the run. */
  async refill(): Promise<boolean> {
    const pages = Math.min(pagesPerRead, this.run.shared.pages - this.#page);
    if (pages === 0) return false;
    this.#firstPage = this.#page;
    if ((await readExactly(this.run.shared.fd, this.#page * pageBytes, this.window.subarray(0, pages * pageBytes))) === undefined)
      throw new DamagedRun(this.run);
    this.#pagesLeft = pages;
    this.#nextPage();
    this.#look();
    return true;
  }

  #look(): void {
    this.head = this.window.readUInt32BE(this.at) * 0x20_0000 + (this.window.readUInt32BE(this.at + 4) >>> 11);
  }

  isBefore(other: Cursor): boolean {
    if (this.head !== other.head) return this.head < other.head;
    return this.window.compare(other.window, other.at, other.at + idPrefixBytes, this.at, this.at + idPrefixBytes) < 0;
  }
}

/** Thrown by a merge that meets a page that isn't what was written. */
export class DamagedRun extends Error {
  readonly run: OpenRun;

  constructor(run: OpenRun) {
    super(`The run ${run.name} of the local index is damaged.`);
    this.run = run;
  }
}

export interface MergeOptions {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly runId: Uint8Array;
  /** rows of other sources are left out */
  keeps(source: RunSource): boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes one run of several; memory is 128 KiB for each, and the new filter. The old ones stay: the caller removes them.
 *
 * @throws `DamagedRun`
 */
export async function mergeRuns(runs: readonly OpenRun[], options: MergeOptions): Promise<string> {
  const { packs, sources, numbers } = renumber(runs, options.keeps);
  const rowsMax = runs.reduce((sum, run) => sum + run.rows, 0);
  const writer = await RunWriter.create(options.folder, options.key, options.runId, rowsMax);
  try {
    const heap: Cursor[] = [];
    for (const [index, run] of runs.entries()) {
      const cursor = new Cursor(run, options.key, numbers[index]!);
      if (await cursor.refill()) push(heap, cursor);
    }
    while (heap.length > 0) {
      const least = heap[0]!;
      const pack = least.packs[least.window.readUInt32LE(least.at + idPrefixBytes)]!;
      if (pack !== dropped) writer.add(least.window, least.at, pack);
      if (writer.isFull) await writer.flush();
      if (!least.step()) {
        options.signal?.throwIfAborted();
        if (!(await least.refill())) {
          const last = heap.pop()!;
          if (heap.length === 0) break;
          heap[0] = last;
        }
      }
      sink(heap, 0);
    }
    return await writer.finish(packs, sources);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** A source that several runs have counts once, from the first of them. */
function renumber(runs: readonly OpenRun[], keeps: (source: RunSource) => boolean) {
  const packs = new PackList();
  const sources: RunSource[] = [];
  const seen = new Set<string>();
  const numbers = runs.map((run) => {
    const kept = run.sources.map((source) => (seen.has(source.key) || !keeps(source) ? dropped : sources.push(source) - 1));
    for (const { key } of run.sources) seen.add(key);
    return Uint32Array.from({ length: run.packs.length / packEntryBytes }, (_, pack) => {
      const at = pack * packEntryBytes;
      const source = kept[run.packs.readUInt32LE(at + 16)]!;
      return source === dropped ? dropped : packs.add(run.packs.subarray(at, at + 16), source);
    });
  });
  return { packs, sources, numbers };
}

function push(heap: Cursor[], cursor: Cursor): void {
  let at = heap.push(cursor) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!cursor.isBefore(heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = cursor;
}

function sink(heap: Cursor[], from: number): void {
  const cursor = heap[from]!;
  let at = from;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.isBefore(heap[child]!)) child++;
    if (!heap[child]!.isBefore(cursor)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = cursor;
}
