import type { CallOptions, Vcenter } from '../client/vcenter.ts';
import type { MoRef } from '../wire/index.ts';

/**
 * A thing in the inventory. `path` starts at the top without a slash: `DC0/host/cluster1`, `Europe/DC1/vm/web`.
 * Names and paths are as the API has them: `/`, `\` and `%` within a name are written `%2f`, `%5c` and `%25`.
 */
export interface Entity {
  readonly ref: MoRef;
  readonly name: string;
  readonly path: string;
  readonly parent?: MoRef;
  /** path of the datacenter it belongs to: what datastore files are asked with */
  readonly datacenter?: string;
}

export interface Datacenter extends Entity {
  readonly vmFolder: MoRef;
  readonly hostFolder: MoRef;
}

/** A host's or a cluster's compute resource. */
export interface Cluster extends Entity {
  readonly kind: 'cluster' | 'standalone-host';
  readonly resourcePool?: MoRef;
  readonly hosts: readonly MoRef[];
  readonly datastores: readonly MoRef[];
  readonly networks: readonly MoRef[];
}

export interface Host extends Entity {
  readonly connectionState: string;
  readonly inMaintenance: boolean;
  readonly version?: string;
  readonly build?: string;
  readonly datastores: readonly MoRef[];
  readonly networks: readonly MoRef[];
}

export interface Datastore extends Entity {
  /** `VMFS`, `NFS`, `vsan`, `VVOL` … */
  readonly type: string;
  readonly url: string;
  /** bytes */
  readonly capacity: number;
  /** bytes */
  readonly free: number;
  readonly accessible: boolean;
  readonly maintenanceMode: string;
  readonly hosts: readonly MoRef[];
}

export interface Network extends Entity {
  readonly kind: 'standard' | 'distributed' | 'opaque';
  /** of a distributed portgroup */
  readonly portgroupKey?: string;
  readonly switchUuid?: string;
  /** of an opaque network */
  readonly opaqueId?: string;
  readonly opaqueType?: string;
}

export interface Inventory {
  readonly datacenters: readonly Datacenter[];
  readonly folders: readonly Entity[];
  readonly clusters: readonly Cluster[];
  readonly hosts: readonly Host[];
  readonly resourcePools: readonly Entity[];
  readonly datastores: readonly Datastore[];
  readonly networks: readonly Network[];
}

/** Everything but the VMs. */
export async function readInventory(_vcenter: Vcenter, _options?: CallOptions): Promise<Inventory> {
  throw new Error('being built');
}

/** A VM as the light scan shows it. What the account may not see, or isn't set, is absent. */
export interface VmSummary extends Entity {
  readonly instanceUuid?: string;
  readonly biosUuid?: string;
  readonly template: boolean;
  readonly powerState?: 'poweredOn' | 'poweredOff' | 'suspended';
  /** `connected`, `disconnected`, `orphaned`, `inaccessible`, `invalid` */
  readonly connectionState?: string;
  readonly host?: MoRef;
  readonly changeTracking?: boolean;
  /** vCenter's or another product's own VM: `extensionKey` of who manages it */
  readonly managedBy?: string;
  /** bytes on datastores */
  readonly storageBytes?: number;
}

/** All VMs the account may see, a page at a time. Paths are of the moment the scan began. */
export async function* listVms(_vcenter: Vcenter, _options?: CallOptions): AsyncGenerator<VmSummary> {
  yield* [];
  throw new Error('being built');
}

/** What decides how a VM is protected, read for one VM. */
export interface VmDetail extends VmSummary {
  /** `vmx-19` → 19 */
  readonly hardwareVersion: number;
  readonly guestId: string;
  readonly guestFamily?: string;
  readonly toolsRunning: boolean;
  readonly hostName?: string;
  readonly changeTrackingSupported: boolean;
  readonly consolidationNeeded: boolean;
  /** an unanswered question of the host that stops the VM */
  readonly question?: string;
  readonly encrypted: boolean;
  readonly faultTolerance: boolean;
  readonly disabledMethods: readonly string[];
  readonly datastores: readonly MoRef[];
  readonly networks: readonly MoRef[];
  readonly resourcePool?: MoRef;
  readonly vmxFile?: string;
}

/** @throws `VSPHERE_ABSENT` when it is gone */
export async function describeVm(_vcenter: Vcenter, _vm: MoRef, _options?: CallOptions): Promise<VmDetail> {
  throw new Error('being built');
}

/** All VMs with this instance UUID (or BIOS UUID): usually one, several when copies share it, none when it isn't there. */
export async function findVmsByUuid(_vcenter: Vcenter, _uuid: string, _kind: 'instance' | 'bios', _options?: CallOptions): Promise<MoRef[]> {
  throw new Error('being built');
}
