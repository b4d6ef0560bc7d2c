import { chunkIdBytes, idBytes } from '../format.ts';
import type { PackKind } from '../pack/layout.ts';

const firstRows = 1024;
/** size, slots, needed to, flags, listed size */
const width = 5;

/** What is known of one pack; numbers are 0 and the hash is absent where nobody says. */
export interface PackFacts {
  readonly row: number;
  readonly id: string;
  readonly kind: PackKind;
  /** by a point that can be restored */
  readonly needed: boolean;
  readonly size: number;
  readonly sha256: string | undefined;
  readonly slots: number;
  /** end of the furthest slot that a map refers to */
  readonly neededTo: number;
  /** as the store says */
  readonly listed: number;
}

/**
 * Facts about packs, in 76 bytes a pack and twice that while it grows: about 2 MiB for each TiB stored.
 * Ids are random, so their first bytes serve as the hash.
 */
export class PackTable {
  #capacity = firstRows;
  #ids = Buffer.alloc(firstRows * idBytes);
  #hashes = Buffer.alloc(firstRows * chunkIdBytes);
  #numbers = new Uint32Array(firstRows * width);
  #places = new Int32Array(firstRows * 2).fill(-1);
  count = 0;

  /** Row of a pack; a new one where it isn't known yet. */
  rowOf(id: string): number {
    return this.#find(id, true);
  }

  #find(id: string, add: boolean): number {
    const bytes = Buffer.from(id, 'hex');
    const mask = this.#places.length - 1;
    let place = bytes.readUInt32LE(0) & mask;
    for (; this.#places[place]! >= 0; place = (place + 1) & mask) {
      const row = this.#places[place]!;
      if (this.#ids.compare(bytes, 0, idBytes, row * idBytes, (row + 1) * idBytes) === 0) return row;
    }
    if (!add) return -1;
    if (this.count === this.#capacity) {
      this.#grow();
      return this.#find(id, true);
    }
    const row = this.count++;
    this.#ids.set(bytes, row * idBytes);
    this.#places[place] = row;
    return row;
  }

  /**
   * A manifest or an index segment tells what was written.
   * @param named what an index segment says beyond
   */
  record(id: string, size: number, sha256: string, named?: { readonly kind: PackKind; readonly slots: number }): void {
    const row = this.rowOf(id);
    this.#numbers[row * width] = size;
    if (named !== undefined) {
      this.#numbers[row * width + 1] = named.slots;
      this.#flag(row, flags.named | (named.kind === 'meta' ? flags.meta : 0));
    }
    this.#hashes.write(sha256, row * chunkIdBytes, 'hex');
    this.#flag(row, flags.hashed);
  }

  /** A map refers to a slot. */
  need(kind: PackKind, id: string, end: number): void {
    const row = this.rowOf(id);
    this.#numbers[row * width + 2] = Math.max(this.#numbers[row * width + 2]!, end);
    this.#flag(row, flags.needed | (kind === 'meta' ? flags.meta : 0));
  }

  /** The store has it, in this size. */
  list(id: string, size: number): void {
    const row = this.#find(id, false);
    if (row >= 0) this.#numbers[row * width + 4] = size;
  }

  /** An index segment names it. */
  isNamed(id: string): boolean {
    const row = this.#find(id, false);
    return row >= 0 && this.#has(row, flags.named);
  }

  isWanted(id: string): boolean {
    const row = this.#find(id, false);
    return row >= 0 && this.#wanted(row);
  }

  /** Collection has taken it, or is about to: nobody refers to it any more. */
  release(id: string): void {
    const row = this.#find(id, false);
    if (row >= 0) this.#flag(row, flags.released);
  }

  /** For when it can't be known what collection has taken. */
  releaseUnneeded(): void {
    for (let row = 0; row < this.count; row++) if (!this.#has(row, flags.needed)) this.#flag(row, flags.released);
  }

  /** Marks the packs whose slots are known right now. */
  setKnown(row: number, known: boolean): void {
    if (known) this.#flag(row, flags.known);
    else this.#numbers[row * width + 3]! &= ~flags.known;
  }

  isKnown(id: string): boolean {
    const row = this.#find(id, false);
    return row >= 0 && this.#has(row, flags.known);
  }

  *needed(): Generator<PackFacts> {
    for (let row = 0; row < this.count; row++) if (this.#has(row, flags.needed)) yield this.facts(row);
  }

  /** Packs that points need, and those that new backups may come to need since the index names them. */
  *wanted(): Generator<PackFacts> {
    for (let row = 0; row < this.count; row++) if (this.#wanted(row)) yield this.facts(row);
  }

  facts(row: number): PackFacts {
    return {
      row,
      id: this.#ids.toString('hex', row * idBytes, (row + 1) * idBytes),
      kind: this.#has(row, flags.meta) ? 'meta' : 'data',
      size: this.#numbers[row * width]!,
      slots: this.#numbers[row * width + 1]!,
      neededTo: this.#numbers[row * width + 2]!,
      listed: this.#numbers[row * width + 4]!,
      needed: this.#has(row, flags.needed),
      sha256: this.#has(row, flags.hashed) ? this.#hashes.toString('hex', row * chunkIdBytes, (row + 1) * chunkIdBytes) : undefined,
    };
  }

  #wanted(row: number): boolean {
    return this.#has(row, flags.needed) || (this.#has(row, flags.named) && !this.#has(row, flags.released));
  }

  #flag(row: number, flag: number): void {
    this.#numbers[row * width + 3]! |= flag;
  }

  #has(row: number, flag: number): boolean {
    return (this.#numbers[row * width + 3]! & flag) !== 0;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#ids = Buffer.concat([this.#ids, Buffer.alloc(this.#ids.length)]);
    this.#hashes = Buffer.concat([this.#hashes, Buffer.alloc(this.#hashes.length)]);
    const numbers = new Uint32Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#places = new Int32Array(this.#capacity * 2).fill(-1);
    const mask = this.#places.length - 1;
    for (let row = 0; row < this.count; row++) {
      let place = this.#ids.readUInt32LE(row * idBytes) & mask;
      while (this.#places[place]! >= 0) place = (place + 1) & mask;
      this.#places[place] = row;
    }
  }
}

const flags = { needed: 1, meta: 2, named: 4, hashed: 8, known: 16, released: 32 } as const;
