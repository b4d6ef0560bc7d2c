import type { Area } from './virtual-disk.ts';

export const sectorBytes = 512;

/** The file behind one layer. Offsets are the disk's and, as all lengths, multiples of a sector. The caller keeps writers alone. */
export interface Extent {
  readonly path: string;
  /** Fills those parts of `into` that this file holds and returns the others; `into` begins at disk offset `origin`. */
  read(into: Uint8Array, origin: number, parts: readonly Area[]): Promise<Area[]>;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Reads as zero afterwards, whatever lies below. */
  zero(offset: number, length: number): Promise<void>;
  /** False only when it holds nothing there; cheap, without I/O. */
  mayHold(offset: number, length: number): boolean;
  /** What it holds, ascending. */
  held(): AsyncIterable<Area>;
  flush(): Promise<void>;
  close(): Promise<void>;
}
