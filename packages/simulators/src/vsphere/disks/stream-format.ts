import { Buffer } from 'node:buffer';

export const streamSectorBytes = 512;
/** 64 KiB: what every stream-optimised disk has. */
export const grainSectors = 128;
export const grainBytes: number = grainSectors * streamSectorBytes;
export const tableEntries = 512;

export const tableBytes: number = tableEntries * 4;
/** Sector numbers have 32 bits. */
export const streamCapacityMax: number = 2 ** 32 * streamSectorBytes;
const magic = 0x564d444b; // `KDMV`, little endian
/** The place of a directory that comes behind the grains; a footer names the real one. */
export const directoryAtEnd = 0xffff_ffff_ffff_ffffn;
export const markerKinds = { endOfStream: 0, table: 1, directory: 2, footer: 3 } as const;

const newlineTest = Buffer.from('\n \r\n', 'latin1');
const flags = { newlineTest: 1, compressed: 1 << 16, markers: 1 << 17 } as const;

export interface StreamHeader {
  /** sectors */
  readonly capacity: number;
  /** sectors */
  readonly descriptorOffset: number;
  readonly descriptorSize: number;
  /** sector; `directoryAtEnd` */
  readonly directoryOffset: bigint;
  /** sectors before the first marker */
  readonly overhead: number;
}

/** The 512 bytes that begin the stream and, with the directory's real place, end it as the footer. */
export function encodeHeader(header: StreamHeader): Buffer {
  const bytes = Buffer.alloc(streamSectorBytes);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(3, 4);
  bytes.writeUInt32LE(flags.newlineTest | flags.compressed | flags.markers, 8);
  bytes.writeBigUInt64LE(BigInt(header.capacity), 12);
  bytes.writeBigUInt64LE(BigInt(grainSectors), 20);
  bytes.writeBigUInt64LE(BigInt(header.descriptorOffset), 28);
  bytes.writeBigUInt64LE(BigInt(header.descriptorSize), 36);
  bytes.writeUInt32LE(tableEntries, 44);
  bytes.writeBigUInt64LE(header.directoryOffset, 56);
  bytes.writeBigUInt64LE(BigInt(header.overhead), 64);
  newlineTest.copy(bytes, 73);
  bytes.writeUInt16LE(1, 77);
  return bytes;
}

/** The header, or the sentence that says which rule it breaks. */
export function decodeHeader(bytes: Buffer): StreamHeader | string {
  if (bytes.readUInt32LE(0) !== magic) return 'it does not begin with the mark of a sparse VMDK';
  const version = bytes.readUInt32LE(4);
  if (version !== 3) return `its version is ${version}, not 3`;
  const set = bytes.readUInt32LE(8);
  if ((set & flags.compressed) === 0 || (set & flags.markers) === 0) return 'its grains are not compressed with markers';
  if ((set & flags.newlineTest) === 0 || bytes.compare(newlineTest, 0, 4, 73, 77) !== 0)
    return 'its newline test was changed on the way: it went through a text transfer';
  const compression = bytes.readUInt16LE(77);
  if (compression !== 1) return `its compression is ${compression}, not deflate`;
  if (bytes.readBigUInt64LE(20) !== BigInt(grainSectors)) return `its grains have ${bytes.readBigUInt64LE(20)} sectors, not ${grainSectors}`;
  if (bytes.readUInt32LE(44) !== tableEntries) return `its grain tables have ${bytes.readUInt32LE(44)} entries, not ${tableEntries}`;
  if (bytes[72] !== 0) return 'its writer did not finish it';
  const [capacity, descriptorOffset, descriptorSize, overhead] = [12, 28, 36, 64].map((at) => Number(bytes.readBigUInt64LE(at))) as [
    number,
    number,
    number,
    number,
  ];
  if (capacity === 0 || capacity * streamSectorBytes > streamCapacityMax) return `its capacity of ${capacity} sectors is not possible`;
  return { capacity, descriptorOffset, descriptorSize, directoryOffset: bytes.readBigUInt64LE(56), overhead };
}

/** A marker of a sector, before a table, the directory or the footer, or the end of the stream. */
export function encodeMarker(kind: number, sectors: number): Buffer {
  const bytes = Buffer.alloc(streamSectorBytes);
  bytes.writeBigUInt64LE(BigInt(sectors), 0);
  bytes.writeUInt32LE(kind, 12);
  return bytes;
}
