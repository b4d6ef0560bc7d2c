import { KiB } from '@holdfast/kit';
import type { Stretch } from './extent-map.ts';

/** Reading over a gap this large costs less than asking a second time. */
const gapBytesMax = 256 * KiB;

/** One request: a run of a file, and which parts of it go where. */
export interface Piece {
  readonly path: string;
  readonly position: number;
  readonly length: number;
  readonly parts: readonly PiecePart[];
}

export interface PiecePart {
  /** in the piece */
  readonly from: number;
  /** on the disk */
  readonly offset: number;
  readonly length: number;
}

/** The fewest requests that fetch these stretches: those near each other in a file are fetched together, none longer than `pieceBytesMax`. */
export function planPieces(stretches: readonly Stretch[], pieceBytesMax: number): Piece[] {
  const wanted = stretches
    .filter((stretch) => stretch.from === 'file')
    .toSorted((a, b) => (a.path === b.path ? a.position - b.position : a.path < b.path ? -1 : 1));
  const pieces: (Piece & { length: number; parts: PiecePart[] })[] = [];
  for (const { path, position, length, offset } of wanted) {
    for (let done = 0; done < length; ) {
      const at = position + done;
      const last = pieces.at(-1);
      const gap = last === undefined ? 0 : at - (last.position + last.length);
      const room = last === undefined || last.path !== path || gap > gapBytesMax ? 0 : pieceBytesMax - (last.length + gap);
      const part = Math.min(length - done, room > 0 ? room : pieceBytesMax);
      if (last !== undefined && room > 0) {
        last.parts.push({ from: at - last.position, offset: offset + done, length: part });
        last.length = Math.max(last.length, at - last.position + part);
      } else pieces.push({ path, position: at, length: part, parts: [{ from: 0, offset: offset + done, length: part }] });
      done += part;
    }
  }
  return pieces;
}
