import { diskFileFormatByName, fileSink } from '@holdfast/disks';
import { chooseDisk, choosePoint, recoverDisk } from '@holdfast/engine';
import { formatBytes, formatDuration } from '@holdfast/kit';
import { type Command, Option } from 'commander';
import { cliErrors } from '../errors.ts';
import { addVaultFlags, type VaultFlags } from '../flags.ts';
import { type PointFlags, pointChoice } from '../point-choice.ts';
import { createProgress } from '../progress/progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

interface RestoreDiskFlags extends VaultFlags, PointFlags {
  readonly disk?: string;
  readonly to: string;
  readonly format?: 'raw' | 'qcow2' | 'vmdk';
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
}

export function addRestoreDiskVerb(restore: Command, surroundings: Surroundings, state: ExitState): void {
  const disk = addVaultFlags(restore.command('disk'))
    .description('bring one disk of a point back, as a file')
    .argument('[point]', 'id of a point, or the beginning of the part behind its slash')
    .option('--vm <name>', 'instead of a point: the newest of this VM')
    .option('--at <time>', 'with --vm: the newest not after this time', 'latest')
    .option('--disk <disk>', 'which disk: its label, its key or its number counted from 1 (not needed when there is one)')
    .requiredOption('--to <file>', 'file to write; its ending tells the format')
    .addOption(new Option('--format <format>', 'format of the file, where its ending does not tell').choices(['raw', 'qcow2', 'vmdk']))
    .option('--overwrite', 'replace a file of that name')
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', '\nExamples:\n  holdfast restore disk --vm web01 --to web01.qcow2\n  holdfast restore disk 3f9a2c41 --disk 2 --to data.raw');
  tieVerb<RestoreDiskFlags>(disk, surroundings, state, restoreDiskVerb);
}

async function restoreDiskVerb(context: VerbContext<RestoreDiskFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  const format = options.format ?? diskFileFormatByName(options.to);
  if (format === undefined) {
    throw cliErrors.create('CLI_USAGE', `the ending of ${options.to} does not tell a format`, {
      advice: 'Name the file .raw, .qcow2 or .vmdk, or give --format.',
    });
  }
  const choice = pointChoice(context);
  return await withVault(context, async (vault) => {
    const point = await choosePoint(vault, choice);
    if (options.dryRun) {
      const disk = chooseDisk(point, options.disk);
      output.line(
        `Would write ${disk.label} of ${point.vm.name} as it was on ${point.takenAt} (${formatBytes(disk.capacity)}) to ${options.to}, as ${format}.`,
      );
      return { result: { dryRun: true, point: point.id, disk: { key: disk.key, label: disk.label, capacity: disk.capacity }, file: options.to, format } };
    }
    const progress = createProgress(output, surroundings);
    const startedMs = surroundings.clock.elapsed();
    try {
      const recovered = await recoverDisk({
        vault,
        point,
        disk: options.disk,
        clock: surroundings.clock,
        openSink: (disk) => fileSink(options.to, format, { capacity: disk.capacity, overwrite: options.overwrite ?? false, random: surroundings.random }),
        onEvent: progress.onEvent,
        signal: surroundings.signal,
      });
      progress.close();
      const seconds = (surroundings.clock.elapsed() - startedMs) / 1000;
      output.line(`${recovered.disk.label} of ${point.vm.name}, as it was on ${point.takenAt}, is in ${options.to}.`);
      output.line(
        `${formatBytes(recovered.disk.capacity)} of disk, ${formatBytes(recovered.written)} written, ${formatBytes(recovered.fetched)} fetched in ${recovered.requests} requests, ${formatDuration(seconds)}`,
      );
      for (const notice of recovered.notices) output.line(`note: ${notice}`);
      return { result: { point: point.id, vm: point.vm.name, takenAt: point.takenAt, file: options.to, format, seconds, ...recovered } };
    } finally {
      progress.close();
    }
  });
}
