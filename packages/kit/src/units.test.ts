import { expect, test } from 'vitest';
import { formatBytes, formatDuration, GiB, MiB, parseBytes } from './units.ts';

test('sizes are written in binary units', () => {
  expect(formatBytes(0)).toBe('0 B');
  expect(formatBytes(1023)).toBe('1023 B');
  expect(formatBytes(1.5 * GiB)).toBe('1.5 GiB');
});

test('durations are written as people say them', () => {
  expect(formatDuration(0.42)).toBe('0.4 s');
  expect(formatDuration(75.4)).toBe('1 min 15 s');
  expect(formatDuration(3725)).toBe('1 h 2 min');
});

test('sizes are read with or without a unit, and nonsense is not a size', () => {
  expect(parseBytes('64MiB')).toBe(64 * MiB);
  expect(parseBytes('64 m')).toBe(64 * MiB);
  expect(parseBytes('1.5G')).toBe(1.5 * GiB);
  expect(parseBytes('4096')).toBe(4096);
  expect(parseBytes('fast')).toBeUndefined();
});
