import type { Random } from '@holdfast/kit';
import type { DiskSink } from '../disk.ts';
import { guardedSink } from '../guarded-sink.ts';
import { contentIdFrom } from '../stream-vmdk/content-id.ts';
import { StreamOptimizedWriter } from '../stream-vmdk/stream-optimized-writer.ts';
import { type FileSinkOptions, PartialFile } from './partial-file.ts';

export interface VmdkSinkOptions extends FileSinkOptions {
  readonly random: Random;
  /** zlib level; 1 when absent */
  readonly level?: number;
}

/**
 * A stream-optimised VMDK file, as ovftool and the vSphere console take it; written in ascending order.
 *
 * @throws `DISK_TARGET_EXISTS`, `DISK_TARGET_FULL`, `DISK_TARGET_FAILED`, `DISK_TOO_LARGE`
 */
export async function vmdkSink(path: string, options: VmdkSinkOptions): Promise<DiskSink> {
  const file = await PartialFile.create(path, options);
  let position = 0;
  const writer = new StreamOptimizedWriter({
    disk: path,
    capacity: options.capacity,
    contentId: contentIdFrom(options.random),
    level: options.level ?? 1,
    emit: async (bytes) => {
      await file.write(position, bytes);
      position += bytes.length;
    },
  });
  return guardedSink(path, options.capacity, {
    order: 'ascending',
    transport: 'file:vmdk',
    write: (offset, bytes) => writer.write(offset, bytes),
    // What is never written reads as zero.
    zero: async () => {},
    flush: async () => {
      await writer.flush();
      await file.sync();
    },
    finish: async () => {
      await writer.finish();
      await file.finish();
    },
    discard: async () => {
      await writer.settled();
      await file.discard();
    },
  });
}
