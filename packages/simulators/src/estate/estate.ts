import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { estateErrors } from './errors.ts';

export type FileSystemKind = 'ext4' | 'xfs' | 'ntfs' | 'fat32';

/** A file of the estate: what lies at `source` on this machine lies at `target` in a file system. */
export interface EstateFile {
  readonly source: string;
  /** `usr/lib/os-release`: from the root of the file system, without a slash in front */
  readonly target: string;
  /** bytes */
  readonly size: number;
}

/** Where a file system lies. */
export interface FileSystemPlace {
  /** raw disk image */
  readonly image: string;
  /** bytes; 0: the whole disk is the file system */
  readonly offset: number;
  readonly length: number;
}

export interface EstateDisk {
  /** `web01`, `web01_1`: as vSphere names disks of a VM */
  readonly name: string;
  /** the raw image's name in the estate's folder */
  readonly image: string;
  /** bytes */
  readonly capacity: number;
  readonly partitionTable: 'mbr' | 'gpt' | 'none';
  readonly fileSystem: {
    readonly kind: FileSystemKind;
    readonly offset: number;
    readonly length: number;
    readonly variant: 'standard' | 'small-blocks';
    readonly uuid: string;
  };
  /** how many real files it holds, and their bytes */
  readonly files: number;
  readonly bytes: number;
}

export interface EstateVm {
  readonly name: string;
  /** vSphere's name of the guest system */
  readonly guestId: string;
  readonly disks: readonly EstateDisk[];
}

export interface Estate {
  readonly version: 1;
  readonly day: number;
  readonly vms: readonly EstateVm[];
  /** What was left out or replaced on this machine, and why: for the user to read. */
  readonly remarks: readonly string[];
  /** bytes of real files in all */
  readonly bytes: number;
}

/** What happened to one disk in a day. */
export interface DayReport {
  readonly disk: string;
  readonly written: number;
  readonly removed: number;
  /** places inside large files that were overwritten */
  readonly patched: number;
  /** bytes of new content */
  readonly bytes: number;
}

function imagePath(folder: string, disk: EstateDisk): string {
  return join(folder, disk.image);
}

export function placeOf(folder: string, disk: EstateDisk): FileSystemPlace {
  return { image: imagePath(folder, disk), offset: disk.fileSystem.offset, length: disk.fileSystem.length };
}

/** Written last: a folder without it holds no estate. */
export async function saveEstate(folder: string, estate: Estate): Promise<void> {
  await saveJson(join(folder, 'estate.json'), estate);
}

/** @throws `ESTATE_ABSENT` */
export async function openEstate(folder: string): Promise<Estate> {
  return await loadJson<Estate>(folder, 'estate.json');
}

/** Every disk's files, in the order in which they were written. */
export async function saveFiles(folder: string, disk: string, files: readonly EstateFile[]): Promise<void> {
  await saveJson(join(folder, `${disk}.files.json`), files);
}

export async function loadFiles(folder: string, disk: string): Promise<readonly EstateFile[]> {
  return await loadJson<EstateFile[]>(folder, `${disk}.files.json`);
}

async function saveJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(value));
  await rename(`${path}.new`, path);
}

async function loadJson<T>(folder: string, name: string): Promise<T> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
  } catch (cause) {
    throw estateErrors.create('ESTATE_ABSENT', `${folder} holds no estate: ${name} can't be read`, { cause, subject: { folder } });
  }
}
