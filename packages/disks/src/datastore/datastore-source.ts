import type { Clock, Random } from '@holdfast/kit';
import type { DiskSource, Extent } from '../disk.ts';
import type { DatastoreFiles } from './datastore-files.ts';

export interface DatastoreSourceOptions {
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
  /** Areas changed since a change id, or in use for `*`; ascending. */
  changedAreas?(changeId: string): AsyncIterable<Extent>;
  /** Whether `changedAreas('*')` names everything in use. Otherwise a full reads the whole disk. */
  readonly allocatedAreasTrusted?: boolean;
  /** Told, in a sentence, about what didn't go as asked (fallbacks, resumed reads). */
  notice?(message: string): void;
  readonly clock: Clock;
  readonly random: Random;
  /** Requests at once; 4 when absent. Hosts serve few HTTP sessions: stay below 8 a host. */
  readonly connectionsMax?: number;
  readonly pieceBytesMax?: number;
  readonly attemptsMax?: number;
}

/** A snapshot's frozen disk, read over the vCenter's datastore HTTPS through its chain of files. */
export async function datastoreSource(_options: DatastoreSourceOptions): Promise<DiskSource> {
  throw new Error('being built');
}
