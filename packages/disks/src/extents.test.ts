import { MiB } from '@holdfast/kit';
import { vsphereErrors } from '@holdfast/vsphere';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Extent } from './disk.ts';
import { segmentBytes, segments } from './extents.ts';
import { reportedExtents } from './reported-areas.ts';

async function* each(...extents: Extent[]): AsyncGenerator<Extent> {
  yield* extents;
}

const gather = (extents: AsyncIterable<Extent>): Promise<Extent[]> => Array.fromAsync(extents);

test('areas become whole sectors inside the disk, joined, and cut at multiples of 16 MiB', async () => {
  const areas = each(
    { offset: 100, length: 10 },
    { offset: 512, length: 512 },
    { offset: 15 * MiB, length: 2 * MiB },
    { offset: 40 * MiB - 512, length: 5 * MiB },
  );
  expect(await gather(segments(areas, 40 * MiB))).toEqual([
    { offset: 0, length: 1024 },
    { offset: 15 * MiB, length: MiB },
    { offset: 16 * MiB, length: MiB },
    { offset: 40 * MiB - 512, length: 512 },
  ]);
});

test('exactly the sectors that any area touches are named, ascending, once', async () => {
  const capacity = 3 * segmentBytes + 512;
  const area = fc.record({ offset: fc.nat(capacity + 5000), length: fc.oneof(fc.nat(3000), fc.nat(20 * MiB)) });
  await fc.assert(
    fc.asyncProperty(fc.array(area, { maxLength: 12 }), async (areas) => {
      const sorted = areas.toSorted((a, b) => a.offset - b.offset);
      const named = await gather(segments(each(...sorted), capacity));
      const expected = new Set<number>();
      for (const { offset, length } of sorted)
        if (length > 0) for (let sector = Math.floor(offset / 512); sector * 512 < Math.min(capacity, offset + length); sector++) expected.add(sector);
      let end = 0;
      let count = 0;
      for (const { offset, length } of named) {
        expect(offset).toBeGreaterThanOrEqual(end);
        expect(length).toBeGreaterThan(0);
        expect(Math.floor(offset / segmentBytes)).toBe(Math.floor((offset + length - 1) / segmentBytes));
        for (let sector = offset / 512; sector < (offset + length) / 512; sector++) {
          if (!expected.has(sector)) throw new Error(`sector ${sector} was not asked for`);
          count++;
        }
        end = offset + length;
      }
      expect(count).toBe(expected.size);
      expect(end).toBeLessThanOrEqual(capacity);
    }),
    { numRuns: 50 },
  );
});

test('areas out of order or without sense can’t be trusted', async () => {
  for (const bad of [
    [
      { offset: 4096, length: 512 },
      { offset: 0, length: 512 },
    ],
    [{ offset: 0, length: -1 }],
    [{ offset: Number.NaN, length: 1 }],
  ])
    await expect(gather(segments(each(...bad), MiB))).rejects.toMatchObject({ code: 'CBT_UNUSABLE' });
});

test('changes that nobody tracks, or that the vCenter can’t tell, are unusable', async () => {
  await expect(gather(reportedExtents('web01', MiB, {}, '52 de/4'))).rejects.toMatchObject({ code: 'CBT_UNUSABLE' });
  const changedAreas = async function* (): AsyncGenerator<Extent> {
    yield { offset: 0, length: 512 };
    throw vsphereErrors.create('VSPHERE_CHANGES_UNKNOWN', 'the tracking file is gone');
  };
  await expect(gather(reportedExtents('web01', MiB, { changedAreas }, '52 de/4'))).rejects.toMatchObject({
    code: 'CBT_UNUSABLE',
    message: 'the tracking file is gone',
  });
});

test('a full names what is in use where that is trusted, and everything otherwise', async () => {
  const asked: string[] = [];
  const changedAreas = (changeId: string): AsyncGenerator<Extent> => {
    asked.push(changeId);
    return each({ offset: MiB, length: MiB });
  };
  expect(await gather(reportedExtents('web01', 20 * MiB, { changedAreas, allocatedAreasTrusted: true }, undefined))).toEqual([{ offset: MiB, length: MiB }]);
  expect(asked).toEqual(['*']);
  const whole = [
    { offset: 0, length: 16 * MiB },
    { offset: 16 * MiB, length: 4 * MiB },
  ];
  expect(await gather(reportedExtents('web01', 20 * MiB, { changedAreas }, undefined))).toEqual(whole);
  expect(await gather(reportedExtents('web01', 20 * MiB, {}, undefined))).toEqual(whole);
});

test('a full goes on whole from where the report broke off, and says why', async () => {
  const changedAreas = async function* (): AsyncGenerator<Extent> {
    yield { offset: MiB, length: MiB };
    yield { offset: 17 * MiB, length: MiB };
    throw vsphereErrors.create('VSPHERE_CHANGES_UNKNOWN', 'no page after 17 MiB');
  };
  const notices: string[] = [];
  const extents = await gather(
    reportedExtents('web01', 20 * MiB, { changedAreas, allocatedAreasTrusted: true, notice: (text) => notices.push(text) }, undefined),
  );
  expect(extents).toEqual([
    { offset: MiB, length: MiB },
    { offset: 2 * MiB, length: 14 * MiB },
    { offset: 16 * MiB, length: 4 * MiB },
  ]);
  expect(notices).toEqual(['web01: the areas in use can’t be told (no page after 17 MiB); all of it is read']);
});
