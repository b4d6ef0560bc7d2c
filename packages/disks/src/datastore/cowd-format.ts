import { diskErrors } from '../errors.ts';
import { type GrainFile, type GrainFormat, sectorBytes } from './grain-extent.ts';

/** Bytes of the header that matter. */
export const cowdHeaderBytes = 32;
const entriesPerTable = 4096;

/**
 * The delta format of VMFS 5 and of snapshots before SESparse (`-delta.vmdk`): numbers of 32 bits, positions in sectors,
 * zero stands for "see the parent".
 *
 * @throws `DISK_FORMAT_UNKNOWN`, `DISK_FILE_DAMAGED`
 */
export function cowdFormat(file: GrainFile, header: Uint8Array): GrainFormat {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const field = (index: number): number => view.getUint32(index * 4, true);
  const refuse = (what: string): Error => diskErrors.create('DISK_FORMAT_UNKNOWN', `${file.path}: ${what}`, { subject: { file: file.path } });
  if (String.fromCharCode(...header.subarray(0, 4)) !== 'COWD') throw refuse('it is named as a delta of the kind COWD, but isn’t one');
  if (field(1) !== 1) throw refuse(`COWD version ${field(1)} is not known`);
  const grainBytes = field(4) * sectorBytes;
  if (field(3) * sectorBytes !== file.length || grainBytes === 0)
    throw diskErrors.create('DISK_FILE_DAMAGED', `${file.path} is for a disk of ${field(3) * sectorBytes} bytes, not of ${file.length}`, {
      subject: { file: file.path },
    });
  if (field(6) < Math.ceil(file.length / (entriesPerTable * grainBytes)) || field(5) * sectorBytes + field(6) * 4 > file.size)
    throw diskErrors.create('DISK_FILE_DAMAGED', `${file.path}: its grain directory doesn’t fit`, { subject: { file: file.path } });
  return {
    grainBytes,
    entryBytes: 4,
    entriesPerTable,
    directoryPosition: field(5) * sectorBytes,
    table: (entries, at) => entries.getUint32(at, true) * sectorBytes || undefined,
    grain: (entries, at) => entries.getUint32(at, true) * sectorBytes || 'parent',
  };
}
