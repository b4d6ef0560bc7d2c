import { expect, test } from 'vitest';
import { duration } from './duration-flag.ts';

test('a time is a number with a unit, of seconds without one, and of thirty days at most', () => {
  expect(['90', '90s', '1.5min', '2h', '1d', '0'].map(duration)).toEqual([90_000, 90_000, 90_000, 7_200_000, 86_400_000, 0]);
  for (const text of ['', 'long', '5 weeks', '-1s', '31d', '1h30']) expect(() => duration(text)).toThrow(/90s, 15min, 2h or 1d/);
});
