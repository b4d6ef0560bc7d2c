import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { spacedDiskUuid } from './change-id.ts';
import { storageErrors } from './errors.ts';
import {
  directoryAtEnd,
  encodeHeader,
  encodeMarker,
  grainBytes,
  grainSectors,
  markerKinds,
  streamCapacityMax,
  streamSectorBytes,
  tableBytes,
  tableEntries,
} from './stream-format.ts';
import type { LayerId, VirtualDisk } from './virtual-disk.ts';
import { isZero } from './zeros.ts';

const descriptorSectors = 20;
const overheadSectors = grainSectors;
/** Grains that are being deflated while the ones before are sent: 1 MiB. */
const deflatingMax = 8;

interface Packed {
  readonly grain: number;
  /** marker, data and padding; `undefined`: all zeros */
  readonly bytes: Promise<Buffer | undefined>;
}

/**
 * A state of a disk as a stream-optimised VMDK, piece by piece as the reader asks for it: grains ascending and without zeros,
 * each grain table behind its grains, the directory, the footer, the end.
 *
 * @throws `STREAM_DISK_TOO_LARGE` above 2 TiB; `LAYER_ABSENT` when the state goes meanwhile
 */
export async function* encodeStreamOptimized(disk: VirtualDisk, layer: LayerId = disk.live.id): AsyncGenerator<Buffer, void, undefined> {
  if (disk.capacity > streamCapacityMax)
    throw storageErrors.create('STREAM_DISK_TOO_LARGE', `disk ${disk.name} of ${disk.capacity} bytes has no stream form`, { subject: { disk: disk.name } });
  const capacity = disk.capacity / streamSectorBytes;
  const header = { capacity, descriptorOffset: 1, descriptorSize: descriptorSectors, overhead: overheadSectors };
  const directory = new Uint32Array(Math.ceil(Math.ceil(capacity / (tableEntries * grainSectors)) / 128) * 128);
  const front = Buffer.alloc(overheadSectors * streamSectorBytes);
  encodeHeader({ ...header, directoryOffset: directoryAtEnd }).copy(front);
  front.write(descriptor(disk), streamSectorBytes, 'utf8');
  yield front;

  let sector = overheadSectors;
  let entry = -1;
  let table = new Uint32Array(tableEntries);
  const endTable = function* (): Generator<Buffer> {
    if (entry < 0) return;
    directory[entry] = sector + 1;
    sector += 1 + tableBytes / streamSectorBytes;
    yield encodeMarker(markerKinds.table, tableBytes / streamSectorBytes);
    yield Buffer.from(table.buffer);
    table = new Uint32Array(tableEntries);
  };
  for await (const { grain, bytes } of packedGrains(disk, layer)) {
    const packed = await bytes;
    if (packed === undefined) continue;
    if (Math.floor(grain / tableEntries) !== entry) {
      yield* endTable();
      entry = Math.floor(grain / tableEntries);
    }
    table[grain % tableEntries] = sector;
    sector += packed.length / streamSectorBytes;
    yield packed;
  }
  yield* endTable();
  yield encodeMarker(markerKinds.directory, (directory.length * 4) / streamSectorBytes);
  yield Buffer.from(directory.buffer);
  yield encodeMarker(markerKinds.footer, 1);
  yield encodeHeader({ ...header, directoryOffset: BigInt(sector + 1) });
  yield encodeMarker(markerKinds.endOfStream, 0);
}

/** Reads ahead by a few grains, so that several threads deflate. */
async function* packedGrains(disk: VirtualDisk, layer: LayerId): AsyncGenerator<Packed> {
  const ahead: Packed[] = [];
  try {
    for await (const grain of grainsInUse(disk, layer)) {
      const content = new Uint8Array(grainBytes);
      await disk.read(grain * grainBytes, content.subarray(0, Math.min(grainBytes, disk.capacity - grain * grainBytes)), layer);
      ahead.push({ grain, bytes: pack(grain, content) });
      if (ahead.length >= deflatingMax) yield ahead.shift()!;
    }
    while (ahead.length > 0) yield ahead.shift()!;
  } finally {
    await Promise.allSettled(ahead.map((packed) => packed.bytes));
  }
}

async function* grainsInUse(disk: VirtualDisk, layer: LayerId): AsyncGenerator<number> {
  let next = 0;
  for await (const area of disk.areasInUse(layer)) {
    const end = Math.ceil((area.start + area.length) / grainBytes);
    for (let grain = Math.max(next, Math.floor(area.start / grainBytes)); grain < end; grain++) yield grain;
    next = end;
  }
}

async function pack(grain: number, content: Uint8Array): Promise<Buffer | undefined> {
  if (isZero(content)) return undefined;
  const data = await promisify(deflate)(content, { level: 1 });
  const bytes = Buffer.alloc(Math.ceil((12 + data.length) / streamSectorBytes) * streamSectorBytes);
  bytes.writeBigUInt64LE(BigInt(grain * grainSectors), 0);
  bytes.writeUInt32LE(data.length, 8);
  data.copy(bytes, 12);
  return bytes;
}

function descriptor(disk: VirtualDisk): string {
  return [
    '# Disk DescriptorFile',
    'version=1',
    'CID=fffffffe',
    'parentCID=ffffffff',
    'createType="streamOptimized"',
    '',
    '# Extent description',
    `RW ${disk.capacity / streamSectorBytes} SPARSE "${disk.name}.vmdk"`,
    '',
    '# The Disk Data Base',
    '#DDB',
    '',
    `ddb.adapterType = "${disk.adapterType === 'pvscsi' ? 'lsilogic' : disk.adapterType}"`,
    `ddb.geometry.cylinders = "${Math.min(65535, Math.floor(disk.capacity / streamSectorBytes / (255 * 63)))}"`,
    'ddb.geometry.heads = "255"',
    'ddb.geometry.sectors = "63"',
    `ddb.uuid = "${spacedDiskUuid(disk.uuid)}"`,
    'ddb.virtualHWVersion = "19"',
    '',
  ].join('\n');
}
