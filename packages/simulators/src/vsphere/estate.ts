/**
 * What a simulated vCenter holds when it starts. Plain JSON, so that an estate can also be a file.
 * Everything that isn't given gets a sensible default; see each field.
 */
export interface Estate {
  /** `about.instanceUuid`; by default derived from the datacenters' names. */
  readonly instanceUuid?: string;
  /** `about.apiVersion`, for example `8.0.3.0` (the default) or `6.7.3`. */
  readonly apiVersion?: string;
  readonly datacenters: readonly DatacenterDescription[];
}

export interface DatacenterDescription {
  readonly name: string;
  /** Folder path the datacenter lies in, for example `Europe/North`; by default the root. */
  readonly folder?: string;
  /** By default one cluster `cluster01` with one host. */
  readonly clusters?: readonly ClusterDescription[];
  /** By default one VMFS datastore `datastore01`. */
  readonly datastores?: readonly DatastoreDescription[];
  /** By default one standard network `VM Network`. */
  readonly networks?: readonly NetworkDescription[];
  /** VM folder paths that exist even when empty, for example `Production/Web`. */
  readonly folders?: readonly string[];
  readonly vms: readonly VmDescription[];
}

export interface ClusterDescription {
  readonly name: string;
  readonly hosts: readonly HostDescription[];
  /** Names of resource pools under the cluster's root pool. */
  readonly resourcePools?: readonly string[];
}

export interface HostDescription {
  readonly name: string;
  /** ESXi version and build; by default 8.0.3 build 24022510. */
  readonly version?: string;
  readonly build?: string;
}

export interface DatastoreDescription {
  readonly name: string;
  readonly type?: 'VMFS' | 'NFS' | 'vsan';
  /** Bytes; by default 1 TiB. */
  readonly capacityBytes?: number;
}

export interface NetworkDescription {
  readonly name: string;
}

export interface VmDescription {
  readonly name: string;
  /** VM folder path, created when missing; by default the datacenter's `vm` folder. */
  readonly folder?: string;
  /** By default the first of the datacenter. */
  readonly cluster?: string;
  readonly host?: string;
  readonly resourcePool?: string;
  readonly datastore?: string;
  /** Folder of its files on the datastore; by default the VM's name. */
  readonly directory?: string;
  readonly uuid?: string;
  readonly instanceUuid?: string;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  /** For example `debian12_64Guest`, `windows2019srv_64Guest`. */
  readonly guestId?: string;
  readonly firmware?: 'bios' | 'efi';
  readonly secureBoot?: boolean;
  /** Virtual hardware: 19 means `vmx-19`, the default. */
  readonly hardwareVersion?: number;
  readonly disks: readonly DiskDescription[];
  readonly nics?: readonly NicDescription[];
  readonly scsiController?: 'ParaVirtualSCSIController' | 'VirtualLsiLogicController' | 'VirtualLsiLogicSASController';
  readonly extraConfig?: Readonly<Record<string, string>>;
  readonly annotation?: string;
  /** Content of the NVRAM file, base64. */
  readonly nvramBase64?: string;
  /** By default `poweredOn`. */
  readonly powerState?: 'poweredOn' | 'poweredOff';
  /** VMware Tools in the guest; by default `running` when the VM is. */
  readonly tools?: 'running' | 'notRunning' | 'notInstalled';
  /** Changed block tracking is configured and effective from the start; by default it is off. */
  readonly changeTracking?: boolean;
  readonly template?: boolean;
}

export interface DiskDescription {
  /** Multiple of 512. */
  readonly capacityBytes: number;
  /** Raw image on this machine that the disk begins with; it is copied, never written. */
  readonly image?: string;
  /** By default true. */
  readonly thin?: boolean;
  readonly mode?: 'persistent' | 'independent_persistent' | 'independent_nonpersistent';
}

export interface NicDescription {
  readonly network: string;
  readonly mac?: string;
  readonly type?: 'VirtualVmxnet3' | 'VirtualE1000e' | 'VirtualE1000';
}
