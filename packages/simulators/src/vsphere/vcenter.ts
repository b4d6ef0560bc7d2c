import type { Clock, Random } from '@holdfast/kit';
import type { MoRef } from '@holdfast/vsphere/wire';
import type { ServerCertificate } from './certificate.ts';
import type { DiskShelf } from './datastore/disk-shelf.ts';
import type { EventLog } from './event/event-log.ts';
import type { FaultPlan } from './faults.ts';
import type { DatacenterEntity } from './inventory/datacenter.ts';
import type { DatastoreEntity } from './inventory/datastore.ts';
import type { FolderEntity } from './inventory/folder.ts';
import type { World } from './inventory/world.ts';
import type { RecordingJournal } from './journal.ts';
import type { Sessions } from './session/sessions.ts';
import type { Tasks } from './task/tasks.ts';
import type { Machine } from './vm/machine.ts';

/** Everything the parts of the simulator share. Made once, in `simulator.ts`. */
export interface Vcenter {
  readonly clock: Clock;
  readonly random: Random;
  readonly certificate: ServerCertificate;
  readonly apiVersion: string;
  readonly instanceUuid: string;
  readonly world: World;
  readonly sessions: Sessions;
  readonly tasks: Tasks;
  readonly events: EventLog;
  readonly faultPlan: FaultPlan;
  readonly journal: RecordingJournal;
  readonly shelf: DiskShelf;
  readonly leaseTimeoutSeconds: number;
  readonly root: FolderEntity;
  readonly datacenters: DatacenterEntity[];
  /** What tests can turn while it runs. */
  readonly dials: { cutEveryBytes: number | undefined; consolidationNeededAfterRemovals: number };
  /** Where unregistered VMs wait to be registered again, by the path of their `.vmx`. */
  readonly unregistered: Map<string, Machine>;
  /** The same UUID for the same name, in every run. */
  stableUuid(name: string): string;
  randomUuid(): string;
  createDatastoreBrowser(datastores: () => readonly DatastoreEntity[]): MoRef;
  createEnvironmentBrowser(datastoreBrowser: MoRef): MoRef;
}

/** All virtual machines of all datacenters. */
export function allMachines(vcenter: Vcenter): Machine[] {
  return vcenter.datacenters.flatMap((datacenter) => machinesBelow(datacenter.vmFolder));
}

function machinesBelow(folder: FolderEntity): Machine[] {
  return folder.children.flatMap((child) => (child.ref.type === 'Folder' ? machinesBelow(child as FolderEntity) : [child as Machine]));
}
