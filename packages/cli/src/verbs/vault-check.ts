import { formatBytes } from '@holdfast/kit';
import { type CheckLevel, type CheckSummary, checkVault, type Vault } from '@holdfast/vault';
import { type Command, Option } from 'commander';
import { addVaultFlags, type VaultFlags } from '../flags.ts';
import type { Surroundings } from '../surroundings.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';
import { bytesFlag, teller } from './check-report.ts';

interface CheckFlags extends VaultFlags {
  readonly level: string;
  readonly budget?: number;
  readonly state?: string;
  readonly readOnly?: boolean;
}

export function addVaultCheckVerb(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const check = addVaultFlags(vault.command('check'))
    .description('check that what points need is there and is what was written')
    .addOption(
      new Option('--level <level>', '1 keys and manifests open, 2 every needed pack is there, 3 a sample of slots is read, 4 everything is read')
        .choices(['1', '2', '3', '4'])
        .default('2'),
    )
    .option('--budget <size>', 'bytes of packs that levels 3 and 4 may read, such as 10GiB', bytesFlag)
    .option('--state <file>', 'file that remembers what was checked when: the next check goes on with the rest')
    .option('--read-only', 'write nothing: otherwise packs found damaged are noted in the vault, so that new backups don’t refer to them')
    .addHelpText('after', '\nExample:\n  holdfast vault check --store /srv/vault --level 4 --budget 500GiB --state check.json');
  tieVerb<CheckFlags>(check, surroundings, state, checkVerb);
}

async function checkVerb(context: VerbContext<CheckFlags>): Promise<VerbOutcome> {
  const { options, output, surroundings } = context;
  return await withVault(context, async (vault: Vault) => {
    const told = teller(context);
    let summary: CheckSummary | undefined;
    const settings = {
      level: Number(options.level) as CheckLevel,
      ...(options.budget === undefined ? {} : { budgetBytes: options.budget }),
      ...(options.state === undefined ? {} : { stateFile: options.state }),
      contain: options.readOnly !== true,
      signal: surroundings.signal,
    };
    for await (const one of checkVault(vault, settings)) {
      if (one.kind === 'summary') summary = one;
      else told.tell(one);
    }
    if (summary !== undefined) describeSummary(summary).map((line) => output.line(line));
    output.line(told.verdict());
    return { result: { findings: told.findings, findingsLeftOut: told.leftOut(), summary }, exitCode: told.exitCode() };
  });
}

function describeSummary({ level, points, packs, bytes: fetched, complete, sample }: CheckSummary): string[] {
  const lines = [
    `Level ${level}: ${points} points${level > 1 ? `, which need ${packs.needed} packs of ${formatBytes(packs.bytes)}` : ''}; ${formatBytes(fetched)} fetched.`,
  ];
  if (level === 4) lines.push(`Read in full: ${packs.read} packs.`);
  if (sample !== undefined) {
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    lines.push(`Sampled: ${sample.slots} of about ${sample.of} slots in ${packs.read} packs.`);
    lines.push(`One damaged slot anywhere would be found with ${percent(sample.findsOne)}, one in a thousand with ${percent(sample.findsOneInThousand)}.`);
  }
  if (!complete) lines.push('This is not all: the budget ended it, or something could not be read. With --state the next check goes on with the rest.');
  return lines;
}
