import { type FileHandle, open } from 'node:fs/promises';
import type { DiskSource } from '../disk.ts';
import { diskErrors } from '../errors.ts';
import { type ReportedAreas, reportedExtents } from '../reported-areas.ts';

/**
 * A raw image in a file, which must not change meanwhile.
 *
 * Without reported areas the whole file is named: Node can't ask a file system for holes, and the number of blocks in use
 * doesn't say where they are. Reading a hole costs little more than the memory it fills.
 * One open file serves any number of reads at once, since each says where it reads.
 *
 * @throws `DISK_FILE_ABSENT`, `DISK_READ_FAILED`, `DISK_FORMAT_UNKNOWN` when it isn't a file
 */
export async function fileSource(path: string, reported: ReportedAreas = {}): Promise<DiskSource> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw readFailure(path, error);
  });
  const capacity = await sizeOf(path, handle).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  return {
    capacity,
    transport: 'file',
    extents: (since) => reportedExtents(path, capacity, reported, since),
    read: async (offset, into, signal) => {
      if (!(Number.isSafeInteger(offset) && offset >= 0 && offset + into.length <= capacity))
        throw diskErrors.create('DISK_MISUSED', `${path}: ${into.length} bytes at ${offset} lie outside of its ${capacity} bytes`);
      for (let done = 0; done < into.length; ) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(into, done, into.length - done, offset + done).catch((error: unknown) => {
          throw readFailure(path, error);
        });
        if (bytesRead === 0) throw diskErrors.create('DISK_FILE_DAMAGED', `${path} became shorter while it was read`, { subject: { file: path } });
        done += bytesRead;
      }
    },
    close: () => handle.close(),
  };
}

async function sizeOf(path: string, handle: FileHandle): Promise<number> {
  const status = await handle.stat();
  if (!status.isFile()) throw diskErrors.create('DISK_FORMAT_UNKNOWN', `${path} is not a file`, { subject: { file: path } });
  return status.size;
}

function readFailure(path: string, error: unknown): Error {
  const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const details = { subject: { file: path }, cause: error };
  if (absent) return diskErrors.create('DISK_FILE_ABSENT', `${path} is not there`, details);
  return diskErrors.create('DISK_READ_FAILED', `${path} can’t be read: ${error instanceof Error ? error.message : String(error)}`, details);
}
