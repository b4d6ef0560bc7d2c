import { join } from 'node:path';
import type { EstateDisk } from '@holdfast/simulators/estate';

/** The raw image that stands for what a guest has on a disk. */
export function imagePath(estateFolder: string, disk: EstateDisk): string {
  return join(estateFolder, disk.image);
}
