import { vmEvent } from '../event/vm-event.ts';
import { datacenterOf } from '../inventory/datacenter.ts';
import { lineage } from '../inventory/entity.ts';
import { type FolderEntity, isFolder } from '../inventory/folder.ts';
import type { ResourcePoolEntity } from '../inventory/resource-pool.ts';
import type { MoRef } from '../inventory/world.ts';
import { sessionRef } from '../property/collector.ts';
import { type Call, type Handlers, sessionOf } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import type { Vcenter } from '../vcenter.ts';
import type { ConfigSpec } from '../vm/apply-spec.ts';
import { enterInventory, leaveInventory } from '../vm/build-machine.ts';
import { createMachine, requireCreatable } from '../vm/create.ts';
import { deleteFiles, requirePoweredOff } from '../vm/destroy.ts';
import type { AttachedDisk, Machine, Snapshot } from '../vm/machine.ts';
import { machineOf } from '../vm/power.ts';
import { Lease, type LeaseDevice } from './lease.ts';

const initializeMs = 20;

export const leaseHandlers: Handlers = {
  ImportVApp: async (call) => {
    const { spec, folder: folderRef, host } = call.parameters as { spec: { $type: string; configSpec?: ConfigSpec }; folder?: MoRef; host?: MoRef };
    if (spec.$type !== 'VirtualMachineImportSpec' || spec.configSpec === undefined)
      throw vimFault('NotSupported', 'Only single virtual machines are imported.');
    const pool = call.target as ResourcePoolEntity;
    const folder = folderFor(call, pool, folderRef);
    requireCreatable(call, spec.configSpec, folder);
    const machine = await createMachine(call, spec.configSpec, { folder, pool, host });
    enterInventory(call.vcenter, machine);
    vmEvent(call, 'VmCreatedEvent', machine, `Created virtual machine ${machine.name} on ${machine.host.name} in ${machine.datacenter.name}`);
    return open(call, 'import', machine, devicesOf(machine, machine.disks));
  },
  ExportVm: (call) => {
    const machine = machineOf(call);
    requirePoweredOff(machine);
    return open(call, 'export', machine, devicesOf(machine, machine.disks));
  },
  ExportSnapshot: (call) => {
    const snapshot = call.target as Snapshot;
    const disks = new Map([...snapshot.disks].map(([key, { attached, layer }]) => [key, { ...attached, layer }]));
    return open(call, 'export', snapshot.machine, devicesOf(snapshot.machine, disks));
  },
  HttpNfcLeaseProgress: (call) => leaseOf(call).progress(call.parameters.percent as number),
  HttpNfcLeaseComplete: (call) => leaseOf(call).complete(),
  HttpNfcLeaseAbort: (call) => leaseOf(call).abort(),
  HttpNfcLeaseGetManifest: (call) => {
    leaseOf(call).requireReady();
    return leaseOf(call).manifest();
  },
};

const leases = new WeakMap<Vcenter, Map<string, Lease>>();

/** The lease and device an address of `/nfc/` belongs to. */
export function leaseAt(vcenter: Vcenter, path: string): { lease: Lease; device: LeaseDevice } | undefined {
  for (const lease of leases.get(vcenter)?.values() ?? []) {
    const device = lease.order.devices.find((one) => one.path === path);
    if (device !== undefined) return { lease, device };
  }
  return undefined;
}

export function closeLeases(vcenter: Vcenter): void {
  for (const lease of leases.get(vcenter)?.values() ?? []) lease.close();
}

function open(call: Call, kind: 'import' | 'export', machine: Machine, found: readonly Omit<LeaseDevice, 'path'>[]): MoRef {
  const { vcenter } = call;
  if (machine.leased) throw vimFault('InvalidState', 'There is a lease on the virtual machine already.');
  if (machine.busy !== undefined) throw vimFault('TaskInProgress', 'Another task is already in progress.', { task: machine.busy.ref });
  machine.leased = kind === 'import' || machine.power === 'poweredOff';
  const ref = sessionRef(call, 'HttpNfcLease');
  const id = ref.value.slice(ref.value.indexOf(']') + 1);
  const lease = new Lease({
    ref,
    kind,
    entity: machine.ref,
    devices: found.map((device, index) => ({ ...device, path: `/nfc/${id}/disk-${index}.vmdk` })),
    timeoutSeconds: vcenter.leaseTimeoutSeconds,
    thumbprintSha1: vcenter.certificate.thumbprintSha1,
    clock: vcenter.clock,
    initializeMs,
    touch: () => vcenter.world.touch(),
    ended: async (how) => {
      machine.leased = false;
      if (how === 'aborted' && kind === 'import') {
        leaveInventory(vcenter, machine);
        await deleteFiles(vcenter, machine);
      }
    },
  });
  const known = leases.get(vcenter) ?? new Map<string, Lease>();
  leases.set(vcenter, known);
  known.set(id, lease);
  // An import that nobody can finish any more goes with its session.
  sessionOf(call).onEnd.add(() => {
    if (lease.state === 'initializing' || lease.state === 'ready') void lease.abort();
    known.delete(id);
    vcenter.world.remove(ref);
  });
  return vcenter.world.add(lease).ref;
}

function devicesOf(machine: Machine, disks: ReadonlyMap<number, AttachedDisk>): Omit<LeaseDevice, 'path'>[] {
  return [...disks]
    .sort(([a], [b]) => a - b)
    .map(([key, attached], index) => {
      const device = machine.state.devices.find((one) => one.key === key);
      const controller = machine.state.devices.find((one) => one.key === device?.controllerKey);
      const slot = `${controller?.$type ?? 'Disk'}${controller?.busNumber ?? 0}:${device?.unitNumber ?? index}`;
      return {
        key: `/${machine.ref.value}/${slot}`,
        importKey: `/${machine.name}/${slot}`,
        targetId: `disk-${index}.vmdk`,
        disk: attached.disk,
        ...(attached.layer !== undefined && { layer: attached.layer }),
        datastore: attached.datastore.ref,
        carried: undefined,
      };
    });
}

function folderFor(call: Call, pool: ResourcePoolEntity, ref: MoRef | undefined): FolderEntity {
  if (ref === undefined) {
    const datacenter = datacenterOf(lineage(pool).at(-1)!) ?? datacenterOf(pool);
    if (datacenter === undefined) throw invalidArgument('folder');
    return datacenter.vmFolder;
  }
  const folder = call.vcenter.world.get(ref);
  if (!isFolder(folder)) throw invalidArgument('folder');
  return folder;
}

function leaseOf(call: Call): Lease {
  if (!(call.target instanceof Lease)) throw invalidArgument('_this');
  return call.target;
}
