import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defineErrors } from '@holdfast/kit';
import type { DatastoreFiles } from '../datastore/datastore-files.ts';

const errors = defineErrors({
  FILE_ABSENT: { kind: 'absent', meaning: 'Not there.', advice: 'Look elsewhere.' },
  FILE_LOCKED: { kind: 'conflict', meaning: 'Locked.', advice: 'Wait.' },
});

export interface FolderFilesOptions {
  /** The connection breaks after so many bytes, each time. */
  readonly cutAfterBytes?: number;
  /** Those who don't tell how far they came have to begin again. */
  readonly silent?: boolean;
  readonly locked?: readonly string[];
}

export interface FolderFiles extends DatastoreFiles {
  readonly requests: { readonly path: string; readonly offset: number; readonly length: number }[];
  readonly mostAtOnce: number;
}

/** A folder in the role of a datastore: `[store] vm/a.vmdk` is `<folder>/vm/a.vmdk`, over a line as bad as the test wants. */
export function folderFiles(folder: string, options: FolderFilesOptions = {}): FolderFiles {
  const cutAfterBytes = options.cutAfterBytes ?? Number.POSITIVE_INFINITY;
  const requests: FolderFiles['requests'] = [];
  const local = (path: string): string => {
    if (options.locked?.includes(path)) throw errors.create('FILE_LOCKED', path);
    return join(folder, path.replace(/^\[store\] /, ''));
  };
  let atOnce = 0;
  let mostAtOnce = 0;
  return {
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    size: async (path) => {
      const status = await stat(local(path)).catch(() => undefined);
      if (status === undefined) throw errors.create('FILE_ABSENT', path);
      return status.size;
    },
    read: async (path, offset, into, _signal, filled) => {
      requests.push({ path, offset, length: into.length });
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      try {
        await using file = await open(local(path));
        const wanted = Math.min(into.length, cutAfterBytes);
        const { bytesRead } = await file.read(into, 0, wanted, offset);
        if (bytesRead < wanted) throw new Error(`${path} has no ${wanted} bytes at ${offset}`);
        if (!options.silent) filled?.(wanted);
        if (wanted < into.length) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      } finally {
        atOnce--;
      }
    },
  };
}
