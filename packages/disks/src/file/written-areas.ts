import { MiB } from '@holdfast/kit';
import type { Extent } from '../disk.ts';

/** One bit for each of these: 8 MiB of bits for a disk of 64 TiB. */
const areaBytes = MiB;

/** Remembers roughly which parts of a file have been written, so that zeros over never-written parts cost nothing and stay holes. */
export class WrittenAreas {
  readonly #bits: Uint8Array;

  constructor(capacity: number) {
    this.#bits = new Uint8Array(Math.ceil(capacity / areaBytes / 8));
  }

  mark(offset: number, length: number): void {
    const end = Math.ceil((offset + length) / areaBytes);
    for (let area = Math.floor(offset / areaBytes); area < end; area++) this.#bits[area >>> 3]! |= 1 << (area & 7);
  }

  /** The parts of a range that may have been written, none longer than 1 MiB. */
  *within(offset: number, length: number): Generator<Extent> {
    const end = offset + length;
    for (let at = offset; at < end; ) {
      const area = Math.floor(at / areaBytes);
      const next = Math.min(end, (area + 1) * areaBytes);
      if (this.#bits[area >>> 3]! & (1 << (area & 7))) yield { offset: at, length: next - at };
      at = next;
    }
  }
}
