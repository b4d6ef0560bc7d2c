import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const sectorBytes = 512;
/** Where partitions begin and end, on every system of today. */
const partitionAlignment: number = 1024 * 1024;
const entrySectors = 32;
/** Linux file system data, as GPT writes it: mixed byte order. */
const linuxDataType = Buffer.from('af3dc60f838472478e793d69d8477de4', 'hex');

/** The one partition of a disk of `capacity` bytes. */
export function partitionOf(capacity: number): { offset: number; length: number } {
  return { offset: partitionAlignment, length: capacity - 2 * partitionAlignment };
}

/** @param ids what tells the disk from others: 4 random bytes */
export async function writeMbr(image: string, capacity: number, ids: Uint8Array): Promise<void> {
  const { offset, length } = partitionOf(capacity);
  const sector = Buffer.alloc(sectorBytes);
  sector.set(ids.subarray(0, 4), 440);
  mbrEntry(0x83, offset / sectorBytes, length / sectorBytes).copy(sector, 446);
  sector.writeUInt16LE(0xaa55, 510);
  await using file = await open(image, 'r+');
  await file.write(sector, 0, sector.length, 0);
}

/** @param ids what tells the disk and its partition from others: 32 random bytes */
export async function writeGpt(image: string, capacity: number, ids: Uint8Array): Promise<void> {
  const { offset, length } = partitionOf(capacity);
  const sectors = capacity / sectorBytes;
  const entries = Buffer.alloc(entrySectors * sectorBytes);
  linuxDataType.copy(entries, 0);
  entries.set(ids.subarray(16, 32), 16);
  entries.writeBigUInt64LE(BigInt(offset / sectorBytes), 32);
  entries.writeBigUInt64LE(BigInt((offset + length) / sectorBytes - 1), 40);
  entries.write('root', 56, 'utf16le');
  const diskId = ids.subarray(0, 16);
  const protective = Buffer.alloc(sectorBytes);
  mbrEntry(0xee, 1, Math.min(sectors - 1, 0xffff_ffff)).copy(protective, 446);
  protective.writeUInt16LE(0xaa55, 510);

  const last = sectors - 1;
  await using file = await open(image, 'r+');
  const write = async (bytes: Buffer, sector: number): Promise<unknown> => await file.write(bytes, 0, bytes.length, sector * sectorBytes);
  await write(protective, 0);
  await write(gptHeader({ own: 1, other: last, entriesAt: 2, last, diskId, entries }), 1);
  await write(entries, 2);
  await write(entries, last - entrySectors);
  await write(gptHeader({ own: last, other: 1, entriesAt: last - entrySectors, last, diskId, entries }), last);
}

function mbrEntry(type: number, first: number, count: number): Buffer {
  const entry = Buffer.alloc(16);
  // Cylinders, heads and sectors of today's disks fit nowhere: all ones says so.
  entry.set([0, 0xfe, 0xff, 0xff, type, 0xfe, 0xff, 0xff]);
  entry.writeUInt32LE(first, 8);
  entry.writeUInt32LE(count, 12);
  return entry;
}

function gptHeader(at: { own: number; other: number; entriesAt: number; last: number; diskId: Uint8Array; entries: Buffer }): Buffer {
  const header = Buffer.alloc(sectorBytes);
  header.write('EFI PART', 0, 'latin1');
  header.writeUInt32LE(0x0001_0000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(BigInt(at.own), 24);
  header.writeBigUInt64LE(BigInt(at.other), 32);
  header.writeBigUInt64LE(BigInt(2 + entrySectors), 40);
  header.writeBigUInt64LE(BigInt(at.last - entrySectors - 1), 48);
  header.set(at.diskId, 56);
  header.writeBigUInt64LE(BigInt(at.entriesAt), 72);
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(at.entries), 88);
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
  return header;
}
