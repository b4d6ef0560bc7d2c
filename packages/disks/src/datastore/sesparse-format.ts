import { diskErrors } from '../errors.ts';
import { type GrainFile, type GrainFormat, sectorBytes } from './grain-extent.ts';

export const sesparseHeaderBytes = sectorBytes;
const grainSectors = 8;
const tableSectors = 64;
const entryBytes = 8;

/** 64-bit fields of the constant header, by their place. */
const fields = {
  magic: 0,
  version: 1,
  capacity: 2,
  grain: 3,
  table: 4,
  flags: 5,
  volatileHeader: 10,
  directory: 16,
  directorySize: 17,
  tables: 18,
  grains: 24,
};
const magic = 0xcafebabe;
const volatileMagic = 0xcafecafe;
const version = 0x2_0000_0001;

/** Kinds of grain, in the top four bits of an entry. */
const kinds = { parent: 0, unmapped: 1, zero: 2, data: 3 };

/** Where the header says that the other, changing header is, bytes. */
export function sesparseVolatileHeaderPosition(header: Uint8Array): number {
  return readField(header, fields.volatileHeader) * sectorBytes;
}

/**
 * The delta format of VMFS 6 and of disks over 2 TB (`-sesparse.vmdk`): numbers of 64 bits, grains of 4 KiB that can be
 * unmapped or zero without taking room.
 *
 * @throws `DISK_FORMAT_UNKNOWN`, `DISK_FILE_DAMAGED`
 */
export function sesparseFormat(file: GrainFile, header: Uint8Array, volatileHeader: Uint8Array): GrainFormat {
  const field = (index: number): number => readField(header, index);
  const refuse = (what: string): Error => diskErrors.create('DISK_FORMAT_UNKNOWN', `${file.path}: ${what}`, { subject: { file: file.path } });
  const damaged = (what: string): Error => diskErrors.create('DISK_FILE_DAMAGED', `${file.path} ${what}`, { subject: { file: file.path } });
  if (field(fields.magic) !== magic) throw refuse('it is named as a delta of the kind SESparse, but isn’t one');
  if (field(fields.version) !== version || field(fields.flags) !== 0 || field(fields.grain) !== grainSectors || field(fields.table) !== tableSectors)
    throw refuse('its version or layout of SESparse is not known');
  if (readField(volatileHeader, 0) !== volatileMagic) throw damaged('has no second header');
  if (readField(volatileHeader, 3) !== 0) throw refuse('its journal holds changes that only a host can replay');
  if (field(fields.capacity) * sectorBytes !== file.length)
    throw damaged(`is for a disk of ${field(fields.capacity) * sectorBytes} bytes, not of ${file.length}`);
  const coverage = (tableSectors * sectorBytes * grainSectors * sectorBytes) / entryBytes;
  const directoryBytes = field(fields.directorySize) * sectorBytes;
  if (directoryBytes < Math.ceil(file.length / coverage) * entryBytes || field(fields.directory) * sectorBytes + directoryBytes > file.size)
    throw damaged('has a grain directory that doesn’t fit');

  const tables = field(fields.tables) * sectorBytes;
  const grains = field(fields.grains) * sectorBytes;
  return {
    grainBytes: grainSectors * sectorBytes,
    entryBytes,
    entriesPerTable: (tableSectors * sectorBytes) / entryBytes,
    directoryPosition: field(fields.directory) * sectorBytes,
    table: (view, at) => {
      const [low, high] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      if (low === 0 && high === 0) return undefined;
      return high === 0x1000_0000 ? tables + low * tableSectors * sectorBytes : Number.NaN;
    },
    grain: (view, at) => {
      const [low, high] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      const kind = high >>> 28;
      if (kind === kinds.data) {
        // The number of the grain: its lowest twelve bits stand above the others.
        const number = ((high & 0xffff) * 2 ** 32 + low) * 4096 + ((high >>> 16) & 0xfff);
        return grains + number * grainSectors * sectorBytes;
      }
      if (kind === kinds.unmapped || kind === kinds.zero) return 'zero';
      return low === 0 && high === 0 ? 'parent' : Number.NaN;
    },
  };
}

/** @returns NaN, which equals nothing, for numbers no file position can have */
function readField(header: Uint8Array, index: number): number {
  const value = new DataView(header.buffer, header.byteOffset, header.byteLength).getBigUint64(index * entryBytes, true);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.NaN;
}
