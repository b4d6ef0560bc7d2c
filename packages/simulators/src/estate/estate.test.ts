import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemRandom } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { judge } from '../../../../tools/judges/judge.ts';
import { createVirtualDisk } from '../vsphere/disks/index.ts';
import { type Estate, type EstateDisk, type EstateFile, loadFiles, placeOf } from './estate.ts';
import { fileSystemMakers } from './file-system-makers.ts';
import { buildEstate, checkFileSystem, type FileSystemKind, nextDay, openEstate } from './index.ts';
import { findTool, hasTools } from './machine-tools.ts';

const run = promisify(execFile);
const scale = 0.04;

async function withEstate(kinds: readonly FileSystemKind[], work: (folder: string, estate: Estate) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-estate-'));
  try {
    await work(folder, await buildEstate(folder, { random: systemRandom, scale, kinds }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function disksOf(estate: Estate): EstateDisk[] {
  return estate.vms.flatMap((vm) => [...vm.disks]);
}

/** Takes every file out of the image again with the file system's own tools. */
const takeOut: Partial<Record<FileSystemKind, (folder: string, disk: EstateDisk, to: string) => Promise<unknown>>> = {
  ext4: async (folder, disk, to) => await run(findTool('debugfs')!, ['-R', `rdump / ${to}`, `${placeOf(folder, disk).image}?offset=${disk.fileSystem.offset}`]),
  fat32: async (folder, disk, to) =>
    await run('mcopy', ['-s', '-Q', '-n', '-i', `${placeOf(folder, disk).image}@@${disk.fileSystem.offset}`, '::/', to], { maxBuffer: 2 ** 26 }),
};

async function checkAll(folder: string, estate: Estate): Promise<void> {
  for (const disk of disksOf(estate)) {
    const { kind } = disk.fileSystem;
    expect(await checkFileSystem(kind, placeOf(folder, disk)), disk.name).toMatchObject({ verdict: 'clean' });
    const take = takeOut[kind];
    if (take === undefined) continue;
    const to = await mkdtemp(join(folder, 'out-'));
    await take(folder, disk, to);
    const files = await loadFiles(folder, disk.name);
    expect(files.length).toBe(disk.files);
    for (const file of files) await expectSame(file, to);
    await rm(to, { recursive: true });
  }
}

async function expectSame(file: EstateFile, folder: string): Promise<void> {
  const [inside, source] = await Promise.all([readFile(join(folder, file.target)), readFile(file.source)]);
  expect(inside.equals(source), file.target).toBe(true);
}

test('with e2fsprogs alone every disk is an ext4 full of real files, and a day changes them through the file system', async () => {
  await withEstate([], async (folder, estate) => {
    expect(disksOf(estate).map((disk) => [disk.name, disk.fileSystem.kind, disk.fileSystem.variant])).toEqual([
      ['web01', 'ext4', 'standard'],
      ['db01', 'ext4', 'standard'],
      ['db01_1', 'ext4', 'small-blocks'],
      ['files01', 'ext4', 'small-blocks'],
      ['files01_1', 'ext4', 'small-blocks'],
    ]);
    expect(estate.remarks.length).toBe(3);
    expect(estate.bytes).toBeGreaterThan(30 * 1024 * 1024);
    await checkAll(folder, estate);
    const { estate: next, reports } = await nextDay(folder, { random: systemRandom, edits: 30 });
    expect(next).toMatchObject({ day: 2 });
    expect(await openEstate(folder)).toEqual(next);
    expect(reports.find((report) => report.disk === 'web01')).toMatchObject({ removed: 6, written: 46 });
    expect(reports.find((report) => report.disk === 'db01_1')?.patched).toBeGreaterThan(10);
    await checkAll(folder, next);
  });
});

for (const kind of ['xfs', 'ntfs', 'fat32'] as const) {
  test.skipIf(!hasTools(...fileSystemMakers[kind].tools))(
    `${kind} is made, changed and found clean where the machine has ${fileSystemMakers[kind].tools.join(', ')}`,
    async () => {
      await withEstate([kind], async (folder, estate) => {
        expect(disksOf(estate).filter((disk) => disk.fileSystem.kind === kind).length).toBe(1);
        await checkAll(folder, estate);
        await checkAll(folder, (await nextDay(folder, { random: systemRandom, edits: 30 })).estate);
      });
    },
  );
}

test('a damaged file system is found, and a folder without an estate is no estate', async () => {
  await withEstate([], async (folder, estate) => {
    const disk = disksOf(estate)[0]!;
    await using image = await open(placeOf(folder, disk).image, 'r+');
    await image.write(Buffer.alloc(4096, 0xff), 0, 4096, disk.fileSystem.offset + 4096);
    expect(await checkFileSystem('ext4', placeOf(folder, disk))).toMatchObject({ verdict: 'damaged', tool: 'e2fsck' });
    await expect(openEstate(join(folder, 'none'))).rejects.toMatchObject({ code: 'ESTATE_ABSENT' });
  });
});

test.skipIf(judge('sfdisk') === undefined)('sfdisk finds the partition of every table', async () => {
  await withEstate([], async (folder, estate) => {
    for (const disk of disksOf(estate)) {
      const { stdout } = await run(judge('sfdisk')!, ['--json', placeOf(folder, disk).image]);
      const { partitiontable: table } = JSON.parse(stdout) as { partitiontable: { label: string; partitions: { start: number; size: number }[] } };
      expect(table.label).toBe(disk.partitionTable === 'gpt' ? 'gpt' : 'dos');
      expect(table.partitions.map(({ start, size }) => [start, size])).toEqual([[2048, disk.fileSystem.length / 512]]);
      expect((await run(judge('sfdisk')!, ['--verify', placeOf(folder, disk).image])).stderr).toBe('');
    }
  });
});

test('a day between two images reaches a virtual disk as few changed areas, bit for bit', async () => {
  await withEstate([], async (folder, estate) => {
    const disk = disksOf(estate)[0]!;
    const { image } = placeOf(folder, disk);
    await using virtual = await createVirtualDisk({ folder, name: 'copy', image: { path: image, take: 'copy' }, random: systemRandom });
    await virtual.setTracking(true, { poweredOn: true });
    const monday = await virtual.freeze();
    await nextDay(folder, { random: systemRandom, edits: 20 });
    const { written } = await virtual.writeImage(image);
    const tuesday = await virtual.freeze();
    const { areas } = await virtual.changedAreas({ changeId: monday.changeId!, layer: tuesday.id });
    const changed = areas.reduce((sum, area) => sum + area.length, 0);
    expect(changed).toBeGreaterThanOrEqual(written);
    expect(changed).toBeLessThan(disk.bytes + 64 * 1024 * 1024);
    await virtual.export(join(folder, 'tuesday.raw'), tuesday.id);
    expect(await checkFileSystem('ext4', { ...placeOf(folder, disk), image: join(folder, 'tuesday.raw') })).toMatchObject({ verdict: 'clean' });
    for (const same of [image, join(folder, 'tuesday.raw')]) expect((await virtual.writeImage(same)).written).toBe(0);
  });
});

test('a day passes over tables made from files with long runs of zeros, which would otherwise lie in the image as holes', async () => {
  const roots = await mkdtemp(join(tmpdir(), 'holdfast-zeros-'));
  try {
    for (let number = 0; number < 200; number++) {
      const bytes = Buffer.alloc(300_000);
      bytes.write(`file ${number}`, 200_000);
      await writeFile(join(roots, `file${number}`), bytes);
    }
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-estate-'));
    try {
      const estate = await buildEstate(folder, { random: systemRandom, scale, kinds: [], roots: [roots] });
      await nextDay(folder, { random: systemRandom });
      await checkAll(folder, await openEstate(folder));
      expect(estate.vms.length).toBe(3);
    } finally {
      await rm(folder, { recursive: true });
    }
  } finally {
    await rm(roots, { recursive: true });
  }
});
