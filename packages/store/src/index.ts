export type { DeleteReport, GetOptions, ObjectInfo, ObjectStore, PutOptions, StoreCapabilities } from './object-store.ts';
