export { isFault } from './client/fault.ts';
export type { Trust } from './client/trust.ts';
export { type About, type CallOptions, type ConnectOptions, connect, readThumbprint, type Vcenter } from './client/vcenter.ts';
export { captureConfiguration } from './configuration/capture.ts';
export { type ConfigSpecResult, type Placement, toConfigSpec, toFinishingSpec } from './configuration/config-spec.ts';
export type { CapturedDisk, CapturedNic, VmConfiguration } from './configuration/vm-configuration.ts';
export { type DatastoreFilesOptions, datastoreFiles, type VcenterFiles } from './datastore/datastore-files.ts';
export { vsphereErrors } from './errors.ts';
export { type Cluster, type Datacenter, type Datastore, type Entity, type Host, type Inventory, type Network, readInventory } from './inventory/inventory.ts';
export { describeVm, findVmsByUuid, listVms, readConfig, type VmDetail, type VmSummary } from './inventory/vm.ts';
export { type ImportLease, type ImportRequest, importVm, type LeaseDevice } from './restore/import-lease.ts';
export { createVm, destroyVm, powerOff, powerOn, reconfigureVm, registerVm } from './restore/vm-lifecycle.ts';
export {
  createSnapshot,
  listSnapshots,
  type RemovalReport,
  removeSnapshot,
  type Snapshot,
  type SnapshotRequest,
  type SnapshotTree,
} from './snapshot/snapshot.ts';
export { readSnapshot, type SnapshotDisk, type SnapshotState } from './snapshot/snapshot-disk.ts';
export { runTask, type TaskOptions, waitTask } from './task/task.ts';
export { type ChangeTracking, ensureChangeTracking } from './tracking/change-tracking.ts';
export { type Area, type ChangedAreasQuestion, changedAreas } from './tracking/changed-areas.ts';
export type { DataObject, MoRef } from './wire/index.ts';
