import type { DiskSink } from '../disk.ts';
import { guardedSink } from '../guarded-sink.ts';
import { zeros } from '../zeros.ts';
import { type FileSinkOptions, PartialFile } from './partial-file.ts';
import { WrittenAreas } from './written-areas.ts';

/**
 * A raw image, sparse where nothing but zeros was written.
 *
 * @throws `DISK_TARGET_EXISTS`, `DISK_TARGET_FULL`, `DISK_TARGET_FAILED`
 */
export async function rawSink(path: string, options: FileSinkOptions): Promise<DiskSink> {
  const file = await PartialFile.create(path, options);
  const written = new WrittenAreas(options.capacity);
  return guardedSink(path, options.capacity, {
    order: 'any',
    transport: 'file:raw',
    write: async (offset, bytes) => {
      written.mark(offset, bytes.length);
      await file.write(offset, bytes);
    },
    zero: async (offset, length) => {
      for (const part of written.within(offset, length)) await file.write(part.offset, zeros.subarray(0, part.length));
    },
    flush: () => file.sync(),
    finish: async () => {
      await file.resize(options.capacity);
      await file.finish();
    },
    discard: () => file.discard(),
  });
}
