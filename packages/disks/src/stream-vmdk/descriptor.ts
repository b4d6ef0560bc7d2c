import { GiB, MiB } from '@holdfast/kit';
import { sectorBytes } from './layout.ts';

export type AdapterType = 'lsilogic' | 'buslogic' | 'ide';

/** The text that every VMDK carries: what kind it is, how large, for which controller. */
export function streamOptimizedDescriptor(capacity: number, contentId: number, adapterType: AdapterType): string {
  const { heads, sectors } = geometry(capacity, adapterType);
  return [
    '# Disk DescriptorFile',
    'version=1',
    `CID=${contentId.toString(16).padStart(8, '0')}`,
    'parentCID=ffffffff',
    'createType="streamOptimized"',
    '',
    '# Extent description',
    `RW ${Math.ceil(capacity / sectorBytes)} SPARSE "generated-stream.vmdk"`,
    '',
    '# The Disk Data Base',
    '#DDB',
    '',
    `ddb.adapterType = "${adapterType}"`,
    `ddb.geometry.cylinders = "${Math.floor(Math.ceil(capacity / sectorBytes) / (heads * sectors))}"`,
    `ddb.geometry.heads = "${heads}"`,
    `ddb.geometry.sectors = "${sectors}"`,
    'ddb.virtualHWVersion = "4"',
    '',
  ].join('\n');
}

/** The geometry that VMware's own tools give a disk of this size. */
function geometry(capacity: number, adapterType: AdapterType): { heads: number; sectors: number } {
  if (adapterType === 'ide') return { heads: 16, sectors: 63 };
  if (capacity < GiB) return { heads: 64, sectors: 32 };
  if (capacity < 2048 * MiB) return { heads: 128, sectors: 32 };
  return { heads: 255, sectors: 63 };
}
