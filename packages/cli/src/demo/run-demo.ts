import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type EngineEnvironment, linuxProcessIdentity, sumStatistics } from '@holdfast/engine';
import { formatBytes } from '@holdfast/kit';
import { buildEstate, type Estate, nextDay } from '@holdfast/simulators/estate';
import type { DiskStatistics } from '@holdfast/vault';
import type { Output } from '../output.ts';
import { createProgress } from '../progress/progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { backupDay, type DayBackup } from './backup-day.ts';
import { compareDay, type DemoRow, restoreIntoVcenter } from './compare-day.ts';
import { openDemoVault } from './demo-vault.ts';
import { startDemoVcenter } from './demo-vcenter.ts';
import { estateHashes, writeDay } from './guest-disks.ts';

export interface DemoReport {
  readonly rows: readonly DemoRow[];
  readonly days: readonly { readonly day: number; readonly seconds: number; readonly statistics: DiskStatistics }[];
  /** bytes of all disks of one day */
  readonly capacity: number;
  /** bytes in the vault, everything counted */
  readonly vaultBytes: number;
  readonly seconds: number;
  /** every disk of every day */
  readonly equal: boolean;
  readonly remarks: readonly string[];
}

export interface DemoOptions {
  readonly folder: string;
  /** how much of everything, 1 for all of it */
  readonly scale: number;
  readonly surroundings: Surroundings;
  readonly output: Output;
}

/**
 * The whole line once, on this machine: VMs with real file systems in a simulated vCenter of its own process, a full backup while the guests
 * go on writing, a day of real changes, an incremental, both days restored to files, one VM restored into the vCenter, everything compared.
 */
export async function runDemo({ folder, scale, surroundings, output }: DemoOptions): Promise<DemoReport> {
  const { clock, random, signal } = surroundings;
  const startedMs = clock.elapsed();
  const seconds = () => (clock.elapsed() - startedMs) / 1000;
  const say = (text: string) => {
    signal.throwIfAborted();
    output.remark(`[${seconds().toFixed(0).padStart(3)} s] ${text}`);
  };
  const environment: EngineEnvironment = { clock, random, identity: linuxProcessIdentity() };
  const estateFolder = join(folder, 'estate');
  const log = (line: string) => output.remark(`        ${line}`);

  say('Day 1: building three VMs with real file systems from this machine’s own files');
  const estate = await buildEstate(estateFolder, { random, log, scale });
  const expected = new Map([[1, await estateHashes(estateFolder, estate)]]);
  say(`a simulated vCenter takes them over (${formatBytes(estate.bytes)} of files); an empty vault is made`);
  await using simulated = await startDemoVcenter({ folder, estateFolder, estate, surroundings });
  await using opened = await openDemoVault(folder, surroundings);
  const { vault } = opened;

  const progress = createProgress(output, surroundings);
  const common = { ...simulated, vault, environment, signal, onEvent: progress.onEvent };
  const days: DayBackup[] = [];
  try {
    say('first backup, in full, while the guests go on writing');
    days.push(await backupDay({ ...common, day: 1, writing: true }));
    progress.close();
    say('Day 2: files are edited, added and removed in the guests');
    const { estate: tomorrow } = await nextDay(estateFolder, { random, log });
    expected.set(2, await estateHashes(estateFolder, tomorrow));
    await writeDay(simulated.simulator, estateFolder, tomorrow);
    say('second backup, of what changed');
    days.push(await backupDay({ ...common, day: 2, writing: false }));
    progress.close();

    const rows: DemoRow[] = [];
    const restored = join(folder, 'restored');
    await mkdir(restored, { recursive: true });
    for (const backup of days) {
      say(`Day ${backup.day}: restoring every disk to a file, comparing it with the guest’s, checking its file system`);
      rows.push(...(await compareDay({ ...common, backup, estate, expected: expected.get(backup.day) ?? new Map(), folder: restored })));
      progress.close();
    }
    say('one VM goes back into the vCenter, as a new VM beside the old one');
    rows.push(await restoreIntoVcenter({ ...common, backup: days[1] as DayBackup, estate, expected: expected.get(2) ?? new Map(), folder: restored, random }));
    return {
      rows,
      days: days.map(({ day, seconds: took, points }) => ({
        day,
        seconds: took,
        statistics: sumStatistics(points.flatMap((point) => point.disks.map((disk) => disk.statistics))),
      })),
      capacity: capacityOf(estate),
      vaultBytes: await opened.bytes(),
      seconds: seconds(),
      equal: rows.every((row) => row.equal && row.fileSystems !== 'DAMAGED'),
      remarks: estate.remarks,
    };
  } finally {
    progress.close();
  }
}

function capacityOf(estate: Estate): number {
  return estate.vms.flatMap((vm) => vm.disks).reduce((sum, disk) => sum + disk.capacity, 0);
}
