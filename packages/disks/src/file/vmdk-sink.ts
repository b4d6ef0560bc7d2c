import type { Random } from '@holdfast/kit';
import type { DiskSink } from '../disk.ts';
import type { FileSinkOptions } from './partial-file.ts';

export interface VmdkSinkOptions extends FileSinkOptions {
  readonly random: Random;
  /** zlib level; 1 when absent */
  readonly level?: number;
}

export async function vmdkSink(_path: string, _options: VmdkSinkOptions): Promise<DiskSink> {
  throw new Error('being built');
}
