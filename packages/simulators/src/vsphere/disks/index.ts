/**
 * The storage of the simulated vSphere: datastores that are directories, virtual disks with real bytes, and the stream form in which disks travel.
 *
 * Functions:
 *   openDatastore(name, folder)                → Promise<Datastore>
 *   parseDatastorePath('[ds] a/b')             → { datastore: 'ds', path: 'a/b' }
 *   createVirtualDisk(CreateDiskOptions)       → Promise<VirtualDisk>
 *   openVirtualDisk(OpenDiskOptions)           → Promise<VirtualDisk>
 *   decodeStreamOptimized(source: AsyncIterable<Uint8Array>, sink: StreamDiskSink, options?: DecodeStreamOptions) → Promise<StreamDiskReport>
 *   encodeStreamOptimized(disk: VirtualDisk, layer?: LayerId) → AsyncIterable<Uint8Array>
 */
export type { Datastore, DatastoreFile, FileRange } from './datastore.ts';
export { type DatastorePath, formatDatastorePath, parseDatastorePath } from './datastore-path.ts';
export { decodeStreamOptimized } from './decode-stream.ts';
export { encodeStreamOptimized } from './encode-stream.ts';
export { storageErrors } from './errors.ts';
export { openDatastore } from './local-datastore.ts';
export { createVirtualDisk, openVirtualDisk } from './make-disk.ts';
export type { DecodeStreamOptions, StreamDiskInfo, StreamDiskReport, StreamDiskSink } from './stream-disk.ts';
export type {
  AdapterType,
  Area,
  ChangedAreas,
  ChangedAreasQuery,
  CreateDiskOptions,
  DiskFile,
  Layer,
  LayerId,
  OpenDiskOptions,
  TrackingLies,
  VirtualDisk,
  WriteReport,
} from './virtual-disk.ts';
