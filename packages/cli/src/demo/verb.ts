import { formatBytes, formatDuration } from '@holdfast/kit';
import { type Command, InvalidArgumentError } from 'commander';
import { cliErrors } from '../errors.ts';
import { renderError } from '../render-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';
import { openDemoFolder } from './demo-folder.ts';
import { demoTable } from './demo-table.ts';
import { type DemoReport, runDemo } from './run-demo.ts';

interface DemoFlags {
  readonly folder?: string;
  readonly keep?: boolean;
  readonly scale: number;
}

const scaleMin = 0.02;

function parseScale(text: string): number {
  const scale = Number(text);
  if (!(scale >= scaleMin && scale <= 1)) throw new InvalidArgumentError(`give a number from ${scaleMin} to 1`);
  return scale;
}

export function addDemoVerb(program: Command, surroundings: Surroundings, state: ExitState): void {
  const demo = program
    .command('demo')
    .description('show all of it on this machine: a simulated vCenter, two days of backups, both restored and compared')
    .option('--folder <dir>', 'work in this new folder, and keep it')
    .option('--keep', 'keep the folder, to look further')
    .option('--scale <fraction>', 'how much of everything: 1 is over 1 GiB of files, 0.1 a quick look', parseScale, 1)
    .addHelpText('after', '\nExample:\n  holdfast demo --keep\n\nNeeds no account, no service and about 8 GiB of free space for a few minutes.');
  tieVerb<DemoFlags>(demo, surroundings, state, demoVerb);
}

async function demoVerb(context: VerbContext<DemoFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  await using folder = await openDemoFolder(options);
  const report = await runDemo({ folder: folder.path, scale: options.scale, surroundings, output });
  output.line();
  output.line(demoTable(report));
  output.line();
  printSummary(report, context);
  output.line();
  printWayOn(folder, output.line);
  if (report.equal) return { result: { folder: folder.kept ? folder.path : undefined, ...report } };
  const error = cliErrors.create('CLI_DEMO_DIFFERS', 'a restored disk is not equal to the guest’s disk at its snapshot, or its file system is damaged');
  output.warn(renderError(error));
  return { result: report, exitCode: 7 };
}

function printSummary(report: DemoReport, { output }: VerbContext<DemoFlags>): void {
  for (const { day, statistics, seconds } of report.days) {
    output.line(
      `Day ${day}: read ${formatBytes(statistics.read)} in ${formatDuration(seconds)}: ${formatBytes(statistics.zero)} zeros, ${formatBytes(statistics.reused)} known already, ${formatBytes(statistics.fresh)} new; stored ${formatBytes(statistics.stored)}.`,
    );
  }
  output.line(
    `The vault holds both days of ${formatBytes(report.capacity)} of disks in ${formatBytes(report.vaultBytes)}. All in ${formatDuration(report.seconds)}.`,
  );
  output.line(
    report.equal
      ? 'Every restored disk is equal to the guest’s disk at its snapshot, byte for byte.'
      : 'NOT every restored disk is equal to the guest’s disk at its snapshot.',
  );
  for (const remark of report.remarks) output.line(`note: ${remark}`);
}

function printWayOn(folder: { readonly path: string; readonly kept: boolean }, line: (text?: string) => void): void {
  if (!folder.kept) {
    line('The demo’s folder is removed now. To look further, keep it: holdfast demo --keep');
    return;
  }
  line(`The demo’s folder is ${folder.path}. To look further:`);
  line(`  holdfast points --config ${folder.path}/holdfast.json`);
  line(`  holdfast points --vm db01 --config ${folder.path}/holdfast.json --json`);
  line(`  holdfast restore disk --vm web01 --to web01.qcow2 --config ${folder.path}/holdfast.json`);
  line(`  holdfast vault info --config ${folder.path}/holdfast.json`);
}
