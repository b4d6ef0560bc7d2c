import { mapBounded } from '@holdfast/kit';
import type { VsphereSimulator } from '@holdfast/simulators';
import type { Estate } from '@holdfast/simulators/estate';
import { diskHash } from './disk-hash.ts';
import { imagePath } from './image-path.ts';

/** Two processors are the least that anybody has. */
const disksAtOnce = 2;

/** By name of the disk: SHA-256 of what the guest has on it. */
export type DiskHashes = ReadonlyMap<string, string>;

export async function estateHashes(folder: string, estate: Estate): Promise<DiskHashes> {
  const disks = estate.vms.flatMap((vm) => vm.disks);
  return new Map(await mapBounded(disks, disksAtOnce, async (disk) => [disk.name, await diskHash(imagePath(folder, disk))] as const));
}

/** The guests write what changed in the estate's images to their disks. */
export async function writeDay(simulator: VsphereSimulator, folder: string, estate: Estate): Promise<void> {
  for (const vm of estate.vms) {
    for (const [index, disk] of vm.disks.entries()) await simulator.guest(vm.name).writeImage(index, imagePath(folder, disk));
  }
}
