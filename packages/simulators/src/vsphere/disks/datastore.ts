import type { Readable } from 'node:stream';

/** One entry of a listing. */
export interface DatastoreFile {
  /** The last part of its path. */
  readonly name: string;
  /** From the datastore's root, with `/` between: `web01/web01.vmdk`. */
  readonly path: string;
  /** `disk`: a descriptor `.vmdk`; `extent`: the data behind one; the others as the host datastore browser sorts them. */
  readonly type: 'folder' | 'disk' | 'extent' | 'config' | 'nvram' | 'log' | 'snapshotList' | 'file';
  /** bytes as a reader sees them; 0 for a folder */
  readonly size: number;
  /** bytes that it really takes */
  readonly uniqueSize: number;
  /** milliseconds since 1970 */
  readonly modified: number;
}

/** First and last byte, both included, as in an HTTP Range. */
export interface FileRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A datastore: a directory on this machine. Paths are given from its root (`web01/web01.vmdk`), or as `[name] web01/web01.vmdk`
 * with its own name. Every path is checked; none leads out of the directory.
 * What the disks keep for themselves (names that begin with a dot) is neither listed nor handed out.
 *
 * @throws `DATASTORE_PATH_REFUSED`, `DATASTORE_FILE_ABSENT`, `DATASTORE_FILE_EXISTS` from every method that names files
 */
export interface Datastore {
  readonly name: string;
  readonly folder: string;
  /** bytes */
  space(): Promise<{ readonly capacity: number; readonly free: number }>;
  /** `[name] path` */
  pathOf(path: string): string;
  /** Where the file is on this machine; it need not exist. */
  localPath(path: string): string;
  /** `undefined` when proven absent. */
  stat(path: string): Promise<DatastoreFile | undefined>;
  /** By name. A folder's own entries, or with `deep` everything below. */
  list(path: string, options?: { readonly deep?: boolean }): Promise<readonly DatastoreFile[]>;
  /** The bytes of a file or of a part. */
  read(path: string, range?: FileRange): Promise<Readable>;
  /** Writes a whole file; visible under its name only when complete. Replaces what is there unless `ifAbsent`. Returns its size in bytes. */
  put(path: string, body: AsyncIterable<Uint8Array> | Uint8Array, options?: { readonly ifAbsent?: boolean }): Promise<number>;
  makeFolder(path: string, options?: { readonly parents?: boolean }): Promise<void>;
  /** A file, or a folder with everything in it. */
  delete(path: string): Promise<void>;
  move(from: string, to: string, options?: { readonly replace?: boolean }): Promise<void>;
  copy(from: string, to: string, options?: { readonly replace?: boolean }): Promise<void>;
}
