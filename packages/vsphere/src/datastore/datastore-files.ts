import type { Vcenter } from '../client/vcenter.ts';

export interface DatastoreFilesOptions {
  /** inventory path of the datacenter */
  readonly datacenter: string;
  /** Requests at once, each on a connection of its own; 4 when absent. Hosts serve few: stay below 8 a host. */
  readonly connectionsMax?: number;
  /** How long a connection may be silent; 60,000 when absent. */
  readonly silenceMsMax?: number;
}

/** Files of the datastores of one datacenter, by path `[datastore] folder/name`. Fits `DatastoreFiles` of the disks room. Tries nothing twice. */
export interface VcenterFiles extends Disposable {
  /** bytes. @throws `DATASTORE_FILE_ABSENT`, `DATASTORE_FILE_LOCKED`, `DATASTORE_ACCESS`, `DATASTORE_TRANSFER` */
  size(path: string, signal?: AbortSignal): Promise<number>;
  /** Fills `into` from `offset` on; `filled` is told how many bytes have arrived so far. Throws as `size` does. */
  read(path: string, offset: number, into: Uint8Array, signal?: AbortSignal, filled?: (bytes: number) => void): Promise<void>;
  /** A small file whole. @throws as `size` does, and `VSPHERE_LIMIT` when it is larger than `bytesMax` */
  readWhole(path: string, bytesMax: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Replaces the file. Throws as `size` does. */
  put(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
}

export function datastoreFiles(_vcenter: Vcenter, _options: DatastoreFilesOptions): VcenterFiles {
  throw new Error('being built');
}
