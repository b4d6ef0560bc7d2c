import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { faultError, isFault, localizedFault } from '../client/fault.ts';
import { quietly, readProperties } from '../client/properties.ts';
import type { CallOptions, Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
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

const readyPollMs = 500;
/** Making the VM and its disks, thick ones zeroed, may take the host this long. */
const readyMsMax = 30 * 60 * 1000;
/** A lease lives 5 minutes without news; a host that says otherwise is believed within these. */
const renewMsMin = 2_000;
const renewMsMax = 60_000;

/** @throws `LEASE_FAILED` when the server can't open it, and what calls throw */
export async function importVm(vcenter: Vcenter, request: ImportRequest, options: CallOptions = {}): Promise<ImportLease> {
  const spec = { $type: 'VirtualMachineImportSpec', configSpec: request.spec };
  const lease = (await vcenter.call('ImportVApp', request.resourcePool, { spec, folder: request.folder, host: request.host })) as MoRef;
  try {
    return openLease(vcenter, lease, await readyInfo(vcenter, lease, options));
  } catch (error) {
    await quietly(vcenter, `lease ${lease.value} could not be aborted`, vcenter.call('HttpNfcLeaseAbort', lease, {}));
    throw error;
  }
}

async function readyInfo(vcenter: Vcenter, lease: MoRef, options: CallOptions): Promise<DataObject> {
  const deadline = vcenter.clock.elapsed() + readyMsMax;
  for (;;) {
    const { state, error } = await readProperties(vcenter, lease, ['state', 'error'], options);
    if (state === 'ready') return (await readProperties(vcenter, lease, ['info'], options)).info as DataObject;
    if (state === 'error' || state === 'done') throw faultError(localizedFault(error), 'opening an import lease', { lease: lease.value });
    if (vcenter.clock.elapsed() > deadline)
      throw vsphereErrors.create('LEASE_FAILED', `the import lease was not ready after ${readyMsMax / 60_000} minutes`, { subject: { lease: lease.value } });
    await vcenter.clock.sleep(readyPollMs, options.signal);
  }
}

function readDevices(info: DataObject): LeaseDevice[] {
  return ((info.deviceUrl ?? []) as DataObject[]).map((device) => ({
    key: device.key as string,
    importKey: device.importKey as string,
    url: device.url as string,
    disk: device.disk !== false,
    ...(typeof device.sslThumbprint === 'string' && device.sslThumbprint !== '' ? { thumbprint: device.sslThumbprint } : {}),
  }));
}

function openLease(vcenter: Vcenter, lease: MoRef, info: DataObject): ImportLease {
  const devices = readDevices(info);
  const timeoutMs = ((info.leaseTimeout as number | undefined) ?? 300) * 1000;
  const renewMs = Math.min(renewMsMax, Math.max(renewMsMin, timeoutMs / 4));
  const closed = new AbortController();
  let percent = 0;
  let lost: unknown;

  const renew = async () => {
    while (!closed.signal.aborted) {
      try {
        await vcenter.clock.sleep(renewMs, closed.signal);
        await vcenter.call('HttpNfcLeaseProgress', lease, { percent }, { signal: closed.signal });
      } catch (error) {
        if (closed.signal.aborted) return;
        // The lease outlives a few missed renewals, but not its own end.
        vcenter.log(`lease ${lease.value} could not be renewed: ${(error as Error).message}`);
        if (!isFault(error, 'ManagedObjectNotFound') && !isFault(error, 'Timedout') && !isFault(error, 'InvalidState')) continue;
        lost = error;
        return;
      }
    }
  };
  const renewing = renew();
  const stop = async () => {
    closed.abort();
    await renewing;
  };
  const abort = async (reason: unknown) => {
    if (closed.signal.aborted) return;
    await stop();
    vcenter.log(`import lease ${lease.value} is aborted: ${reason instanceof Error ? reason.message : String(reason)}`);
    await quietly(vcenter, `lease ${lease.value} could not be aborted`, vcenter.call('HttpNfcLeaseAbort', lease, {}));
  };

  return {
    vm: info.entity as MoRef,
    devices,
    deviceAt: (controllerType, bus, unit) => deviceAt(devices, lease, controllerType, bus, unit),
    open: (url, headers, signal) =>
      vcenter.openUpload('POST', url, headers, AbortSignal.any([signal, closed.signal]), devices.find((device) => device.url === url)?.thumbprint),
    progress: (value) => {
      percent = Math.min(100, Math.max(0, Math.floor(value)));
    },
    complete: async () => {
      if (lost !== undefined)
        throw vsphereErrors.create('LEASE_FAILED', `import lease ${lease.value} was lost while disks were sent`, {
          subject: { lease: lease.value },
          cause: lost,
        });
      if (closed.signal.aborted)
        throw vsphereErrors.create('LEASE_FAILED', `import lease ${lease.value} is closed already`, { subject: { lease: lease.value } });
      await vcenter.call('HttpNfcLeaseProgress', lease, { percent: 100 });
      await vcenter.call('HttpNfcLeaseComplete', lease);
      await stop();
    },
    abort,
    [Symbol.asyncDispose]: () => abort('it was not completed'),
  };
}

/** Devices are keyed `…/VirtualLsiLogicController0:1`: type of the controller, bus, unit. */
function deviceAt(devices: readonly LeaseDevice[], lease: MoRef, controllerType: string, bus: number, unit: number): LeaseDevice {
  const seat = `/${controllerType}${bus}:${unit}`;
  const disks = devices.filter((device) => device.disk);
  const found = disks.find((device) => device.key.endsWith(seat) || device.importKey.endsWith(seat));
  if (found !== undefined) return found;
  throw vsphereErrors.create(
    'LEASE_FAILED',
    `import lease ${lease.value} has no place for the disk at ${seat.slice(1)}; it has ${disks.map((device) => device.importKey).join(', ') || 'none'}`,
    {
      subject: { lease: lease.value },
    },
  );
}
