import { type Clock, MiB, mapBounded, type Random } from '@holdfast/kit';
import type { DiskSource } from '../disk.ts';
import { diskErrors } from '../errors.ts';
import { type ReportedAreas, reportedExtents } from '../reported-areas.ts';
import { openChain } from './chain.ts';
import type { DatastoreFiles } from './datastore-files.ts';
import type { Layer } from './extent-map.ts';
import { FileReader } from './file-reader.ts';
import { type Piece, planPieces } from './read-plan.ts';
import { resolve } from './resolve.ts';

export interface DatastoreSourceOptions extends ReportedAreas {
  readonly files: DatastoreFiles;
  /** Descriptor of the frozen disk, from the snapshot's configuration: `[datastore] folder/name.vmdk`. */
  readonly disk: string;
  /**
   * The descriptors behind it, nearest first, as the snapshot's configuration names them (`backing.parent`).
   * Needed only where a descriptor names its parent by a host's path (linked clones).
   */
  readonly parents?: readonly string[];
  /** bytes */
  readonly capacity: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Requests at once; 4 when absent. Hosts serve few HTTP sessions: stay below 8 a host. */
  readonly connectionsMax?: number;
  /** The longest request; longer reads are split and run side by side. 4 MiB when absent. */
  readonly pieceBytesMax?: number;
  /** Attempts in a row that bring nothing, the first included; 6 when absent. */
  readonly attemptsMax?: number;
}

const connectionsMaxDefault = 4;
const pieceBytesMaxDefault = 4 * MiB;
const attemptsMaxDefault = 6;

/**
 * A snapshot's frozen disk, read over the vCenter's datastore HTTPS through its chain of files.
 *
 * @throws `DISK_NOT_READABLE_AS_FILE` on vSAN, vVol, raw devices and encrypted disks; `DISK_FORMAT_UNKNOWN`, `DISK_CHAIN_BROKEN`,
 * `DISK_FILE_DAMAGED`, `DISK_FILE_ABSENT`, `DISK_FILE_LOCKED`, `DISK_READ_FAILED`
 */
export async function datastoreSource(options: DatastoreSourceOptions): Promise<DiskSource> {
  const { disk, capacity, connectionsMax = connectionsMaxDefault, pieceBytesMax = pieceBytesMaxDefault, attemptsMax = attemptsMaxDefault } = options;
  const reader = new FileReader({ files: options.files, connectionsMax, attemptsMax, clock: options.clock, random: options.random });
  const closing = new AbortController();
  const layers: readonly Layer[] = await openChain({ reader, disk, parents: options.parents ?? [], signal: closing.signal });
  if (layers[0]?.length !== capacity)
    throw diskErrors.create('DISK_CHAIN_BROKEN', `${disk} has ${layers[0]?.length} bytes, the VM’s configuration says ${capacity}`, { subject: { disk } });
  const running = new Set<Promise<void>>();

  const fetchPiece = async (piece: Piece, base: number, into: Uint8Array, signal: AbortSignal): Promise<void> => {
    const [first] = piece.parts;
    if (piece.parts.length === 1 && first !== undefined) {
      await reader.read(piece.path, piece.position, into.subarray(first.offset - base, first.offset - base + first.length), signal);
      return;
    }
    await reader.readApart(piece.path, piece.position, piece.length, signal, (bytes) => {
      for (const { from, offset, length } of piece.parts) into.set(bytes.subarray(from, from + length), offset - base);
    });
  };

  const read = async (offset: number, into: Uint8Array, signal: AbortSignal): Promise<void> => {
    const stretches = await resolve(layers, offset, into.length);
    for (const stretch of stretches) if (stretch.from === 'zero') into.fill(0, stretch.offset - offset, stretch.offset - offset + stretch.length);
    await mapBounded(planPieces(stretches, pieceBytesMax), connectionsMax, (piece) => fetchPiece(piece, offset, into, signal));
  };

  return {
    capacity,
    transport: 'datastore-https',
    extents: (since) => reportedExtents(disk, capacity, options, since),
    read: async (offset, into, signal) => {
      if (!(Number.isSafeInteger(offset) && offset >= 0 && offset + into.length <= capacity))
        throw diskErrors.create('DISK_MISUSED', `${disk}: ${into.length} bytes at ${offset} lie outside of its ${capacity} bytes`);
      closing.signal.throwIfAborted();
      const one = read(offset, into, signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]));
      running.add(one);
      try {
        await one;
      } finally {
        running.delete(one);
      }
    },
    close: async () => {
      closing.abort(diskErrors.create('DISK_ABANDONED', `${disk} has been closed`));
      await Promise.allSettled(running);
    },
  };
}
