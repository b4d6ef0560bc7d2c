import { randomBytes } from 'node:crypto';
import { MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { backUp, diskBytes, restored, sha256, testDisk, testVault } from './vault-fixture.ts';

test.each(['page-cdc', 'grid'] as const)('a disk comes back bit for bit with %s, in any order and in ascending order', async (chunker) => {
  await using fixture = await testVault({ chunker });
  const disk = testDisk(diskBytes(70 * MiB + 512));
  const { point, statistics } = await backUp(fixture.vault, 'web01', disk);
  expect(statistics.read).toBe(disk.capacity);
  expect(statistics.zero + statistics.reused + statistics.fresh).toBe(Math.ceil(disk.capacity / 4096) * 4096);
  expect(statistics.stored).toBeLessThan(statistics.fresh);
  expect(sha256(await restored(fixture.vault, point.id))).toBe(sha256(disk.bytes));
  expect(sha256(await restored(fixture.vault, point.id, 'ascending'))).toBe(sha256(disk.bytes));
});

test('an incremental reads only what changed, within chunks, and restores like a full of the same instant', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(100 * MiB));
  const before = Buffer.from(disk.bytes);
  const first = await backUp(fixture.vault, 'web01', disk);
  const changed = [3 * MiB, 17 * MiB + 8192, 64 * MiB].map((offset) => ({ offset, length: 65_536 }));
  for (const { offset, length } of changed) randomBytes(length).copy(disk.bytes, offset);
  disk.reads.length = 0;
  const second = await backUp(fixture.vault, 'web01', disk, changed);
  const chunkMax = fixture.vault.description.chunker.maxBytes;
  for (const { offset, length } of disk.reads) {
    const near = changed.some((extent) => offset > extent.offset - chunkMax && offset + length < extent.offset + extent.length + chunkMax);
    expect(near).toBe(true);
  }
  expect(second.point.sequence).toBe(2);
  expect(second.point.base).toBe(first.point.id);
  const full = await backUp(fixture.vault, 'web01', disk);
  const hash = sha256(disk.bytes);
  expect(sha256(await restored(fixture.vault, second.point.id))).toBe(hash);
  expect(sha256(await restored(fixture.vault, full.point.id))).toBe(hash);
  expect(sha256(await restored(fixture.vault, first.point.id))).toBe(sha256(before));
});

test('a second full of the same disk stores no chunk and no node again', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(40 * MiB));
  const first = await backUp(fixture.vault, 'web01', disk);
  const second = await backUp(fixture.vault, 'web01', disk, [{ offset: 0, length: disk.capacity }]);
  expect(second.statistics.fresh).toBe(0);
  expect(second.point.introduced.packs).toEqual([]);
  expect(second.point.disks[0]!.map).toEqual(first.point.disks[0]!.map);
});

test('an empty disk takes no packs, and a wiped one becomes empty again', async () => {
  await using fixture = await testVault();
  const disk = testDisk(Buffer.alloc(40 * MiB));
  const empty = await backUp(fixture.vault, 'web01', disk);
  expect(empty.point.disks[0]!.map.root).toBeUndefined();
  expect(empty.point.introduced.packs).toEqual([]);
  randomBytes(MiB).copy(disk.bytes, 20 * MiB);
  const written = await backUp(fixture.vault, 'web01', disk, [{ offset: 20 * MiB, length: MiB }]);
  expect(sha256(await restored(fixture.vault, written.point.id))).toBe(sha256(disk.bytes));
  disk.bytes.fill(0);
  const wiped = await backUp(fixture.vault, 'web01', disk, [{ offset: 20 * MiB, length: MiB }]);
  expect(wiped.point.disks[0]!.map.root).toBeUndefined();
});

test('chunks of one VM are reused for another, and a small disk is a single leaf', async () => {
  await using fixture = await testVault();
  const bytes = diskBytes(10 * MiB);
  await backUp(fixture.vault, 'web01', testDisk(bytes));
  const clone = await backUp(fixture.vault, 'web02', testDisk(bytes));
  expect(clone.statistics.fresh).toBe(0);
  expect(clone.point.disks[0]!.map.height).toBe(0);
  expect(sha256(await restored(fixture.vault, clone.point.id))).toBe(sha256(bytes));
});

test('two VMs are written at once, several disks each', async () => {
  await using fixture = await testVault();
  const disks = Array.from({ length: 4 }, () => testDisk(diskBytes(20 * MiB)));
  const points = await Promise.all(disks.map((disk, index) => backUp(fixture.vault, `vm${index}`, disk)));
  for (const [index, { point }] of points.entries()) expect(sha256(await restored(fixture.vault, point.id))).toBe(sha256(disks[index]!.bytes));
});
