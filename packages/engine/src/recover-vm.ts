import { leaseSink } from '@holdfast/disks';
import { mapBounded } from '@holdfast/kit';
import type { PointDisk, RecoveryPoint, RestoreSession, Vault } from '@holdfast/vault';
import { destroyVm, type ImportLease, importVm, powerOn, toConfigSpec, type Vcenter } from '@holdfast/vsphere';
import { deadline } from './deadline.ts';
import type { EngineEnvironment } from './environment.ts';
import { engineErrors } from './errors.ts';
import type { OnEvent, Step, VmLabel } from './events.ts';
import { finishVm, replaceVm } from './finish-vm.ts';
import { type PlanRecoverOptions, planRecover, type RecoverPlan, specPlacement } from './plan-recover.ts';
import { limitsDefault } from './protect.ts';
import { type RecoveredDisk, withRestore, writeDisk } from './recover-disk.ts';

const cleanupMsMax = 5 * 60_000;

export interface RecoverVmOptions extends PlanRecoverOptions {
  /** Must not be ended by `signal`: cleaning up after an interruption needs it. */
  readonly vcenter: Vcenter;
  readonly vault: Vault;
  readonly environment: EngineEnvironment;
  readonly disksAtOnce?: number | undefined;
  readonly onEvent?: OnEvent | undefined;
}

export interface RecoveredVm {
  readonly vm: VmLabel;
  /** inventory path of the folder it is in */
  readonly placement: string;
  readonly keptIdentity: boolean;
  readonly disks: readonly RecoveredDisk[];
  /** what didn't come back, and what was done differently, a sentence each */
  readonly notices: readonly string[];
}

/**
 * Brings a VM back. In this order, and after a crash behind each step this is left:
 *
 * 1. plan     find every place, refuse what can't be done           nothing
 *             register with the vault, so that nothing is collected a session, which collection gives up when its lease has run out
 * 2. create   open an import lease: the VM appears, without disks   the lease runs out, and the server removes the VM
 * 3. write    send every disk                                      the same
 * 4.          complete the lease                                   the VM with its disks, powered off
 * 5. finish   put back NVRAM, boot order, tracking                  the same, partly set
 * 6.          with overwrite: delete the old VM, take its name     both VMs, or the new one under its provisional name
 * 7.          power on, if asked                                   the VM
 *
 * A failure up to step 5 removes what was created; one in step 7 only is a notice.
 *
 * @throws what `planRecover`, vault, sinks and server throw; `ENGINE_ABORTED`
 */
export async function recoverVm(given: RecoverVmOptions): Promise<RecoveredVm> {
  const options = { ...given, point: await given.vault.withConfiguration(given.point) };
  const plan = await planRecover(options);
  const label = { name: plan.name, moref: options.point.vm.moref ?? options.point.vmId };
  const { result, notices } = await withRestore(options, label, (session) => createVm(options, plan, session));
  return { ...result, notices: [...notices, ...result.notices] };
}

async function createVm(options: RecoverVmOptions, plan: RecoverPlan, session: RestoreSession): Promise<RecoveredVm> {
  const { vcenter, signal, environment } = options;
  // While the old VM has the name, the new one is called otherwise.
  const suffix = Buffer.from(environment.random.bytes(3)).toString('hex');
  const name = plan.replaced === undefined ? plan.name : `${plan.name}-restored-${suffix}`;
  const keepUuids = plan.keepUuids && plan.replaced === undefined;
  const { spec, dropped } = toConfigSpec(plan.captured, specPlacement({ ...plan, name, keepUuids }));
  const notices = dropped.map(({ label, reason }) => `${label} did not come back: ${reason}`);

  const { resourcePool, folder, host } = plan.where;
  const lease = await importVm(vcenter, { resourcePool, folder: folder.ref, spec, ...(host === undefined ? {} : { host: host.ref }) }, { signal });
  const vm = { name: plan.name, moref: lease.vm.value };
  const onEvent = options.onEvent ?? (() => {});
  const step = (what: Step) => {
    signal?.throwIfAborted();
    onEvent({ type: 'step', vm, step: what });
  };
  onEvent({ type: 'vm-started', vm });
  const startedMs = environment.clock.elapsed();
  const seconds = () => (environment.clock.elapsed() - startedMs) / 1000;
  let stage: 'lease' | 'created' | 'replacing' = 'lease';
  try {
    step('write');
    const disks = await writeDisks({ ...options, onEvent, session }, plan, lease, vm);
    await lease.complete();
    stage = 'created';
    step('finish');
    notices.push(...(await finishVm({ vcenter, session, vm: lease.vm, plan, signal })));
    stage = 'replacing';
    if (plan.replaced !== undefined) await replaceVm({ vcenter, vm: lease.vm, plan, replaced: plan.replaced, signal });
    if (options.powerOn) await powerOn(vcenter, lease.vm, { signal }).catch((error: Error) => notices.push(`it could not be powered on: ${error.message}`));
    onEvent({ type: 'vm-finished', vm, outcome: 'done', seconds: seconds() });
    return { vm, placement: folder.path, keptIdentity: plan.keepUuids, disks, notices };
  } catch (cause) {
    const left = await removeHalfVm(options, lease, stage, name, cause);
    const error = signal?.aborted
      ? engineErrors.create('ENGINE_ABORTED', `the restore of ${plan.name} was interrupted`, {
          did: left ?? 'what had been created was removed',
          subject: { vm: plan.name },
          cause,
        })
      : cause;
    onEvent({ type: 'vm-finished', vm, outcome: 'failed', seconds: seconds(), error });
    if (left !== undefined) onEvent({ type: 'notice', vm, code: 'LEFT_BEHIND', message: left });
    throw error;
  }
}

async function writeDisks(
  options: RecoverVmOptions & { onEvent: OnEvent; session: RestoreSession },
  plan: RecoverPlan,
  lease: ImportLease,
  vm: VmLabel,
): Promise<RecoveredDisk[]> {
  const { session, point, environment, onEvent } = options;
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const percent = progressOf(point, lease);
  let first: { readonly error: unknown } | undefined;
  try {
    return await mapBounded(point.disks, options.disksAtOnce ?? limitsDefault.disksAtOnce, async (disk) => {
      try {
        return await writeDisk({
          session,
          disk,
          vm,
          signal,
          onEvent: (event) => {
            if (event.type === 'disk-progress') percent(disk.key, event.total === 0 ? 1 : event.done / event.total);
            onEvent(event);
          },
          openSink: async () => sinkFor(disk, plan, lease, environment),
        });
      } catch (error) {
        first ??= { error };
        failed.abort(error);
        throw error;
      }
    });
  } catch (error) {
    throw first === undefined ? error : first.error;
  }
}

function sinkFor(disk: PointDisk, plan: RecoverPlan, lease: ImportLease, environment: EngineEnvironment) {
  const captured = plan.captured.disks.find(({ key }) => key === disk.key);
  if (captured === undefined)
    throw engineErrors.create('ENGINE_CONFIGURATION_UNREADABLE', `the configuration of ${plan.name} does not tell where ${disk.label} sits`, {
      subject: { vm: plan.name, disk: disk.key },
    });
  const device = lease.deviceAt(captured.controller.type, captured.controller.bus, captured.unit);
  return leaseSink({
    disk: `${disk.label} of ${plan.name}`,
    url: device.url,
    open: lease.open,
    capacity: disk.capacity,
    clock: environment.clock,
    random: environment.random,
  });
}

/** Tells the vCenter how far all disks together are. */
function progressOf(point: RecoveryPoint, lease: ImportLease): (key: number, fraction: number) => void {
  const fractions = new Map<number, number>();
  const total = point.disks.reduce((sum, disk) => sum + disk.capacity, 0);
  return (key, fraction) => {
    fractions.set(key, fraction);
    const done = point.disks.reduce((sum, disk) => sum + disk.capacity * (fractions.get(disk.key) ?? 0), 0);
    lease.progress(Math.min(99, Math.floor((done / Math.max(1, total)) * 100)));
  };
}

/** @returns a sentence about what could not be removed */
async function removeHalfVm(
  { vcenter, environment }: RecoverVmOptions,
  lease: ImportLease,
  stage: 'lease' | 'created' | 'replacing',
  name: string,
  reason: unknown,
): Promise<string | undefined> {
  // The old VM may be gone already: now the restored one is never deleted.
  if (stage === 'replacing') return `the restored VM is complete, as ${name} (${lease.vm.value})`;
  using limit = deadline(environment.clock, cleanupMsMax);
  try {
    if (stage === 'created') await destroyVm(vcenter, lease.vm, { signal: limit.signal });
    else await lease.abort(reason);
    return undefined;
  } catch (error) {
    return `the half-restored VM ${lease.vm.value} could not be removed: ${(error as Error).message}`;
  }
}
