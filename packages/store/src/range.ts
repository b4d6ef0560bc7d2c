import { storeErrors } from './errors.ts';
import type { GetOptions } from './object-store.ts';

type Range = NonNullable<GetOptions['range']>;

/** @throws `STORE_RANGE` for a range that can't lie within any object */
export function checkRange(key: string, range: Range): void {
  const { offset, length } = range;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || !Number.isSafeInteger(offset + length))
    throw storeErrors.create('STORE_RANGE', `${key}: offset ${offset} and length ${length} are no range`, { subject: { key } });
}

/** @throws `STORE_RANGE` when the object, of which `size` is known, doesn't reach that far */
export function checkRangeWithin(key: string, range: Range, size: number): void {
  checkRange(key, range);
  if (range.offset + range.length > size) throw rangeBeyond(key, range, size);
}

export function rangeBeyond(key: string, { offset, length }: Range, size: number | undefined): Error {
  const has = size === undefined ? 'is shorter' : `has ${size}`;
  return storeErrors.create('STORE_RANGE', `${key}: bytes ${offset} to ${offset + length} were asked for, the object ${has}`, { subject: { key } });
}
