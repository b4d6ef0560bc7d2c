import { type EngineEnvironment, type EngineEvent, type OnEvent, protect } from '@holdfast/engine';
import type { VsphereSimulator } from '@holdfast/simulators';
import type { RecoveryPoint, Vault } from '@holdfast/vault';
import type { Vcenter } from '@holdfast/vsphere';

export interface BackupDayOptions {
  readonly simulator: VsphereSimulator;
  readonly vcenter: Vcenter;
  readonly vault: Vault;
  readonly environment: EngineEnvironment;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly day: number;
  /** the guests write to their disks while these are read */
  readonly writing: boolean;
}

export interface DayBackup {
  readonly day: number;
  readonly seconds: number;
  readonly points: readonly RecoveryPoint[];
  /** by name of the VM */
  readonly secondsOf: ReadonlyMap<string, number>;
}

/** One backup of all VMs; any failure ends the demo. */
export async function backupDay(options: BackupDayOptions): Promise<DayBackup> {
  const { vcenter, vault, environment, signal, onEvent, day } = options;
  const startedMs = environment.clock.elapsed();
  const writing: Promise<unknown>[] = [];
  const report = await protect({
    vcenter,
    vault,
    environment,
    signal,
    selection: { all: true },
    onEvent: (event) => {
      // What goes wrong is kept until the backup is over: it may be the reason why that fails, too.
      if (options.writing && isFrozen(event)) writing.push(scribble(options, event.vm.name).catch((error: unknown) => error));
      onEvent(event);
    },
  });
  const points = report.vms.map((vm) => {
    if (vm.outcome === 'failed') throw vm.error;
    return vm.point;
  });
  for (const failure of await Promise.all(writing)) if (failure !== undefined) throw failure;
  return { day, points, seconds: (environment.clock.elapsed() - startedMs) / 1000, secondsOf: new Map(report.vms.map((vm) => [vm.vm.name, vm.seconds])) };
}

function isFrozen(event: EngineEvent): event is Extract<EngineEvent, { type: 'step' }> {
  return event.type === 'step' && event.step === 'read';
}

/**
 * Overwrites the beginning and the middle of every disk behind the snapshot's back: none of it may appear in the point.
 * The next day's images put it right again.
 */
async function scribble({ simulator, environment }: BackupDayOptions, name: string): Promise<void> {
  const { disks } = await simulator.vm(name);
  for (const [index, disk] of disks.entries()) {
    const noise = environment.random.bytes(256 * 1024);
    await simulator.guest(name).writeExtent(index, 0, noise);
    await simulator.guest(name).writeExtent(index, disk.capacityBytes / 2, noise);
  }
}
