import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgePassphrase, passphraseLengthMin } from './passphrase-strength.ts';

test('nothing is no passphrase, and fewer than twelve characters are short, counted as people see them', () => {
  expect(judgePassphrase('').verdict).toBe('empty');
  expect(judgePassphrase('gT7#mP2!xQ9').verdict).toBe('short');
  expect(judgePassphrase('gT7#mP2!xQ9z').verdict).toBe('long enough');
  expect(judgePassphrase('u\u0308'.repeat(11)).verdict).toBe('short');
  expect(judgePassphrase('🔑'.repeat(11)).verdict).toBe('short');
});

test.each([
  ['aaaaaaaaaaaaaaaa', /repeated/],
  ['abcabcabcabcabc', /repeated/],
  ['aabbaabbabababba', /different characters/],
  ['837465928374', /digits only/],
  ['Password2026!', /common word/],
  ['holdfast-backup', /common word/],
  ['qwertyuiop123456', /keys in a row/],
  ['abcdefghijklmnop', /keys in a row/],
  ['0987654321qwerty', /keys in a row/],
  [' correct horse battery', /blank/],
])('what is guessed first is warned about: %s', (passphrase, warning) => {
  expect(judgePassphrase(passphrase).warnings.join(' ')).toMatch(warning);
});

test.each(['correct horse battery staple', 'gT7#mP2!xQ9z', 'Ein Wal frisst Birnen am Kanal', 'my backup lives on the hill'])(
  'what is good is not nagged at: %s',
  (passphrase) => {
    expect(judgePassphrase(passphrase)).toEqual({ verdict: 'long enough', warnings: [] });
  },
);

test('any text gets a judgement, and length alone decides the verdict', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const length = [...text.normalize('NFC')].length;
      expect(judgePassphrase(text).verdict).toBe(length === 0 ? 'empty' : length < passphraseLengthMin ? 'short' : 'long enough');
    }),
  );
});
