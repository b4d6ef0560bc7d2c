import type { DiskSink } from '../disk.ts';
import type { FileSinkOptions } from './partial-file.ts';

export async function rawSink(_path: string, _options: FileSinkOptions): Promise<DiskSink> {
  throw new Error('being built');
}
