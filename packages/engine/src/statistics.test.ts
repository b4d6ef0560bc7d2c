import { expect, test } from 'vitest';
import { noStatistics, savings, sumStatistics } from './statistics.ts';

const disk = { read: 1000, zero: 400, reused: 300, fresh: 300, stored: 100, incompressible: 0, chunksRead: 10, chunksFresh: 3 };

test('statistics of several disks add up', () => {
  expect(sumStatistics([disk, disk])).toMatchObject({ read: 2000, zero: 800, stored: 200, chunksFresh: 6 });
  expect(sumStatistics([])).toEqual(noStatistics);
});

test('each means of saving is counted apart', () => {
  expect(savings(disk)).toEqual({ zeroShare: 0.4, deduplication: 2, compression: 3, overall: 10 });
});

test('nothing stored is not called an infinite saving', () => {
  expect(savings({ ...noStatistics, read: 500, zero: 500 })).toEqual({ zeroShare: 1, deduplication: undefined, compression: undefined, overall: undefined });
});
