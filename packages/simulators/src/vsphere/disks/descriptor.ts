import { spacedDiskUuid } from './change-id.ts';
import { sectorBytes } from './extent.ts';
import type { AdapterType } from './virtual-disk.ts';

export interface Descriptor {
  /** bytes */
  readonly capacity: number;
  readonly cid: number;
  readonly extentName: string;
  /** Of a delta: the file below and its content id. */
  readonly parent?: { readonly fileName: string; readonly cid: number };
  readonly changeTrackPath?: string;
  readonly adapterType: AdapterType;
  readonly thin: boolean;
  readonly uuid: string;
}

/** The text file that a `.vmdk` on a datastore is. */
export function renderDescriptor(disk: Descriptor): string {
  const sectors = disk.capacity / sectorBytes;
  const delta = disk.parent !== undefined;
  const lines = [
    '# Disk DescriptorFile',
    'version=1',
    'encoding="UTF-8"',
    `CID=${hex(disk.cid)}`,
    `parentCID=${hex(disk.parent?.cid ?? 0xffffffff)}`,
    `createType="${delta ? 'vmfsSparse' : 'vmfs'}"`,
    ...(delta ? [`parentFileNameHint="${disk.parent.fileName}"`] : []),
    '',
    '# Extent description',
    `RW ${sectors} ${delta ? 'VMFSSPARSE' : 'VMFS'} "${disk.extentName}"`,
    '',
    ...(disk.changeTrackPath === undefined ? [] : ['# Change Tracking File', `changeTrackPath="${disk.changeTrackPath}"`, '']),
    '# The Disk Data Base',
    '#DDB',
    '',
    ...(delta ? [] : dataBase(disk, sectors)),
    `ddb.longContentID = "${disk.uuid.replaceAll('-', '').slice(8).toLowerCase()}${hex(disk.cid)}"`,
    '',
  ];
  return lines.join('\n');
}

function dataBase(disk: Descriptor, sectors: number): string[] {
  // What a BIOS sees: 255 heads of 63 sectors from 1 GiB up, smaller heads below.
  const [heads, track] = sectors >= 2 * 1024 * 1024 ? [255, 63] : [64, 32];
  return [
    `ddb.adapterType = "${disk.adapterType === 'pvscsi' ? 'lsilogic' : disk.adapterType}"`,
    `ddb.geometry.cylinders = "${Math.floor(sectors / (heads * track))}"`,
    `ddb.geometry.heads = "${heads}"`,
    `ddb.geometry.sectors = "${track}"`,
    ...(disk.thin ? ['ddb.thinProvisioned = "1"'] : []),
    `ddb.uuid = "${spacedDiskUuid(disk.uuid)}"`,
    'ddb.virtualHWVersion = "19"',
  ];
}

function hex(cid: number): string {
  return cid.toString(16).padStart(8, '0');
}
