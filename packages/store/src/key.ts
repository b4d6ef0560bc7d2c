import { storeErrors } from './errors.ts';

/** Longest key, in characters (= bytes): leaves room for a prefix below S3's 1,024. */
const keyCharsMax = 800;
/** The longest part between two slashes has 250: file systems stop at 255 bytes, and escaping may add two. */
const segmentPattern = /^[A-Za-z0-9._-]{1,250}$/;

/**
 * Whether every kind of store can hold this key: `[A-Za-z0-9._-]` in segments separated by single slashes, no segment `.` or `..`.
 * A key must not be the folder of another one either (`a` beside `a/b`): that shows only when it is written.
 */
export function isKey(key: string): boolean {
  return key.length <= keyCharsMax && key.split('/').every(isSegment);
}

export function isSegment(segment: string): boolean {
  return segmentPattern.test(segment) && segment !== '.' && segment !== '..';
}

/** @throws `STORE_KEY` */
export function checkKey(key: string): void {
  if (!isKey(key)) throw storeErrors.create('STORE_KEY', `"${key}" can't be the key of an object`, { subject: { key } });
}

/** A prefix is any beginning of a key. @throws `STORE_KEY` */
export function checkPrefix(prefix: string): void {
  if (prefix !== '' && !isKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix) && !isKey(`${prefix}a`))
    throw storeErrors.create('STORE_KEY', `"${prefix}" can't be the beginning of a key`, { subject: { prefix } });
}
