/** Everything needed to create a VM again: plain JSON, kept with every point. */
export interface VmConfiguration {
  /** of this form: 1 */
  readonly version: 1;
  readonly name: string;
  /** inventory path of its folder, and of its datacenter */
  readonly folder?: string;
  readonly datacenter?: string;
  readonly resourcePool?: string;
  readonly cluster?: string;
  readonly host?: string;
  /** `poweredOn` …, when captured */
  readonly powerState?: string;
  readonly instanceUuid?: string;
  readonly biosUuid?: string;
  /** datastore path of the NVRAM file (UEFI variables), if it has one */
  readonly nvramFile?: string;
  readonly vmxFile?: string;
  readonly nics: readonly CapturedNic[];
  readonly disks: readonly CapturedDisk[];
  /** What the API says about the VM (`VirtualMachineConfigInfo`), without what is only of the moment; times and binary as `{ $date }`, `{ $bytes }`. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface CapturedNic {
  readonly key: number;
  readonly label: string;
  readonly type: string;
  readonly mac?: string;
  /** name of the network it was on; absent when it was on none that can be named */
  readonly network?: string;
}

export interface CapturedDisk {
  readonly key: number;
  readonly label: string;
  readonly capacity: number;
  /** name of the datastore it was on */
  readonly datastore: string;
  readonly controller: { readonly type: string; readonly bus: number };
  readonly unit: number;
}
