import { datastoreSource } from '@holdfast/disks';
import { mapBounded } from '@holdfast/kit';
import type { BackupSession, PointDisk } from '@holdfast/vault';
import { changedAreas, type Datastore, type Host, type MoRef, type SnapshotDisk, type Vcenter, type VcenterFiles } from '@holdfast/vsphere';
import { allocationTrusted } from './allocation-trust.ts';
import { exclusionReason } from './disk-eligibility.ts';
import { type DiskIdentity, identityRecord } from './disk-identity.ts';
import { decideDiskMode } from './disk-mode.ts';
import type { EngineEnvironment } from './environment.ts';
import type { OnEvent, VmLabel } from './events.ts';
import { protectDisk } from './protect-disk.ts';

export interface ReadDisksJob {
  readonly vcenter: Vcenter;
  readonly vm: MoRef;
  readonly label: VmLabel;
  readonly snapshot: MoRef;
  readonly disks: readonly SnapshotDisk[];
  readonly files: VcenterFiles;
  readonly session: BackupSession;
  readonly fullAsked: boolean;
  readonly trackingReason: string | undefined;
  readonly revertDoubt: string | undefined;
  /** the host that runs the VM, where it can be seen */
  readonly host: Host | undefined;
  readonly datastores: readonly Datastore[];
  readonly disksAtOnce: number;
  readonly environment: EngineEnvironment;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal | undefined;
}

/** Reads the VM's disks, several at once, each in full or incrementally. The first failure stops the others. */
export async function readDisks(job: ReadDisksJob): Promise<PointDisk[]> {
  const failed = new AbortController();
  const signal = job.signal === undefined ? failed.signal : AbortSignal.any([job.signal, failed.signal]);
  const included = job.disks.filter((disk) => exclusionReason(disk) === undefined);
  let first: { readonly error: unknown } | undefined;
  try {
    return await mapBounded(included, job.disksAtOnce, async (disk) => {
      try {
        return await readDisk(job, disk, signal);
      } catch (error) {
        first ??= { error };
        failed.abort(error);
        throw error;
      }
    });
  } catch (error) {
    // What the first failure stopped fails as well; only the first one tells why.
    throw first === undefined ? error : first.error;
  }
}

async function readDisk(job: ReadDisksJob, disk: SnapshotDisk, signal: AbortSignal): Promise<PointDisk> {
  const { vcenter, vm, snapshot, session, environment, label, onEvent } = job;
  const identity = identityOf(disk);
  const mode = decideDiskMode({
    disk: { key: disk.key, capacity: disk.capacity, identity, changeId: disk.changeId },
    baseDisks: session.base?.disks,
    baseRefused: session.baseRefused,
    fullAsked: job.fullAsked,
    trackingReason: job.trackingReason,
    revertDoubt: job.revertDoubt,
  });
  const datastore = job.datastores.find(({ ref }) => ref.value === disk.datastore?.value);
  const source = await datastoreSource({
    files: job.files,
    disk: disk.file,
    parents: disk.parents,
    capacity: disk.capacity,
    changedAreas: (changeId) => changedAreas(vcenter, { vm, snapshot, deviceKey: disk.key, changeId, capacity: disk.capacity, signal }),
    allocatedAreasTrusted: disk.changeId !== undefined && allocationTrusted(datastore, job.host),
    notice: (message) => onEvent({ type: 'notice', vm: label, code: 'DISK', message: `${disk.label}: ${message}` }),
    clock: environment.clock,
    random: environment.random,
  });
  try {
    const { key, label: name, capacity, changeId } = disk;
    const protectedDisk = await protectDisk({ session, source, mode, vm: label, disk: { key, label: name, capacity }, onEvent, signal });
    return {
      key,
      label: name,
      capacity,
      identity: identityRecord(identity),
      ...(changeId === undefined ? {} : { changeId }),
      transport: { mode: source.transport },
      ...protectedDisk,
    };
  } finally {
    await source.close();
  }
}

function identityOf(disk: SnapshotDisk): DiskIdentity {
  return { uuid: disk.uuid, objectId: disk.objectId, rootFile: disk.parents.at(-1) ?? disk.file, backing: disk.backing, mode: disk.mode };
}
