import type { FileSystemKind, FileSystemPlace } from './estate.ts';
import { ext4 } from './ext4.ts';
import { fat32 } from './fat32.ts';
import type { CheckResult, FileSystemMaker } from './file-system.ts';
import { ntfs } from './ntfs.ts';
import { xfs } from './xfs.ts';

export const fileSystemMakers: Readonly<Record<FileSystemKind, FileSystemMaker>> = { ext4, xfs, ntfs, fat32 };

/** Has the file system's own checker read through it, changing nothing. `image` may be any raw copy of the disk. */
export async function checkFileSystem(kind: FileSystemKind, place: FileSystemPlace): Promise<CheckResult> {
  return await fileSystemMakers[kind].check(place);
}
