import { linuxProcessIdentity, sweep } from '@holdfast/engine';
import { type Command, InvalidArgumentError } from 'commander';
import { addVcenterFlags, type VcenterFlags } from '../flags.ts';
import { renderError } from '../render-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { withVcenter } from '../vcenter-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

interface SweepFlags extends VcenterFlags {
  readonly olderThan?: number;
  readonly dryRun?: boolean;
}

export function addSweepVerb(program: Command, surroundings: Surroundings, state: ExitState): void {
  const verb = addVcenterFlags(program.command('sweep'))
    .description('remove snapshots that interrupted backups of ours left behind; those of others are only reported')
    .argument('[vms...]', 'only on these VMs; all when none is named')
    .option(
      '--older-than <time>',
      'also take snapshots of backups on other machines for left behind when they are older than this, such as 6h (24h)',
      hoursOrMinutes,
    )
    .option('--dry-run', 'only say what would be removed')
    .addHelpText('after', '\nExample:\n  holdfast sweep --vcenter main --dry-run');
  tieVerb<SweepFlags>(verb, surroundings, state, sweepVerb);
}

async function sweepVerb(context: VerbContext<SweepFlags>): Promise<VerbOutcome> {
  const { options, positional, surroundings, output } = context;
  return await withVcenter(context, async (vcenter) => {
    const report = await sweep({
      vcenter,
      selection: positional.length === 0 ? { all: true } : { patterns: positional },
      staleAfterMs: options.olderThan,
      dryRun: options.dryRun ?? false,
      environment: { ...surroundings, identity: linuxProcessIdentity() },
      signal: surroundings.signal,
    });
    for (const found of report.snapshots) output.line(`${found.vm.name}: ${found.name}: ${found.verdict}, ${found.reason}`);
    for (const { vm } of report.consolidated) output.line(`${vm.name}: disks consolidated`);
    if (report.snapshots.length === 0) output.line('No snapshots.');
    for (const failure of report.failures) output.warn(renderError(failure.error, { debug: output.options.debug, of: failure.vm.name }));
    return { result: report, exitCode: report.failures.length > 0 ? 1 : 0 };
  });
}

function hoursOrMinutes(text: string): number {
  const match = /^(\d+)\s*(min|m|h|d)$/.exec(text);
  const minutes = { min: 1, m: 1, h: 60, d: 24 * 60 }[match?.[2] ?? ''];
  if (match === null || minutes === undefined) throw new InvalidArgumentError('It has the form 90min, 6h or 2d.');
  return Number(match[1]) * minutes * 60_000;
}
