import type { Clock } from '@holdfast/kit';
import {
  captureConfiguration,
  createSnapshot,
  listSnapshots,
  type MoRef,
  readSnapshot,
  removeSnapshot,
  type SnapshotState,
  type Vcenter,
  type VmConfiguration,
  vsphereErrors,
} from '@holdfast/vsphere';
import { deadline } from './deadline.ts';
import { engineErrors } from './errors.ts';
import { markedSnapshot, readMark, type SnapshotMark } from './snapshot-mark.ts';

/** How long a snapshot may take to be made. */
const snapshotMsMax = 30 * 60_000;
/** How long its removal may take: what a busy VM wrote meanwhile is merged into its disks. */
const removalMsMax = 12 * 60 * 60_000;
/** How long cleaning up after a failure may take; what is left then is found by the next run. */
const cleanupMsMax = 15 * 60_000;

/** A snapshot that was asked for and answered with an error may still appear: so often, and with such pauses, we look for it. */
const looksMax = 3;
const lookAgainMs = 2_000;

/** A VM whose disks stand still behind a snapshot of ours. */
export interface FrozenVm {
  readonly snapshot: MoRef;
  readonly state: SnapshotState;
  readonly configuration: VmConfiguration;
  /** ISO 8601, by the vCenter's clock */
  readonly takenAt: string;
}

interface Place {
  readonly vcenter: Vcenter;
  readonly vm: MoRef;
  readonly name: string;
  readonly clock: Clock;
}

/**
 * Takes the snapshot and reads from it what only it can tell: change ids, the chain of files, the configuration of that moment.
 * Not interrupted by the job's signal: a snapshot half asked for is one that nobody knows about.
 */
export async function freezeVm({ vcenter, vm, name, clock }: Place, mark: Omit<SnapshotMark, 'product'>): Promise<FrozenVm> {
  using limit = deadline(clock, snapshotMsMax);
  const snapshot = await createSnapshot(vcenter, vm, { ...markedSnapshot(mark), quiesce: false }, { signal: limit.signal });
  const { snapshots } = await listSnapshots(vcenter, vm);
  const listed = snapshots.find(({ ref }) => ref.value === snapshot.value);
  if (listed === undefined) throw snapshotLost(name);
  const state = await readSnapshot(vcenter, snapshot);
  return { snapshot, state, configuration: await captureConfiguration(vcenter, vm, state), takenAt: listed.createdAt.toISOString() };
}

/**
 * Removes the snapshot after its disks were read, and tells what was left to do, if anything.
 * One that is gone already may have been gone while its disks were read: then the files behind it changed, and what was read is of no use.
 *
 * @returns sentences about what could not be cleaned up
 * @throws `ENGINE_SNAPSHOT_LOST`
 */
export async function releaseVm({ vcenter, vm, name, clock }: Place, snapshot: MoRef): Promise<string[]> {
  using limit = deadline(clock, removalMsMax);
  let report: Awaited<ReturnType<typeof removeSnapshot>>;
  try {
    report = await removeSnapshot(vcenter, vm, snapshot, { signal: limit.signal });
  } catch (error) {
    // It is still there, so what was read is whole: a leftover is no reason to throw a good point away.
    const { snapshots } = await listSnapshots(vcenter, vm);
    if (!snapshots.some(({ ref }) => ref.value === snapshot.value)) throw error;
    return [`the snapshot could not be removed and is left to the next run: ${error instanceof Error ? error.message : String(error)}`];
  }
  if (report.removed === 'gone') throw snapshotLost(name);
  return report.consolidation === 'needed' ? [`the disks still have to be consolidated: ${report.reason ?? 'the server gives no reason'}`] : [];
}

/**
 * After a failure: removes every snapshot of this session, whether we got to know of it or not. Bounded in time, and independent of the job's signal.
 *
 * @returns sentences about what could not be cleaned up
 */
export async function discardSnapshots({ vcenter, vm, clock }: Place, session: string, expected: boolean): Promise<string[]> {
  using limit = deadline(clock, cleanupMsMax);
  try {
    for (let look = 1; look <= looksMax; look++) {
      const { snapshots } = await listSnapshots(vcenter, vm);
      const ours = snapshots.filter((snapshot) => readMark(snapshot)?.session === session);
      for (const { ref } of ours) await removeSnapshot(vcenter, vm, ref, { signal: limit.signal });
      if (ours.length > 0 || !expected) return [];
      if (look < looksMax) await clock.sleep(lookAgainMs, limit.signal);
    }
    return [];
  } catch (error) {
    if (vsphereErrors.is(error, 'VSPHERE_ABSENT')) return [];
    return [`a snapshot may be left behind, the next run removes it: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function snapshotLost(name: string) {
  return engineErrors.create('ENGINE_SNAPSHOT_LOST', `${name}: the snapshot disappeared while its disks were read`, {
    did: 'nothing was committed',
    subject: { vm: name },
  });
}
