import { expect, test } from 'vitest';
import type { ExtentMap, Layer } from './extent-map.ts';
import { flatExtent, zeroExtent } from './flat-extent.ts';
import { resolve } from './resolve.ts';

const transparent = (start: number, total: number): ExtentMap => ({
  start,
  length: total,
  locate: async (offset, length) => [{ from: 'parent', offset, length }],
});

test('what a smaller parent can’t have reads as zero', async () => {
  const child: Layer = { length: 4096, extents: [transparent(0, 4096)] };
  const parent: Layer = { length: 1024, extents: [flatExtent({ start: 0, length: 1024, path: 'flat', position: 0 })] };
  expect(await resolve([child, parent], 512, 3584)).toEqual([
    { from: 'file', offset: 512, length: 512, path: 'flat', position: 512 },
    { from: 'zero', offset: 1024, length: 3072 },
  ]);
});

test('a delta without a parent reads as zero where it has nothing', async () => {
  expect(await resolve([{ length: 4096, extents: [transparent(0, 4096)] }], 0, 4096)).toEqual([{ from: 'zero', offset: 0, length: 4096 }]);
});

test('extents follow one another, each at its place in its file', async () => {
  const layer: Layer = {
    length: 3072,
    extents: [
      flatExtent({ start: 0, length: 1024, path: 'one', position: 0 }),
      zeroExtent(1024, 1024),
      flatExtent({ start: 2048, length: 1024, path: 'two', position: 512 }),
    ],
  };
  expect(await resolve([layer], 512, 2048)).toEqual([
    { from: 'file', offset: 512, length: 512, path: 'one', position: 512 },
    { from: 'zero', offset: 1024, length: 1024 },
    { from: 'file', offset: 2048, length: 512, path: 'two', position: 512 },
  ]);
});
