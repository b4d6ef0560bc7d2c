import { expect, test } from 'vitest';
import { storeErrors } from '../errors.ts';
import { explainFileError } from './file-errors.ts';

test.each([
  ['ENOSPC', 'STORE_FULL'],
  ['EDQUOT', 'STORE_FULL'],
  ['EFBIG', 'STORE_TOO_LARGE'],
  ['EACCES', 'STORE_ACCESS'],
  ['EROFS', 'STORE_ACCESS'],
  ['EXDEV', 'STORE_UNSUITABLE'],
  ['EOPNOTSUPP', 'STORE_UNSUITABLE'],
  ['EISDIR', 'STORE_UNSUITABLE'],
  ['EIO', 'STORE_UNREACHABLE'],
  ['ESTALE', 'STORE_UNREACHABLE'],
] as const)('%s is told as %s, with key, folder and the system’s own word', (code, storeCode) => {
  const explained = explainFileError(Object.assign(new Error('x'), { code }), 'writing', 'data/ab/pack', '/srv/vault');
  expect(explained).toMatchObject({ code: storeCode, subject: { key: 'data/ab/pack', store: '/srv/vault' } });
  expect((explained as Error).message).toContain(`(${code})`);
});

test('what is explained already, or no failure of the system, passes through', () => {
  const ours = storeErrors.create('STORE_EXISTS', 'taken');
  const other = new TypeError('a mistake of ours');
  expect(explainFileError(ours, 'writing', 'k', '/r')).toBe(ours);
  expect(explainFileError(other, 'writing', 'k', '/r')).toBe(other);
});
