/** A stretch of a disk and where its bytes are, as one layer of a chain sees it. Offsets on the disk, in bytes. */
export type Stretch =
  | { readonly from: 'file'; readonly offset: number; readonly length: number; readonly path: string; readonly position: number }
  | { readonly from: 'zero' | 'parent'; readonly offset: number; readonly length: number };

/** One extent of one layer. */
export interface ExtentMap {
  /** where on the disk it begins, bytes */
  readonly start: number;
  readonly length: number;
  /** Where the bytes of a range inside this extent are: ascending, without gaps. */
  locate(offset: number, length: number): Promise<Stretch[]>;
}

/** A descriptor and its extents: the base disk or a delta on top of one. */
export interface Layer {
  readonly length: number;
  readonly extents: readonly ExtentMap[];
}

/** Appends, joined with the stretch before where both continue each other; the stretches belong to the list from then on. */
export function appendStretch(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  const joins =
    last !== undefined &&
    last.offset + last.length === next.offset &&
    last.from === next.from &&
    (last.from !== 'file' || next.from !== 'file' || (last.path === next.path && last.position + last.length === next.position));
  // In place: a delta of 512-byte grains joins millions of them.
  if (joins) (last as { length: number }).length += next.length;
  else stretches.push(next);
}
