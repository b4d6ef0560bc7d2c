/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a `Range` header asks of a body of `size` bytes: a range, `undefined` for the whole
 * (no header, several ranges, or one we don't understand, which HTTP lets a server ignore), or `'beyond'`.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'beyond' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const count = Math.min(Number(match[2]), size);
    return count === 0 ? 'beyond' : { first: size - count, last: size - 1 };
  }
  const first = Number(match[1]);
  const last = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (first >= size) return 'beyond';
  return last < first ? undefined : { first, last };
}
