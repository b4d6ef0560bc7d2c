import { type FileHandle, open } from 'node:fs/promises';
import { storageErrors } from './errors.ts';
import { type Extent, sectorBytes } from './extent.ts';
import type { Area } from './virtual-disk.ts';
import { readWhole, writeWhole } from './whole-io.ts';

const magic = 0x44574f43; // `COWD`, little endian
const headerSectors = 4;
const tableEntries = 4096;
const tableBytes = tableEntries * 4;
/** What one grain table covers: 2 MiB of disk. */
const tableSpan = tableEntries * sectorBytes;
/** 1 MiB of tables in memory for each open delta. */
const tablesInMemoryMax = 64;
const zeros = new Uint8Array(256 * 1024);

interface Run {
  /** sector of the disk */
  readonly sector: number;
  readonly count: number;
  /** sector of the file; 0: not in this file */
  readonly at: number;
}

/**
 * A `-delta.vmdk` as VMFS keeps them (COWD, also called vmfsSparse): a header of 4 sectors, the grain directory,
 * then grain tables and grains of one sector in the order in which they came. Entry 0 means: look in the parent.
 *
 * Order of writes: grains, then their table, then the directory. A crash between leaves unused sectors at the end.
 * Numbers are little endian, as every machine is that this runs on.
 */
export class DeltaExtent implements Extent {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #directory: Uint32Array;
  readonly #tables = new Map<number, Uint32Array>();
  readonly #writable: boolean;
  #freeSector: number;

  private constructor(path: string, file: FileHandle, directory: Uint32Array, freeSector: number, writable: boolean) {
    this.path = path;
    this.#file = file;
    this.#directory = directory;
    this.#freeSector = freeSector;
    this.#writable = writable;
  }

  /** Makes an empty delta of a disk of `capacity` bytes, replacing what is there. */
  static async make(path: string, capacity: number): Promise<void> {
    const entries = Math.ceil(capacity / tableSpan);
    const directorySectors = Math.ceil((entries * 4) / sectorBytes);
    const header = new DataView(new ArrayBuffer(headerSectors * sectorBytes));
    const fields = [magic, 1, 3, capacity / sectorBytes, 1, headerSectors, entries, headerSectors + directorySectors];
    for (const [index, field] of fields.entries()) header.setUint32(index * 4, field, true);
    await using file = await open(path, 'w');
    await writeWhole(file, new Uint8Array(header.buffer), 0);
    await file.truncate((headerSectors + directorySectors) * sectorBytes);
  }

  static async open(path: string, options: { readonly capacity: number; readonly writable: boolean }): Promise<DeltaExtent> {
    const file = await open(path, options.writable ? 'r+' : 'r');
    try {
      const header = new Uint32Array(8);
      await readWhole(file, new Uint8Array(header.buffer), 0, path);
      const entries = Math.ceil(options.capacity / tableSpan);
      const expected = [magic, 1, 3, options.capacity / sectorBytes, 1, headerSectors, entries];
      if (expected.some((value, index) => header[index] !== value)) {
        throw storageErrors.create('DISK_DAMAGED', `${path} is not a delta of a disk of ${options.capacity} bytes`, { subject: { file: path } });
      }
      const directory = new Uint32Array(entries);
      await readWhole(file, new Uint8Array(directory.buffer), headerSectors * sectorBytes, path);
      return new DeltaExtent(path, file, directory, Math.ceil((await file.stat()).size / sectorBytes), options.writable);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(into: Uint8Array, origin: number, parts: readonly Area[]): Promise<Area[]> {
    const missing: Area[] = [];
    for (const part of parts) {
      for (const span of spans(part.start, part.length)) {
        const table = await this.#table(span.index);
        if (table === undefined) {
          addArea(missing, span.start, span.length);
          continue;
        }
        for (const run of runs(table, span)) {
          const start = run.sector * sectorBytes;
          const length = run.count * sectorBytes;
          if (run.at === 0) addArea(missing, start, length);
          else await readWhole(this.#file, into.subarray(start - origin, start - origin + length), run.at * sectorBytes, this.path);
        }
      }
    }
    return missing;
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    for (const span of spans(offset, bytes.length)) {
      const table = (await this.#table(span.index)) ?? new Uint32Array(tableEntries);
      const added: Run[] = [];
      for (const run of runs(table, span)) {
        const from = run.sector * sectorBytes - offset;
        const at = run.at === 0 ? this.#take(run.count) : run.at;
        await writeWhole(this.#file, bytes.subarray(from, from + run.count * sectorBytes), at * sectorBytes);
        if (run.at === 0) added.push({ ...run, at });
      }
      if (added.length > 0) await this.#enterRuns(span.index, table, added);
    }
  }

  async zero(offset: number, length: number): Promise<void> {
    for (let at = 0; at < length; at += zeros.length) await this.write(offset + at, zeros.subarray(0, Math.min(zeros.length, length - at)));
  }

  mayHold(offset: number, length: number): boolean {
    const last = Math.floor((offset + length - 1) / tableSpan);
    for (let index = Math.floor(offset / tableSpan); index <= last; index++) if (this.#directory[index] !== 0) return true;
    return false;
  }

  async *held(): AsyncGenerator<Area> {
    for (const index of this.#directory.keys()) {
      const table = await this.#table(index);
      if (table === undefined) continue;
      const areas: Area[] = [];
      const whole = { index, start: index * tableSpan, length: tableSpan };
      for (const run of runs(table, whole)) if (run.at !== 0) addArea(areas, run.sector * sectorBytes, run.count * sectorBytes);
      yield* areas;
    }
  }

  async flush(): Promise<void> {
    if (this.#writable) await this.#noteFreeSector();
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    if (this.#writable) await this.#noteFreeSector();
    await this.#file.close();
  }

  #take(sectors: number): number {
    const at = this.#freeSector;
    this.#freeSector += sectors;
    if (this.#freeSector > 0xffff_ffff) throw storageErrors.create('DISK_DAMAGED', `${this.path} is full: a delta can't hold more than 2 TiB`);
    return at;
  }

  async #enterRuns(index: number, table: Uint32Array, added: readonly Run[]): Promise<void> {
    for (const run of added) for (let sector = 0; sector < run.count; sector++) table[(run.sector % tableEntries) + sector] = run.at + sector;
    const known = this.#directory[index] as number;
    if (known !== 0) {
      const first = added[0]!.sector % tableEntries;
      const last = added.at(-1)!;
      const entries = table.subarray(first, (last.sector % tableEntries) + last.count);
      await writeWhole(this.#file, new Uint8Array(entries.buffer, entries.byteOffset, entries.byteLength), known * sectorBytes + first * 4);
      return;
    }
    const at = this.#take(tableBytes / sectorBytes);
    await writeWhole(this.#file, new Uint8Array(table.buffer), at * sectorBytes);
    this.#directory[index] = at;
    await writeWhole(this.#file, new Uint8Array(this.#directory.buffer, index * 4, 4), headerSectors * sectorBytes + index * 4);
    this.#remember(index, table);
  }

  async #table(index: number): Promise<Uint32Array | undefined> {
    const at = this.#directory[index] as number;
    if (at === 0) return undefined;
    const known = this.#tables.get(index);
    if (known !== undefined) {
      this.#tables.delete(index);
      this.#tables.set(index, known);
      return known;
    }
    const table = new Uint32Array(tableEntries);
    await readWhole(this.#file, new Uint8Array(table.buffer), at * sectorBytes, this.path);
    this.#remember(index, table);
    return table;
  }

  #remember(index: number, table: Uint32Array): void {
    this.#tables.set(index, table);
    if (this.#tables.size > tablesInMemoryMax) this.#tables.delete(this.#tables.keys().next().value as number);
  }

  async #noteFreeSector(): Promise<void> {
    await writeWhole(this.#file, new Uint8Array(Uint32Array.of(this.#freeSector).buffer), 28);
  }
}

interface Span extends Area {
  readonly index: number;
}

/** Cuts a range where one grain table ends and the next begins. */
function* spans(offset: number, length: number): Generator<Span> {
  const end = offset + length;
  for (let start = offset; start < end; ) {
    const index = Math.floor(start / tableSpan);
    const next = Math.min((index + 1) * tableSpan, end);
    yield { index, start, length: next - start };
    start = next;
  }
}

/** Runs of sectors that lie behind each other in the file too, or are missing together. */
function* runs(table: Uint32Array, span: Span): Generator<Run> {
  const sector = span.start / sectorBytes;
  const base = sector % tableEntries;
  const count = span.length / sectorBytes;
  for (let from = 0; from < count; ) {
    const at = table[base + from] as number;
    let to = from + 1;
    while (to < count && table[base + to] === (at === 0 ? 0 : at + to - from)) to++;
    yield { sector: sector + from, count: to - from, at };
    from = to;
  }
}

function addArea(areas: Area[], start: number, length: number): void {
  const last = areas.at(-1);
  if (last !== undefined && last.start + last.length === start) areas[areas.length - 1] = { start: last.start, length: last.length + length };
  else areas.push({ start, length });
}
