import { expect, test } from 'vitest';
import { defineErrors, HoldfastError } from './error.ts';

const errors = defineErrors({
  DISK_GONE: { kind: 'absent', meaning: 'The disk is not there any more.', advice: 'Look for it in the inventory.' },
});

test('an error carries its code, what happened, what we did and what the user can do', () => {
  const error = errors.create('DISK_GONE', 'disk 2000 of web01 is gone', { did: 'The other disks were backed up.', subject: { vm: 'web01' } });
  expect(error).toBeInstanceOf(HoldfastError);
  expect(error.toJSON()).toEqual({
    code: 'DISK_GONE',
    kind: 'absent',
    message: 'disk 2000 of web01 is gone',
    did: 'The other disks were backed up.',
    advice: 'Look for it in the inventory.',
    subject: { vm: 'web01' },
  });
});

test('a room recognises its own errors and nobody else’s', () => {
  const other = defineErrors({ ELSE: { kind: 'internal', meaning: 'm', advice: 'a' } });
  expect(errors.is(errors.create('DISK_GONE', 'x'))).toBe(true);
  expect(errors.is(errors.create('DISK_GONE', 'x'), 'DISK_GONE')).toBe(true);
  expect(errors.is(other.create('ELSE', 'x'))).toBe(false);
  expect(errors.is(new Error('x'))).toBe(false);
});
