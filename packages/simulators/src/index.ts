export type { KmsKeyState } from './kms/key-ring.ts';
export { type KmsIdentity, type KmsSimulator, type KmsSimulatorOptions, startKmsSimulator } from './kms/simulator.ts';
export type {
  ClusterDescription,
  DatacenterDescription,
  DatastoreDescription,
  DiskDescription,
  Estate,
  HostDescription,
  NetworkDescription,
  NicDescription,
  VmDescription,
} from './vsphere/estate.ts';
export type { FaultEffect, FaultRule } from './vsphere/faults.ts';
export type { FaultScript, Guest, Journal, VmView, VsphereSimulator } from './vsphere/handle.ts';
export type { JournalCall, JournalRead } from './vsphere/journal.ts';
export { startVsphereSimulator, type VsphereSimulatorOptions } from './vsphere/simulator.ts';
export { type SpawnOptions, spawnVsphereSimulator } from './vsphere/spawn.ts';
