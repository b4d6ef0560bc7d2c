import type { DiskSink } from '../disk.ts';
import type { DiskFileFormat } from './file-format.ts';
import { qcow2Sink } from './qcow2-sink.ts';
import { rawSink } from './raw-sink.ts';
import { type VmdkSinkOptions, vmdkSink } from './vmdk-sink.ts';

/** A sink into a file of the given format. `level` and `random` matter to vmdk only. */
export function fileSink(path: string, format: DiskFileFormat, options: VmdkSinkOptions): Promise<DiskSink> {
  if (format === 'qcow2') return qcow2Sink(path, options);
  if (format === 'vmdk') return vmdkSink(path, options);
  return rawSink(path, options);
}
