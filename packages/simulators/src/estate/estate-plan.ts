import type { EstateDisk, EstateFile, FileSystemKind } from './estate.ts';
import { fileSystemMakers } from './file-system-makers.ts';

const MiB = 1024 * 1024;

/** A disk before it is made. */
export interface DiskPlan {
  readonly name: string;
  readonly capacity: number;
  readonly partitionTable: EstateDisk['partitionTable'];
  readonly kind: FileSystemKind;
  readonly variant: 'standard' | 'small-blocks';
  /** bytes of files to put on it, about */
  readonly bytes: number;
  /** `tree`: files as they are; `tables`: large files joined from them, as a database has; `flat`: larger files side by side */
  readonly content: 'tree' | 'tables' | 'flat';
}

export interface VmPlan {
  readonly name: string;
  readonly guestId: string;
  readonly disks: readonly DiskPlan[];
}

/** @param has whether a kind of file system can be made here; what can't is replaced, and remarks say so */
export function planEstate(scale: number, has: (kind: FileSystemKind) => boolean): { vms: VmPlan[]; remarks: string[] } {
  const remarks: string[] = [];
  const size = (mebibytes: number): number => Math.ceil(mebibytes * scale) * MiB;
  const choose = (disk: string, wanted: FileSystemKind): Pick<DiskPlan, 'kind' | 'variant' | 'partitionTable'> => {
    if (has(wanted)) return { kind: wanted, variant: 'standard', partitionTable: fileSystemMakers[wanted].inPartition ? 'mbr' : 'none' };
    remarks.push(`${disk} has ext4 with 1 KiB blocks in place of ${wanted}: making that takes ${fileSystemMakers[wanted].tools.join(', ')} on this machine`);
    return { kind: 'ext4', variant: 'small-blocks', partitionTable: 'mbr' };
  };
  const vms: VmPlan[] = [
    {
      name: 'web01',
      guestId: 'debian12_64Guest',
      disks: [{ name: 'web01', capacity: 2048 * MiB, partitionTable: 'mbr', kind: 'ext4', variant: 'standard', bytes: size(420), content: 'tree' }],
    },
    {
      name: 'db01',
      guestId: 'rhel9_64Guest',
      disks: [
        { name: 'db01', capacity: 1024 * MiB, partitionTable: 'gpt', kind: 'ext4', variant: 'standard', bytes: size(150), content: 'tree' },
        { name: 'db01_1', capacity: 1024 * MiB, ...choose('db01_1', 'xfs'), bytes: size(192), content: 'tables' },
      ],
    },
    {
      name: 'files01',
      guestId: 'windows2019srvNext_64Guest',
      disks: [
        { name: 'files01', capacity: 1024 * MiB, ...choose('files01', 'ntfs'), bytes: size(200), content: 'flat' },
        { name: 'files01_1', capacity: 1024 * MiB, ...choose('files01_1', 'fat32'), bytes: size(160), content: 'tree' },
      ],
    },
  ];
  return { vms, remarks };
}

/** FAT knows no case and no dot at the end of a name: files that would meet, or lose a part of their name, stay away. */
export function fatFiles(files: readonly EstateFile[]): EstateFile[] {
  const spelling = new Map<string, string>();
  return files.filter((file) => {
    const parts = file.target.split('/');
    if (parts.some((part) => part.endsWith('.'))) return false;
    return parts.every((_, index) => {
      const path = parts.slice(0, index + 1).join('/');
      const known = spelling.get(path.toLowerCase());
      if (known === undefined) spelling.set(path.toLowerCase(), path);
      return known === undefined || (known === path && index < parts.length - 1);
    });
  });
}

/** Large enough to be worth a process each, and with names that don't meet in one folder. */
export function flatFiles(files: readonly EstateFile[]): EstateFile[] {
  return files.map((file, index) => ({ ...file, target: `${String(index).padStart(4, '0')}-${file.target.slice(file.target.lastIndexOf('/') + 1)}` }));
}
