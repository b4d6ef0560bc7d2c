import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import type { CallOptions, Vcenter } from '../client/vcenter.ts';
import type { DataObject, MoRef } from '../wire/index.ts';

export interface ImportRequest {
  readonly resourcePool: MoRef;
  readonly folder: MoRef;
  readonly host?: MoRef;
  /** `VirtualMachineConfigSpec` */
  readonly spec: DataObject;
}

export interface LeaseDevice {
  readonly key: string;
  readonly importKey: string;
  readonly url: string;
  readonly disk: boolean;
  /** of the certificate of the host in `url` */
  readonly thumbprint?: string;
}

/**
 * A VM being created, with a place to send each disk to. Renews itself until it is completed or aborted;
 * disposing of it without having completed aborts it, which removes the VM.
 */
export interface ImportLease extends AsyncDisposable {
  readonly vm: MoRef;
  readonly devices: readonly LeaseDevice[];
  /** The device of a disk, by where it sits. @throws `LEASE_FAILED` when the lease has none there */
  deviceAt(controllerType: string, bus: number, unit: number): LeaseDevice;
  /** Begins the POST of a disk; fits `OpenLeasePost` of the disks room. */
  open(url: string, headers: OutgoingHttpHeaders, signal: AbortSignal): ClientRequest;
  /** 0 to 100, shown in the vCenter. */
  progress(percent: number): void;
  /** @throws `LEASE_FAILED` when the lease was lost meanwhile */
  complete(): Promise<void>;
  abort(reason: unknown): Promise<void>;
}

export async function importVm(_vcenter: Vcenter, _request: ImportRequest, _options?: CallOptions): Promise<ImportLease> {
  throw new Error('being built');
}
