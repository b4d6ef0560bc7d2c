export type { DiskSink, DiskSource, Extent } from './disk.ts';
