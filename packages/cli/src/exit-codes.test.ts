import { defineErrors } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { exitCodeOf, exitCodeOfMany } from './exit-codes.ts';

const errors = defineErrors({
  REFUSED: { kind: 'access', meaning: 'm', advice: 'a' },
  GONE: { kind: 'absent', meaning: 'm', advice: 'a' },
  STOPPED: { kind: 'cancelled', meaning: 'm', advice: 'a' },
  TORN: { kind: 'damaged', meaning: 'm', advice: 'a' },
});
const refused = errors.create('REFUSED', 'no');
const gone = errors.create('GONE', 'no');

test('an error decides the exit code by its kind', () => {
  expect([refused, gone, errors.create('STOPPED', ''), errors.create('TORN', ''), new Error('plain'), 'text'].map(exitCodeOf)).toEqual([4, 5, 130, 7, 1, 1]);
});

test.each([
  ['all done', [], 3, 0],
  ['some failed', [refused], 2, 3],
  ['all failed for one reason', [refused, refused], 0, 4],
  ['all failed for several reasons', [refused, gone], 0, 1],
  ['interrupted, whatever else', [refused, errors.create('STOPPED', '')], 2, 130],
])('several VMs: %s', (_case, failures, done, code) => {
  expect(exitCodeOfMany(failures, done)).toBe(code);
});
