import { expect, test } from 'vitest';
import { byteRange } from './byte-range.ts';

test.for([
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=10-', { first: 10, last: 99 }],
  ['bytes=10-1000', { first: 10, last: 99 }],
  ['bytes=-30', { first: 70, last: 99 }],
  ['bytes=-1000', { first: 0, last: 99 }],
  ['bytes=100-', 'beyond'],
  ['bytes=-0', 'beyond'],
  ['bytes=20-10', undefined],
  ['bytes=0-1,5-6', undefined],
  ['pages=1-2', undefined],
  [undefined, undefined],
] as const)('%s of 100 bytes', ([header, range]) => {
  expect(byteRange(header, 100)).toEqual(range);
});
