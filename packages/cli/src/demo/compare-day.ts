import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rawSink } from '@holdfast/disks';
import { type EngineEnvironment, type OnEvent, recoverDisk, recoverVm, sumStatistics } from '@holdfast/engine';
import { mapBounded, type Random } from '@holdfast/kit';
import type { VsphereSimulator } from '@holdfast/simulators';
import { checkFileSystem, type Estate, type EstateDisk, type EstateVm } from '@holdfast/simulators/estate';
import type { DiskStatistics, RecoveryPoint, Vault } from '@holdfast/vault';
import type { Vcenter } from '@holdfast/vsphere';
import type { DayBackup } from './backup-day.ts';
import { diskHash } from './disk-hash.ts';
import type { DiskHashes } from './guest-disks.ts';

/** What became of one VM's point. */
export interface DemoRow {
  readonly vm: string;
  readonly day: number;
  readonly mode: string;
  /** bytes */
  readonly capacity: number;
  /** of the backup; absent where only a restore is told of */
  readonly statistics: DiskStatistics | undefined;
  readonly seconds: number;
  /** every disk's SHA-256 is that of the guest's disk at the snapshot */
  readonly equal: boolean;
  readonly fileSystems: string;
  readonly disks: readonly { readonly disk: string; readonly expected: string; readonly restored: string }[];
}

export interface CompareOptions {
  readonly simulator: VsphereSimulator;
  readonly vcenter: Vcenter;
  readonly vault: Vault;
  readonly environment: EngineEnvironment;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly backup: DayBackup;
  readonly estate: Estate;
  readonly expected: DiskHashes;
  /** where restored files go, one at a time */
  readonly folder: string;
}

const disksAtOnce = 2;

/** Restores every disk of a day to a raw file and judges it: by its hash, and by its file system's own checker. */
export async function compareDay(options: CompareOptions): Promise<DemoRow[]> {
  const { backup, estate } = options;
  const rows: DemoRow[] = [];
  for (const vm of estate.vms) {
    const point = pointOf(backup, vm.name);
    const judged = await mapBounded(vm.disks, disksAtOnce, async (disk) => await judgeRestored(options, point, vm, disk));
    const modes = new Set(point.disks.map((disk) => disk.mode));
    rows.push({
      vm: vm.name,
      day: backup.day,
      mode: [...modes].join(', '),
      statistics: sumStatistics(point.disks.map((disk) => disk.statistics)),
      seconds: backup.secondsOf.get(vm.name) ?? 0,
      ...verdict(vm, judged),
    });
  }
  return rows;
}

/** Brings the first VM of a day back as a new one, and judges the disks that the new VM has. */
export async function restoreIntoVcenter(options: CompareOptions & { readonly random: Random }): Promise<DemoRow> {
  const { simulator, vcenter, vault, environment, signal, onEvent, backup, estate, folder } = options;
  const vm = estate.vms[0] as EstateVm;
  const name = `${vm.name}-restored`;
  const startedMs = environment.clock.elapsed();
  await recoverVm({ vault, vcenter, environment, signal, onEvent, point: pointOf(backup, vm.name), name });
  const seconds = (environment.clock.elapsed() - startedMs) / 1000;
  const judged = [];
  for (const [index, disk] of vm.disks.entries()) {
    const file = join(folder, `${name}-${disk.name}.raw`);
    await simulator.guest(name).exportDisk(index, file);
    judged.push(await judge(options, disk, file));
  }
  return { vm: name, day: backup.day, mode: 'into vCenter', statistics: undefined, seconds, ...verdict(vm, judged) };
}

interface Judged {
  readonly disk: string;
  readonly expected: string;
  readonly restored: string;
  readonly fileSystem: 'clean' | 'damaged' | 'unjudged';
}

async function judgeRestored(options: CompareOptions, point: RecoveryPoint, vm: EstateVm, disk: EstateDisk): Promise<Judged> {
  const { vault, signal, folder, backup, environment } = options;
  const file = join(folder, `day${backup.day}-${disk.name}.raw`);
  await recoverDisk({
    vault,
    point,
    disk: vm.disks.indexOf(disk) + 1,
    clock: environment.clock,
    openSink: ({ capacity }) => rawSink(file, { capacity }),
    signal,
  });
  return await judge(options, disk, file);
}

/** Reads the file back, hashes it, has its file system checked, and removes it. */
async function judge({ expected }: CompareOptions, disk: EstateDisk, file: string): Promise<Judged> {
  const restored = await diskHash(file);
  const { kind, offset, length } = disk.fileSystem;
  const { verdict: fileSystem } = await checkFileSystem(kind, { image: file, offset, length });
  await rm(file);
  return { disk: disk.name, expected: expected.get(disk.name) ?? 'unknown', restored, fileSystem };
}

function verdict(vm: EstateVm, judged: readonly Judged[]): Pick<DemoRow, 'capacity' | 'equal' | 'fileSystems' | 'disks'> {
  const kinds = vm.disks.map((disk) => disk.fileSystem.kind).join(', ');
  const unjudged = judged.some(({ fileSystem }) => fileSystem === 'unjudged');
  return {
    capacity: vm.disks.reduce((sum, disk) => sum + disk.capacity, 0),
    equal: judged.every(({ expected, restored }) => expected === restored),
    fileSystems: judged.some(({ fileSystem }) => fileSystem === 'damaged') ? 'DAMAGED' : `clean (${kinds}${unjudged ? ', not all could be checked' : ''})`,
    disks: judged.map(({ disk, expected, restored }) => ({ disk, expected, restored })),
  };
}

function pointOf(backup: DayBackup, name: string): RecoveryPoint {
  const point = backup.points.find((candidate) => candidate.vm.name === name);
  if (point === undefined) throw new Error(`day ${backup.day} has no point of ${name}`);
  return point;
}
