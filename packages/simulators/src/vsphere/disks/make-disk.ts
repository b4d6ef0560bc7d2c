import { constants, copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { trackingBlockBytesFor } from './block-areas.ts';
import { drawDiskUuid } from './change-id.ts';
import { dataRanges } from './data-ranges.ts';
import { DiskCore } from './disk-core.ts';
import { type DiskState, saveState, statePath } from './disk-state.ts';
import { storageErrors } from './errors.ts';
import { sectorBytes } from './extent.ts';
import { FlatExtent, usedBlockBytes } from './flat-extent.ts';
import { tidy } from './layer-changes.ts';
import { isDiskName, layerFiles, usedFileName } from './layer-files.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import type { CreateDiskOptions, OpenDiskOptions, VirtualDisk } from './virtual-disk.ts';
import { readWhole } from './whole-io.ts';
import { isZero } from './zeros.ts';

const copyBytesMax = 1024 * 1024;

/** Makes a disk's files. @throws `DISK_EXISTS`, `DISK_RANGE_REFUSED` for a capacity that is not a whole number of sectors */
export async function createVirtualDisk(options: CreateDiskOptions): Promise<VirtualDisk> {
  const { folder, name, image } = options;
  if (!isDiskName(name)) throw storageErrors.create('DATASTORE_PATH_REFUSED', `"${name}" can't be the name of a disk`, { subject: { disk: name } });
  const imageBytes = image === undefined ? 0 : (await stat(image.path)).size;
  const capacity = options.capacity ?? Math.ceil(imageBytes / sectorBytes) * sectorBytes;
  if (!Number.isSafeInteger(capacity) || capacity <= 0 || capacity % sectorBytes !== 0 || imageBytes > capacity) {
    throw storageErrors.create('DISK_RANGE_REFUSED', `disk ${name} can't have ${capacity} bytes`, { subject: { disk: name } });
  }
  const extentPath = join(folder, layerFiles(name, 0).extent);
  const usedPath = join(folder, usedFileName(name));
  if (await exists(statePath(folder, name))) throw storageErrors.create('DISK_EXISTS', `${name} is in ${folder} already`, { subject: { disk: name } });
  // Without a state these are no disk's: what a killed process left.
  await rm(extentPath, { force: true });
  await rm(usedPath, { force: true });
  if (image !== undefined) await takeImage(image, { extentPath, usedPath, capacity });
  await FlatExtent.prepare(extentPath, usedPath, capacity);
  await saveState(folder, firstState(options, capacity));
  return await openVirtualDisk(options);
}

/** @throws `DISK_ABSENT`, `DISK_DAMAGED` */
export async function openVirtualDisk(options: OpenDiskOptions): Promise<VirtualDisk> {
  const core = await DiskCore.open(options.folder, options.name, options.random);
  try {
    await tidy(core);
  } catch (error) {
    await core.close();
    throw error;
  }
  return new SimulatedDisk(core);
}

function firstState(options: CreateDiskOptions, capacity: number): DiskState {
  const { name, random } = options;
  return {
    version: 1,
    name,
    capacity,
    uuid: options.uuid ?? drawDiskUuid(random),
    adapterType: options.adapterType ?? 'lsilogic',
    thin: options.thin ?? true,
    trackingBlockBytes: options.trackingBlockBytes ?? trackingBlockBytesFor(capacity),
    trackingWanted: false,
    nextLayer: 2,
    live: 'layer-1',
    layers: [{ id: 'layer-1', number: 0, parent: undefined, named: false, left: false, cid: 0xffff_fffe, tracking: undefined }],
  };
}

interface Target {
  readonly extentPath: string;
  readonly usedPath: string;
  readonly capacity: number;
}

/** The image becomes the flat file: itself, as a clone where the file system can, or block by block without its zeros. */
async function takeImage(image: { readonly path: string; readonly take: 'copy' | 'move' }, target: Target): Promise<void> {
  const ranges = await dataRanges(image.path);
  const taken = image.take === 'move' ? await succeeds(rename(image.path, target.extentPath)) : false;
  const whole = taken || (await succeeds(copyFile(image.path, target.extentPath, constants.COPYFILE_FICLONE_FORCE)));
  await FlatExtent.prepare(target.extentPath, target.usedPath, target.capacity);
  const extent = await FlatExtent.open(target.extentPath, target.usedPath, { capacity: target.capacity, writable: true });
  try {
    if (whole) await extent.noteUsed(ranges);
    else for (const range of ranges) await copyRange(image.path, extent, range.start, range.start + range.length, target.capacity);
  } finally {
    await extent.close();
  }
  if (image.take === 'move' && !taken) await rm(image.path);
}

async function copyRange(path: string, extent: FlatExtent, from: number, to: number, capacity: number): Promise<void> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const first = Math.floor(from / usedBlockBytes) * usedBlockBytes;
  const buffer = new Uint8Array(copyBytesMax);
  for (let start = first; start < to; start += buffer.length) {
    const window = buffer.subarray(0, Math.min(buffer.length, capacity - start, Math.ceil((to - start) / usedBlockBytes) * usedBlockBytes));
    const present = Math.min(window.length, size - start);
    await readWhole(file, window.subarray(0, present), start, path);
    window.fill(0, present);
    for (let at = 0; at < window.length; at += usedBlockBytes) {
      const block = window.subarray(at, at + usedBlockBytes);
      if (!isZero(block)) await extent.write(start + at, block);
    }
  }
}

/** For the quick ways of taking a file: the slow way that follows meets the same trouble and reports it. */
async function succeeds(work: Promise<void>): Promise<boolean> {
  return await work.then(
    () => true,
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
