import type { Vcenter } from '../client/vcenter.ts';
import type { SnapshotState } from '../snapshot/snapshot-disk.ts';
import type { MoRef } from '../wire/index.ts';
import type { VmConfiguration } from './vm-configuration.ts';

/** The VM's configuration as of the snapshot, with the names of its places and networks looked up. */
export async function captureConfiguration(_vcenter: Vcenter, _vm: MoRef, _snapshot: SnapshotState): Promise<VmConfiguration> {
  throw new Error('being built');
}
