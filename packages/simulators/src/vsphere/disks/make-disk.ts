import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { trackingBlockBytesFor } from './block-areas.ts';
import { drawDiskUuid } from './change-id.ts';
import { dataRanges } from './data-ranges.ts';
import { DiskCore } from './disk-core.ts';
import { type DiskState, saveState, statePath } from './disk-state.ts';
import { storageErrors } from './errors.ts';
import { sectorBytes } from './extent.ts';
import { FlatExtent } from './flat-extent.ts';
import { tidy } from './layer-changes.ts';
import { isDiskName, layerFiles, usedFileName } from './layer-files.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { copySparse } from './sparse-copy.ts';
import type { CreateDiskOptions, OpenDiskOptions, VirtualDisk } from './virtual-disk.ts';

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
  if (image !== undefined) await takeImage(image, extentPath);
  await FlatExtent.prepare(extentPath, usedPath, capacity);
  if (image !== undefined) await noteContent(extentPath, usedPath, capacity);
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

/** The image becomes the flat file: itself, or a copy without its zeros. */
async function takeImage(image: { readonly path: string; readonly take: 'copy' | 'move' }, extentPath: string): Promise<void> {
  if (image.take === 'copy') return await copySparse(image.path, extentPath);
  try {
    await rename(image.path, extentPath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copySparse(image.path, extentPath);
    await rm(image.path);
  }
}

async function noteContent(extentPath: string, usedPath: string, capacity: number): Promise<void> {
  const extent = await FlatExtent.open(extentPath, usedPath, { capacity, writable: true });
  try {
    await extent.noteUsed(await dataRanges(extentPath));
  } finally {
    await extent.close();
  }
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
