import type { DiskSource, Extent } from '../disk.ts';

export interface FileSourceOptions {
  /** Areas changed since a change id, ascending; without it only a full can be asked for. */
  changedAreas?(changeId: string): AsyncIterable<Extent>;
}

export async function fileSource(_path: string, _options: FileSourceOptions = {}): Promise<DiskSource> {
  throw new Error('being built');
}
