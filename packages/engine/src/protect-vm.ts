import { HoldfastError } from '@holdfast/kit';
import type { BackupSession, RecoveryPoint, Vault } from '@holdfast/vault';
import { datastoreFiles, describeVm, ensureChangeTracking, type Inventory, type MoRef, readConfig, type Vcenter, type VmDetail } from '@holdfast/vsphere';
import { exclusionReason } from './disk-eligibility.ts';
import type { EngineEnvironment } from './environment.ts';
import type { OnEvent, Step, VmLabel } from './events.ts';
import { discardSnapshots, type FrozenVm, freezeVm, releaseVm } from './frozen-vm.ts';
import { keepNvram } from './keep-nvram.ts';
import { liveDisks } from './live-disks.ts';
import { noteSession } from './liveness.ts';
import { readDisks } from './read-disks.ts';
import { revertDoubt } from './revert-events.ts';
import { holdVm } from './running.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';
import { vcenterIdentity } from './vcenter-identity.ts';
import { assertEligible } from './vm-eligibility.ts';
import { plainName } from './vm-label.ts';

export interface ProtectVmJob {
  readonly vcenter: Vcenter;
  readonly inventory: Inventory;
  readonly vault: Vault;
  readonly vm: MoRef;
  readonly label: VmLabel;
  readonly full: boolean;
  /** in a vault with immutability: for how long the point can't be deleted, where that isn't to be what the vault says */
  readonly immutableDays?: number | undefined;
  readonly installation: string | undefined;
  readonly disksAtOnce: number;
  readonly environment: EngineEnvironment;
  readonly onEvent: OnEvent;
  /** Told, in a sentence, what the user should know although the point was made. */
  readonly notice: (message: string, code?: 'LEFT_BEHIND') => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes one recovery point of one VM. In this order, and after a crash behind each step this is left:
 *
 * 0. inspect  see whether it can be backed up                      nothing
 * 1. session  register in the vault, learn the base                a session object; collection fences it when its lease runs out
 * 2. sweep    remove what earlier runs left on the VM              the same
 * 3. tracking see to it that changes are tracked                   the same; tracking is on, as wanted
 * 4. snapshot freeze the disks                                     + a snapshot with our mark; the next run removes it
 * 5.          read change ids, files and configuration from it     the same
 * 6.          decide per disk: full or incremental                 the same
 * 7. read     read the disks, write their maps                     + packs that no point names; collection takes them
 * 8. release  remove the snapshot; it must have been there         session and packs
 * 9. commit   create the point: THE COMMIT POINT                   the point, whole; a session object
 * 10.         look for leftovers once more; end the session        the point
 *
 * The session comes before anything that changes the VM: whoever may not write to the vault leaves no trace in the vCenter.
 * Every failure before the commit removes the snapshot and ends the session; what was written is reused by the next run or collected.
 */
export async function protectVm(job: ProtectVmJob): Promise<RecoveryPoint> {
  const { vcenter, vault, vm, label, environment, onEvent, signal } = job;
  const step = (name: Step) => {
    signal?.throwIfAborted();
    onEvent({ type: 'step', vm: label, step: name });
  };

  using _held = holdVm(`${vcenterIdentity(vcenter)}/${vm.value}`, label.name);
  step('inspect');
  const detail = await describeVm(vcenter, vm, { signal });
  const disks = liveDisks(await readConfig(vcenter, vm));
  assertEligible(detail, disks);
  const vmId = vault.vmId(vcenterIdentity(vcenter), detail.instanceUuid as string);

  step('session');
  const session = await vault.beginSession({
    vmId,
    signal,
    expectedBytes: disks.reduce((sum, disk) => sum + disk.capacity, 0),
    immutableDays: job.immutableDays,
  });
  using _noted = noteSession(session.id);
  for (const notice of session.notices) job.notice(notice);
  try {
    step('sweep');
    await sweepLeftovers(job, detail, true);
    step('tracking');
    const tracking = await ensureChangeTracking(vcenter, vm, { signal });
    const trackingReason = tracking.state === 'unavailable' ? tracking.reason : undefined;
    const doubt = session.base === undefined ? undefined : await revertDoubt(vcenter, vm, session.base.takenAt, environment.clock, signal);
    const point = await takePoint({ ...job, detail, session, step, trackingReason, doubt });
    // A snapshot that a killed process had just asked for appears after the first look.
    await sweepLeftovers(job, { ...detail, consolidationNeeded: false }, false).catch((error: Error) =>
      job.notice(`leftovers could not be looked for: ${error.message}`),
    );
    return point;
  } finally {
    // Its packs and its commit don't depend on this; an object left behind only makes collection wait for the lease.
    await session.end().catch((error: unknown) => job.notice(`the session could not be ended: ${(error as Error).message}`));
  }
}

interface PointJob extends ProtectVmJob {
  readonly detail: VmDetail;
  readonly session: BackupSession;
  readonly step: (name: Step) => void;
  readonly trackingReason: string | undefined;
  readonly doubt: string | undefined;
}

async function takePoint(job: PointJob): Promise<RecoveryPoint> {
  const { vcenter, vm, label, session, environment, step, detail } = job;
  const place = { vcenter, vm, name: label.name, clock: environment.clock };
  let frozen: FrozenVm | undefined;
  let released = false;
  step('snapshot');
  try {
    frozen = await freezeVm(place, {
      vault: job.vault.description.id,
      session: session.id,
      process: environment.identity.mark,
      createdAt: new Date(environment.clock.now()).toISOString(),
      ...(job.installation === undefined ? {} : { installation: job.installation }),
    });
    step('read');
    using files = datastoreFiles(vcenter, { datacenter: detail.datacenter as string });
    const disks = await readDisks({
      ...job,
      snapshot: frozen.snapshot,
      disks: frozen.state.disks,
      files,
      fullAsked: job.full,
      revertDoubt: job.doubt,
      host: job.inventory.hosts.find(({ ref }) => ref.value === detail.host?.value),
      datastores: job.inventory.datastores,
    });
    const nvram = await keepNvram(job, files, frozen.configuration);
    step('release');
    for (const left of await releaseVm(place, frozen.snapshot)) job.notice(left, 'LEFT_BEHIND');
    released = true;
    step('commit');
    return await session.commit({
      vm: {
        name: label.name,
        vcenter: vcenterIdentity(vcenter),
        instanceUuid: detail.instanceUuid as string,
        ...(detail.biosUuid === undefined ? {} : { biosUuid: detail.biosUuid }),
        moref: vm.value,
        path: `/${plainName(detail.path)}`,
      },
      takenAt: frozen.takenAt,
      consistency: { asked: 'crash', got: 'crash' },
      disks,
      excluded: frozen.state.disks.flatMap((disk) => {
        const reason = exclusionReason(disk);
        return reason === undefined ? [] : [{ key: disk.key, label: disk.label, reason }];
      }),
      configuration: frozen.configuration,
      files: nvram,
      tags: { vcenterHost: vcenter.address.host },
    });
  } catch (error) {
    // Where the request for the snapshot got no clear answer, the snapshot may still appear.
    const unclear = frozen === undefined && !(error instanceof HoldfastError && ['limit', 'access', 'usage', 'conflict'].includes(error.kind));
    if (!released) for (const left of await discardSnapshots(place, session.id, unclear)) job.notice(left, 'LEFT_BEHIND');
    throw error;
  }
}
