import type { Buffer } from 'node:buffer';
import { grainSectors, streamSectorBytes, tableBytes, tableEntries } from './stream-format.ts';

/**
 * Holds a stream to its own index: notes where each grain was and compares that with what tables, directory and footer say.
 * Every method returns `undefined`, or the sentence that says what is wrong.
 */
export class GrainDirectory {
  readonly #capacitySectors: number;
  readonly #entries: number;
  /** Where grains were, for tables that have not come yet. */
  readonly #seen = new Map<number, Uint32Array>();
  /** Where tables were. */
  readonly #tables: Uint32Array;
  /** Of a stream with the directory in front: where it says that grains will be. */
  #announced: Map<number, Uint32Array> | undefined;
  readonly #emptyTables = new Set<number>();
  #lastGrain = -1;
  #announcedGrains = 0;
  #grains = 0;
  #directory: number | undefined;
  #footer = false;

  constructor(capacitySectors: number) {
    this.#capacitySectors = capacitySectors;
    this.#entries = Math.ceil(capacitySectors / (tableEntries * grainSectors));
    this.#tables = new Uint32Array(this.#entries);
  }

  /** Of the directory. */
  get sectors(): number {
    return Math.ceil((this.#entries * 4) / streamSectorBytes);
  }

  /** Takes directory and tables from the front of the stream; `front` begins at sector 1. */
  expect(front: Buffer, directorySector: number): string | undefined {
    const announced = new Map<number, Uint32Array>();
    const at = (directorySector - 1) * streamSectorBytes;
    if (!(at >= 0 && at + this.#entries * 4 <= front.length)) return 'its grain directory does not lie in front of the grains';
    for (let entry = 0; entry < this.#entries; entry++) {
      const tableSector = front.readUInt32LE(at + entry * 4);
      if (tableSector === 0) continue;
      const from = (tableSector - 1) * streamSectorBytes;
      if (!(from >= 0 && from + tableBytes <= front.length)) return `grain table ${entry} does not lie in front of the grains`;
      const table = numbers(front.subarray(from, from + tableBytes));
      for (const sector of table) if (sector !== 0) this.#announcedGrains++;
      announced.set(entry, table);
    }
    this.#announced = announced;
    return undefined;
  }

  grainAt(diskSector: number, streamSector: number): string | undefined {
    const grain = diskSector / grainSectors;
    if (!Number.isInteger(grain) || diskSector >= this.#capacitySectors)
      return `the grain at sector ${streamSector} is for disk sector ${diskSector}, where no grain begins`;
    if (grain <= this.#lastGrain) return `the grain at sector ${streamSector} is for disk sector ${diskSector}, behind which the stream has come already`;
    if (this.#directory !== undefined) return `the grain at sector ${streamSector} comes behind the grain directory`;
    this.#lastGrain = grain;
    this.#grains++;
    const entry = Math.floor(grain / tableEntries);
    if (this.#announced !== undefined) {
      const told = this.#announced.get(entry)?.[grain % tableEntries] ?? 0;
      return told === streamSector ? undefined : `the grain table says that disk sector ${diskSector} is at sector ${told}, but it came at ${streamSector}`;
    }
    if (this.#tables[entry] !== 0) return `the grain at sector ${streamSector} comes behind its grain table`;
    let table = this.#seen.get(entry);
    if (table === undefined) {
      table = new Uint32Array(tableEntries);
      this.#seen.set(entry, table);
    }
    table[grain % tableEntries] = streamSector;
    return undefined;
  }

  /** A table names no directory entry: it is the one of the lowest grains that wait for theirs. */
  tableAt(streamSector: number, bytes: Buffer): string | undefined {
    const next = this.#seen.entries().next();
    const table = numbers(bytes);
    // Some writers send tables for empty stretches too; nothing says which.
    if (table.every((sector) => sector === 0)) {
      // Some writers send tables for stretches without grains too.
      this.#emptyTables.add(streamSector);
      return undefined;
    }
    if (next.done === true) return `the grain table at sector ${streamSector} is for grains that never came`;
    const [entry, seen] = next.value;
    const wrong = table.findIndex((sector, index) => sector !== seen[index]);
    if (wrong >= 0) return `grain table ${entry} says that its grain ${wrong} is at sector ${table[wrong]}, but it was at ${seen[wrong]}`;
    this.#seen.delete(entry);
    this.#tables[entry] = streamSector;
    return undefined;
  }

  directoryAt(streamSector: number, bytes: Buffer): string | undefined {
    if (this.#directory !== undefined) return 'it has two grain directories';
    const [waiting] = this.#seen.keys();
    if (waiting !== undefined) return `the grain directory comes before grain table ${waiting}`;
    const directory = numbers(bytes);
    for (const [entry, told] of directory.entries()) {
      const was = entry < this.#entries ? (this.#tables[entry] as number) : 0;
      // An entry for a stretch without grains is 0, or names an all-zero table.
      const empty = was === 0 && entry < this.#entries && this.#emptyTables.has(told);
      if (told !== was && !empty) return `the grain directory says that table ${entry} is at sector ${told}, but it was at ${was}`;
    }
    this.#directory = streamSector;
    return undefined;
  }

  footer(directoryOffset: bigint): string | undefined {
    if (this.#footer) return 'it has two footers';
    if (directoryOffset !== BigInt(this.#directory ?? -1))
      return `its footer says that the grain directory is at sector ${directoryOffset}, but it was at ${this.#directory ?? 'none'}`;
    this.#footer = true;
    return undefined;
  }

  finish(footerNeeded: boolean): string | undefined {
    if (footerNeeded && !this.#footer) return 'it ends without a footer';
    if (this.#announced !== undefined && this.#announcedGrains !== this.#grains)
      return `its grain tables name ${this.#announcedGrains} grains, but ${this.#grains} came`;
    return undefined;
  }
}

function numbers(bytes: Buffer): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
