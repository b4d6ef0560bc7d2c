import { deflateSync } from 'node:zlib';

const sectorBytes = 512;
const grainSectors = 128;
const tableEntries = 512;

/** The smallest stream-optimised VMDK that holds these bytes: header, descriptor, grains, tables, directory, footer. Zero grains are left out. */
export function streamOptimised(content: Uint8Array): Buffer {
  const capacity = content.byteLength / sectorBytes;
  const descriptor = Buffer.from(
    [
      '# Disk DescriptorFile',
      'version=1',
      'CID=fffffffe',
      'parentCID=ffffffff',
      'createType="streamOptimized"',
      '',
      `RW ${capacity} SPARSE "disk.vmdk"`,
      '',
      'ddb.adapterType = "lsilogic"',
      '',
    ].join('\n'),
  );
  const descriptorSectors = Math.ceil(descriptor.byteLength / sectorBytes);
  const overHead = Math.ceil((1 + descriptorSectors) / grainSectors) * grainSectors;
  const header = (directory: bigint): Buffer => {
    const bytes = Buffer.alloc(sectorBytes);
    bytes.writeUInt32LE(0x564d444b, 0);
    bytes.writeUInt32LE(3, 4);
    bytes.writeUInt32LE(0x30001, 8);
    bytes.writeBigUInt64LE(BigInt(capacity), 12);
    bytes.writeBigUInt64LE(BigInt(grainSectors), 20);
    bytes.writeBigUInt64LE(1n, 28);
    bytes.writeBigUInt64LE(BigInt(descriptorSectors), 36);
    bytes.writeUInt32LE(tableEntries, 44);
    bytes.writeBigUInt64LE(0n, 48);
    bytes.writeBigUInt64LE(directory, 56);
    bytes.writeBigUInt64LE(BigInt(overHead), 64);
    bytes.write('\n \r\n', 73, 'latin1');
    bytes.writeUInt16LE(1, 77);
    return bytes;
  };
  const marker = (sectors: number, type: number): Buffer => {
    const bytes = Buffer.alloc(sectorBytes);
    bytes.writeBigUInt64LE(BigInt(sectors), 0);
    bytes.writeUInt32LE(type, 12);
    return bytes;
  };
  const parts: Buffer[] = [header(0xffffffffffffffffn), padded(descriptor), Buffer.alloc((overHead - 1 - descriptorSectors) * sectorBytes)];
  let sector = overHead;
  const put = (bytes: Buffer): number => {
    const at = sector;
    parts.push(bytes);
    sector += bytes.byteLength / sectorBytes;
    return at;
  };
  const grainBytes = grainSectors * sectorBytes;
  const directory: number[] = [];
  for (let first = 0; first < content.byteLength; first += grainBytes * tableEntries) {
    const table = Buffer.alloc(tableEntries * 4);
    for (let index = 0; index < tableEntries && first + index * grainBytes < content.byteLength; index++) {
      const at = first + index * grainBytes;
      const grain = Buffer.alloc(grainBytes);
      grain.set(content.subarray(at, at + grainBytes));
      if (grain.every((byte) => byte === 0)) continue;
      const packed = deflateSync(grain);
      const head = Buffer.alloc(12);
      head.writeBigUInt64LE(BigInt(at / sectorBytes), 0);
      head.writeUInt32LE(packed.byteLength, 8);
      table.writeUInt32LE(put(padded(Buffer.concat([head, packed]))), index * 4);
    }
    put(marker(table.byteLength / sectorBytes, 1));
    directory.push(put(table));
  }
  const directoryBytes = Buffer.alloc(directory.length * 4);
  for (const [index, at] of directory.entries()) directoryBytes.writeUInt32LE(at, index * 4);
  put(marker(padded(directoryBytes).byteLength / sectorBytes, 2));
  const directoryAt = put(padded(directoryBytes));
  put(marker(1, 3));
  put(header(BigInt(directoryAt)));
  put(Buffer.alloc(sectorBytes));
  return Buffer.concat(parts);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((sectorBytes - (bytes.byteLength % sectorBytes)) % sectorBytes)]);
}
