import { type RetainReport, retain } from '@holdfast/engine';
import type { RetentionPolicy } from '@holdfast/vault';
import type { Command } from 'commander';
import { cliErrors } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { addVaultFlags, collect, type VaultFlags, wholeNumber } from '../flags.ts';
import type { Output } from '../output.ts';
import { renderError } from '../render-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable } from '../table.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';
import { nothingRemoved } from './point-marks.ts';

type CountFlag = 'keepLast' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'keepWithinDays';

interface RetainFlags extends VaultFlags, Readonly<Partial<Record<CountFlag, number>>> {
  readonly keepTag: readonly string[];
  readonly timeZone: string;
  readonly vm?: string;
  readonly dryRun?: boolean;
  readonly apply?: boolean;
}

const countMax = 100_000;

export function addRetainVerb(program: Command, surroundings: Surroundings, state: ExitState): void {
  const verb = addVaultFlags(program.command('retain'))
    .description('judge the points of each VM by a retention policy, and with --apply delete those that no rule keeps')
    .option('--keep-last <n>', 'the newest points', wholeNumber(0, countMax));
  for (const period of ['hour', 'day', 'week', 'month', 'year'] as const) {
    const flag = period === 'day' ? 'daily' : `${period}ly`;
    verb.option(`--${flag} <n>`, `the newest point of each of the newest ${period}s that have points`, wholeNumber(0, countMax));
  }
  verb
    .option('--keep-within-days <n>', 'all points of the newest point’s day and of this many days before', wholeNumber(0, countMax))
    .option('--keep-tag <tag>', 'points with this tag, NAME or NAME=VALUE; may be given several times', collect, [])
    .option('--time-zone <name>', 'whose hours, days, weeks, months and years count, such as Europe/Prague', 'UTC')
    .option('--vm <name>', 'only points of VMs of this name or path; * and ? stand for any characters')
    .option('--dry-run', 'only say what would be deleted and why the rest stays; this is what happens without --apply')
    .option('--apply', 'delete what no rule keeps; it can be brought back until a collection has taken its space')
    .addHelpText('after', '\nExample:\n  holdfast retain --keep-last 3 --daily 7 --weekly 4 --monthly 12 --time-zone Europe/Prague');
  tieVerb<RetainFlags>(verb, surroundings, state, retainVerb);
}

async function retainVerb(context: VerbContext<RetainFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  if (options.apply && options.dryRun) {
    throw cliErrors.create('CLI_USAGE', 'both --apply and --dry-run are given', { advice: 'Give --apply alone to delete points.' });
  }
  const policy: RetentionPolicy = { ...options, keepTags: options.keepTag };
  return await withVault(context, async (vault) => {
    const report = await retain({ vault, policy, vm: options.vm, dryRun: !options.apply, signal: surroundings.signal });
    printReport(report, output);
    const exitCode = report.failure !== undefined ? exitCodeOf(report.failure.error) : report.unreadable.length > 0 ? 7 : 0;
    return { result: report, exitCode };
  });
}

function printReport(report: RetainReport, output: Output): void {
  const rows = report.vms.flatMap(({ name, points }) =>
    points.map((point) => [
      name,
      point.takenAt ?? '?',
      point.id.split('/')[1] ?? point.id,
      point.deleted ? 'deleted' : point.verdict,
      point.reasons.join('; ') || 'no rule keeps it',
    ]),
  );
  if (rows.length === 0) output.line('There are no points.');
  else output.line(renderTable([{ title: 'VM' }, { title: 'taken' }, { title: 'point' }, { title: 'verdict' }, { title: 'why' }], rows));
  output.line(`Policy: ${report.policy}`);
  const stay = report.kept === 1 ? '1 stays' : `${report.kept} stay`;
  output.line(
    report.dryRun
      ? `${count(report.toRemove)} would be deleted, ${stay}. This was a dry run; --apply does it.`
      : `${count(report.deleted)} deleted${report.deleted < report.toRemove ? `, ${report.toRemove - report.deleted} still to delete` : ''}, ${stay}.`,
  );
  output.line(nothingRemoved);
  for (const point of report.unreadable) output.warn(`unreadable, so it stays: ${point.id}: ${point.reason}`);
  if (report.failure !== undefined) output.warn(renderError(report.failure.error, { debug: output.options.debug, of: report.failure.point }));
}

function count(points: number): string {
  return points === 1 ? '1 point' : `${points} points`;
}
