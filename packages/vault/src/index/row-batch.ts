import { runRowBytes, writeRunRow } from './run-layout.ts';
import { PackList, type RunSource, RunWriter } from './run-writer.ts';
import { sortedPositions, sortRowsMax } from './sort-rows.ts';

const rowsAtFirst = 4096;

/** Where an index object says that a chunk lies; `pack` counts in the object's packs. */
export interface SourceRow {
  readonly id: Buffer;
  readonly pack: number;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
}

/** An index object of the vault, opened. */
export interface SourceContent extends RunSource {
  /** ids of its packs */
  readonly packs: readonly string[];
  readonly rowCount: number;
  rows(): Iterable<SourceRow>;
}

/** Rows of whole index objects, gathered until they make a run: 32 bytes each, 16 MiB at most. */
export class RowBatch {
  #rows = Buffer.alloc(rowsAtFirst * runRowBytes);
  #packs = new PackList();
  #sources: RunSource[] = [];
  count = 0;

  /** A batch with nothing in it takes any object that can be taken at all. */
  hasRoomFor(rows: number): boolean {
    return this.count + rows <= sortRowsMax;
  }

  get isEmpty(): boolean {
    return this.#sources.length === 0;
  }

  add({ packs, rowCount, rows, ...told }: SourceContent): void {
    while ((this.count + rowCount) * runRowBytes > this.#rows.length)
      this.#rows = Buffer.concat([this.#rows], Math.min(this.#rows.length * 2, sortRowsMax * runRowBytes));
    const source = this.#sources.push(told) - 1;
    const numbers: (number | undefined)[] = [];
    for (const row of rows()) {
      numbers[row.pack] ??= this.#packs.add(Buffer.from(packs[row.pack]!, 'hex'), source);
      writeRunRow(this.#rows, this.count++ * runRowBytes, row.id, { pack: numbers[row.pack]!, slot: row.slot, offset: row.offset, length: row.length });
    }
  }

  /** Makes a run of what was gathered, and is empty again. Answers with the run's name. */
  async write(folder: string, key: Uint8Array, runId: Uint8Array): Promise<string> {
    const writer = await RunWriter.create(folder, key, runId, this.count);
    try {
      for (const position of sortedPositions(this.#rows, this.count)) {
        const at = position * runRowBytes;
        writer.add(this.#rows, at, this.#rows.readUInt32LE(at + 16));
        if (writer.isFull) await writer.flush();
      }
      const name = await writer.finish(this.#packs, this.#sources);
      this.#packs = new PackList();
      this.#sources = [];
      this.count = 0;
      return name;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }
}
