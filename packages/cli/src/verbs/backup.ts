import {
  limitsDefault,
  linuxProcessIdentity,
  noStatistics,
  type ProtectReport,
  planProtect,
  protect,
  type Selection,
  savings,
  sumStatistics,
  type VmPlan,
} from '@holdfast/engine';
import { formatBytes, formatDuration } from '@holdfast/kit';
import type { Vault } from '@holdfast/vault';
import type { Command } from 'commander';
import { type CacheFlags, cacheFolderOf } from '../cache-folder.ts';
import { cliErrors } from '../errors.ts';
import { exitCodeOfMany } from '../exit-codes.ts';
import { addCacheFlag, addVaultFlags, addVcenterFlags, collect, type VaultFlags, type VcenterFlags, wholeNumber } from '../flags.ts';
import type { Output } from '../output.ts';
import { createProgress } from '../progress/progress.ts';
import { errorDocument, renderError } from '../render-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable } from '../table.ts';
import { withVault } from '../vault-session.ts';
import { withVcenter } from '../vcenter-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

interface BackupFlags extends VaultFlags, VcenterFlags, CacheFlags {
  readonly all?: boolean;
  readonly exclude: readonly string[];
  readonly full?: boolean;
  readonly immutableDays?: number;
  readonly vmsAtOnce?: number;
  readonly disksAtOnce?: number;
  readonly dryRun?: boolean;
}

export function addBackupVerb(program: Command, surroundings: Surroundings, state: ExitState): void {
  const backup = addCacheFlag(addVaultFlags(addVcenterFlags(program.command('backup'))))
    .description('back up VMs: a new recovery point of each, reading only what changed where that can be told')
    .argument('[vms...]', 'names, or inventory paths such as /DC/vm/web/*; * and ? stand for any characters')
    .option('--all', 'every VM that the account sees')
    .option('--exclude <vm>', 'leave these out (may be given several times)', collect, [])
    .option('--full', 'read every disk in full')
    .option('--immutable-days <n>', 'in a vault with immutability: nobody can delete these points for so long (else as the vault says)', wholeNumber(1, 36_500))
    .option('--vms-at-once <n>', 'VMs at once (2)', wholeNumber(1, 64))
    .option('--disks-at-once <n>', 'disks of one VM at once (2)', wholeNumber(1, 16))
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', '\nExamples:\n  holdfast backup web01 "db*" --vcenter main\n  holdfast backup --all --exclude "test-*" --json');
  tieVerb<BackupFlags>(backup, surroundings, state, backupVerb);
}

async function backupVerb(context: VerbContext<BackupFlags>): Promise<VerbOutcome> {
  const { options, configuration, surroundings, output } = context;
  const selection = selectionOf(context);
  const limits = {
    vmsAtOnce: options.vmsAtOnce ?? configuration.limits?.vmsAtOnce ?? limitsDefault.vmsAtOnce,
    disksAtOnce: options.disksAtOnce ?? configuration.limits?.disksAtOnce ?? limitsDefault.disksAtOnce,
  };
  const work = (vault: Vault) =>
    withVcenter(context, async (vcenter) => {
      const common = {
        vcenter,
        vault,
        selection,
        full: options.full ?? false,
        environment: { ...surroundings, identity: linuxProcessIdentity() },
        signal: surroundings.signal,
      };
      if (options.dryRun) return planned(await planProtect(common), output);
      const progress = createProgress(output, surroundings);
      try {
        const report = await protect({
          ...common,
          immutableDays: options.immutableDays,
          installation: configuration.installation,
          limits,
          onEvent: progress.onEvent,
        });
        progress.close();
        return finished(report, output);
      } finally {
        progress.close();
      }
    });
  // Each session fills a pack of its own, and one more is under way.
  return await withVault(context, work, { packBuffers: limits.vmsAtOnce + 2, cacheFolder: cacheFolderOf(context) });
}

function selectionOf({ options, positional }: VerbContext<BackupFlags>): Selection {
  if (options.all && positional.length > 0) throw cliErrors.create('CLI_USAGE', 'both VMs and --all are given', { advice: 'Name VMs, or give --all.' });
  if (options.all) return { all: true, exclude: options.exclude };
  if (positional.length === 0) throw cliErrors.create('CLI_USAGE', 'it is not said which VMs to back up', { advice: 'Name them, or give --all.' });
  return { patterns: positional, exclude: options.exclude };
}

function finished(report: ProtectReport, output: Output): VerbOutcome {
  const errors: unknown[] = [];
  const explanations: string[] = [];
  const rows: string[][] = [];
  for (const vm of report.vms) {
    if (vm.outcome === 'failed') {
      errors.push(vm.error);
      explanations.push(renderError(vm.error, { debug: output.options.debug, of: vm.vm.name }));
      rows.push([vm.vm.name, 'failed', '', '', '', '', '', formatDuration(vm.seconds)]);
      continue;
    }
    const sum = sumStatistics(vm.point.disks.map((disk) => disk.statistics));
    rows.push([vm.vm.name, modes(vm.point.disks), ...[sum.read, sum.zero, sum.reused, sum.fresh, sum.stored].map(formatBytes), formatDuration(vm.seconds)]);
  }
  const right = 'right' as const;
  output.line(
    renderTable(
      [
        { title: 'VM' },
        { title: 'mode' },
        { title: 'read', align: right },
        { title: 'zero', align: right },
        { title: 'reused', align: right },
        { title: 'new', align: right },
        { title: 'stored', align: right },
        { title: 'time', align: right },
      ],
      rows,
    ),
  );
  const { zeroShare, deduplication, compression } = savings(report.statistics ?? noStatistics);
  const percent = zeroShare === undefined ? '–' : `${(zeroShare * 100).toFixed(0)}%`;
  const ratio = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(2)}:1`);
  output.line(`zeros ${percent}, deduplication ${ratio(deduplication)}, compression ${ratio(compression)}`);
  // Progress has shown them already, unless there is none.
  if (output.options.quiet) for (const { vm, notices } of report.vms) for (const notice of notices) output.warn(`${vm.name}: note: ${notice}`);
  for (const explanation of explanations) output.warn(`\n${explanation}`);
  const done = report.vms.length - errors.length;
  return {
    result: {
      statistics: report.statistics,
      vms: report.vms.map((vm) => (vm.outcome === 'failed' ? { ...vm, error: errorDocument(vm.error) } : vm)),
    },
    exitCode: exitCodeOfMany(errors, done),
  };
}

function modes(disks: readonly { readonly mode: string }[]): string {
  const all = new Set(disks.map((disk) => disk.mode));
  return all.size > 1 ? 'mixed' : ([...all][0] ?? '');
}

function planned(plans: readonly VmPlan[], output: Output): VerbOutcome {
  const errors: unknown[] = [];
  for (const plan of plans) {
    if (plan.error !== undefined) {
      errors.push(plan.error);
      output.warn(renderError(plan.error, { debug: output.options.debug, of: plan.vm.name }));
      continue;
    }
    output.line(`${plan.vm.name}: would be backed up${plan.base === undefined ? '' : `, growing from ${plan.base}`}`);
    for (const step of plan.steps) output.line(`  ${step}`);
    for (const disk of plan.disks)
      output.line(`  ${disk.label} (${formatBytes(disk.capacity)}): ${disk.mode}${disk.reason === undefined ? '' : `, ${disk.reason}`}`);
    for (const disk of plan.excluded) output.line(`  ${disk.label}: left out, ${disk.reason}`);
  }
  return {
    result: { dryRun: true, vms: plans.map((plan) => (plan.error === undefined ? plan : { ...plan, error: errorDocument(plan.error) })) },
    exitCode: exitCodeOfMany(errors, plans.length - errors.length),
  };
}
