import { diskErrors } from '../errors.ts';
import { appendStretch, type ExtentMap, type Stretch } from './extent-map.ts';
import type { MetadataPages } from './metadata-pages.ts';

export const sectorBytes = 512;

/** What a delta file says about a grain: where it is in the file, in bytes, or that it isn't there. */
export type GrainPlace = number | 'parent' | 'zero';

/** A delta file that maps grains by a directory of tables. The formats differ only in how an entry is written. */
export interface GrainFormat {
  readonly grainBytes: number;
  readonly entryBytes: 4 | 8;
  readonly entriesPerTable: number;
  /** where the directory begins in the file, bytes */
  readonly directoryPosition: number;
  /** @returns where the table begins in the file, bytes; `undefined` when there is none; NaN when the entry makes no sense */
  table(view: DataView, at: number): number | undefined;
  /** @returns NaN when the entry makes no sense */
  grain(view: DataView, at: number): GrainPlace;
}

export interface GrainFile {
  readonly path: string;
  /** bytes */
  readonly size: number;
  readonly start: number;
  readonly length: number;
}

/** An extent whose grains are found through tables; directory and tables are read when they are needed. */
export function grainExtent(file: GrainFile, format: GrainFormat, pages: MetadataPages): ExtentMap {
  const { grainBytes, entryBytes, entriesPerTable } = format;
  const tableCoverage = entriesPerTable * grainBytes;
  const damaged = (what: string): Error =>
    diskErrors.create('DISK_FILE_DAMAGED', `${file.path}: ${what}, outside of its ${file.size} bytes`, { subject: { file: file.path } });

  const tablePosition = async (index: number): Promise<number | undefined> => {
    const { view, at } = await pages.at(file.path, format.directoryPosition + index * entryBytes);
    const position = format.table(view, at);
    if (position !== undefined && !(position > 0 && position + entriesPerTable * entryBytes <= file.size))
      throw damaged(`grain table ${index} lies at ${position}`);
    return position;
  };

  /** The grains of one table, from `offset` to `end`, both relative to the extent. */
  const locateInTable = async (table: number, offset: number, end: number, into: Stretch[]): Promise<void> => {
    for (let at = offset; at < end; ) {
      const entry = Math.floor(at / grainBytes) % entriesPerTable;
      const page = await pages.at(file.path, table + entry * entryBytes);
      const entries = Math.min(entriesPerTable - entry, Math.floor((page.view.byteLength - page.at) / entryBytes));
      for (let index = 0; index < entries && at < end; index++) {
        const grainEnd = Math.min(end, (Math.floor(at / grainBytes) + 1) * grainBytes);
        const place = format.grain(page.view, page.at + index * entryBytes);
        const stretch = { offset: file.start + at, length: grainEnd - at };
        if (typeof place === 'string') appendStretch(into, { from: place, ...stretch });
        else {
          const position = place + (at % grainBytes);
          if (!(place > 0 && position + stretch.length <= file.size)) throw damaged(`the grain for byte ${stretch.offset} lies at ${place}`);
          appendStretch(into, { from: 'file', path: file.path, position, ...stretch });
        }
        at = grainEnd;
      }
    }
  };

  return {
    start: file.start,
    length: file.length,
    locate: async (offset, length) => {
      const stretches: Stretch[] = [];
      const end = offset - file.start + length;
      for (let at = offset - file.start; at < end; ) {
        const table = Math.floor(at / tableCoverage);
        const next = Math.min(end, (table + 1) * tableCoverage);
        const position = await tablePosition(table);
        if (position === undefined) appendStretch(stretches, { from: 'parent', offset: file.start + at, length: next - at });
        else await locateInTable(position, at, next, stretches);
        at = next;
      }
      return stretches;
    },
  };
}
