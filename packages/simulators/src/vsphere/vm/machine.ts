import type { Semaphore } from '@holdfast/kit';
import type { LayerId, VirtualDisk } from '../disks/index.ts';
import type { DatacenterEntity } from '../inventory/datacenter.ts';
import type { DatastoreEntity } from '../inventory/datastore.ts';
import type { Entity } from '../inventory/entity.ts';
import type { HostEntity } from '../inventory/host.ts';
import type { ResourcePoolEntity } from '../inventory/resource-pool.ts';
import type { ManagedObject } from '../inventory/world.ts';
import type { Task } from '../task/tasks.ts';

/** A `VirtualDevice` data object. A disk's `backing` is not kept here: it is made from the files of the moment. */
export interface Device {
  readonly $type: string;
  readonly key: number;
  readonly controllerKey?: number | undefined;
  readonly unitNumber?: number | undefined;
  readonly [field: string]: unknown;
}

/** A virtual disk as one VM has it. */
export interface AttachedDisk {
  readonly disk: VirtualDisk;
  readonly datastore: DatastoreEntity;
  /** Folder of its files on the datastore. */
  readonly directory: string;
  readonly mode: string;
  /** A frozen state that is shown instead of the live one, as when a backup appliance attaches a snapshot's file. Never written. */
  readonly layer?: LayerId;
  /** The rest of the backing as the client gave it (sharing, writeThrough …). */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** What a snapshot keeps of the configuration, and what revert brings back. */
export interface MachineState {
  /** Fields of `VirtualMachineConfigInfo`, but the ones that are derived (devices, files, name). */
  readonly config: Readonly<Record<string, unknown>>;
  readonly hardware: { readonly numCPU: number; readonly numCoresPerSocket: number; readonly memoryMB: number };
  readonly devices: readonly Device[];
}

export interface Snapshot extends ManagedObject {
  readonly machine: Machine;
  name: string;
  description: string;
  readonly id: number;
  readonly createTimeMs: number;
  readonly power: PowerState;
  readonly quiesced: boolean;
  parent: Snapshot | undefined;
  readonly children: Snapshot[];
  readonly state: MachineState;
  readonly vmName: string;
  /** By device key; independent disks aren't in here. */
  readonly disks: ReadonlyMap<number, { readonly attached: AttachedDisk; readonly layer: LayerId }>;
}

export type PowerState = 'poweredOn' | 'poweredOff' | 'suspended';

export interface DisabledMethod {
  readonly method: string;
  readonly reasonId: string;
  readonly sourceId: string;
}

/** A virtual machine. Everything here changes only inside a task or a guest's write, one at a time. */
export interface Machine extends Entity {
  readonly datacenter: DatacenterEntity;
  readonly host: HostEntity;
  readonly pool: ResourcePoolEntity;
  readonly datastore: DatastoreEntity;
  /** Folder of the VM on its datastore; stays when the VM is renamed. */
  readonly directory: string;
  /** Stem of its files: `web01` for `web01.vmx`. */
  readonly fileStem: string;
  state: MachineState;
  /** By device key. */
  disks: Map<number, AttachedDisk>;
  readonly snapshots: Snapshot[];
  current: Snapshot | undefined;
  lastSnapshotId: number;
  power: PowerState;
  bootTimeMs: number | undefined;
  tools: 'running' | 'notRunning' | 'notInstalled';
  template: boolean;
  changeVersion: number;
  modifiedMs: number;
  disabled: DisabledMethod[];
  /** The task that has the VM to itself. */
  busy: Task | undefined;
  /** While a lease holds the VM. */
  leased: boolean;
  /** One permit: a snapshot's stun and a guest's writes exclude each other. */
  readonly stun: Semaphore;
}

export function isMachine(object: { ref: { type: string } } | undefined): object is Machine {
  return object?.ref.type === 'VirtualMachine';
}

export function isIndependent(attached: AttachedDisk): boolean {
  return attached.mode.startsWith('independent');
}

/** All snapshots of a machine, parents before children. */
export function allSnapshots(machine: Machine): Snapshot[] {
  const walk = (snapshot: Snapshot): Snapshot[] => [snapshot, ...snapshot.children.flatMap(walk)];
  return machine.snapshots.flatMap(walk);
}

/** `[datastore] folder/file` */
export function datastorePath(datastore: DatastoreEntity, directory: string, file: string): string {
  return `[${datastore.name}] ${directory === '' ? '' : `${directory}/`}${file}`;
}

/** Disk devices in the order of their keys, as a guest sees them. */
export function diskKeys(machine: Machine): number[] {
  return [...machine.disks.keys()].sort((a, b) => a - b);
}
