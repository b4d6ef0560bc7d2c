import { formatBytes, parseBytes } from '@holdfast/kit';
import { type CheckLevel, type CheckProgress, type CheckSummary, type Cost, checkVault, type Finding, repairIndex, type Vault } from '@holdfast/vault';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { cliErrors } from '../errors.ts';
import { addVaultFlags, type VaultFlags } from '../flags.ts';
import type { Surroundings } from '../surroundings.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

interface CheckFlags extends VaultFlags {
  readonly level: string;
  readonly budget?: number;
  readonly state?: string;
  readonly readOnly?: boolean;
}

interface RepairFlags extends VaultFlags {
  readonly index?: boolean;
}

/** Findings in the JSON document; further ones are only counted. */
const findingsInDocumentMax = 10_000;
const costsShownMax = 10;
const rangesShownMax = 4;
const progressEveryMs = 5000;

export function addVaultCheckVerbs(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const check = addVaultFlags(vault.command('check'))
    .description('check that what points need is there and is what was written')
    .addOption(
      new Option('--level <level>', '1 keys and manifests open, 2 every needed pack is there, 3 a sample of slots is read, 4 everything is read')
        .choices(['1', '2', '3', '4'])
        .default('2'),
    )
    .option('--budget <size>', 'bytes of packs that levels 3 and 4 may read, such as 10GiB', bytes)
    .option('--state <file>', 'file that remembers what was checked when: the next check goes on with the rest')
    .option('--read-only', 'write nothing: otherwise packs found damaged are noted in the vault, so that new backups don’t refer to them')
    .addHelpText('after', '\nExample:\n  holdfast vault check --store /srv/vault --level 4 --budget 500GiB --state check.json');
  tieVerb<CheckFlags>(check, surroundings, state, checkVerb);

  const repair = addVaultFlags(vault.command('repair'))
    .description('make again what can be made again from the rest of the vault')
    .option('--index', 'index entries of packs that no index segment names any more')
    .addHelpText('after', '\nExample:\n  holdfast vault repair --index --store /srv/vault');
  tieVerb<RepairFlags>(repair, surroundings, state, repairVerb);
}

function bytes(value: string): number {
  const size = parseBytes(value);
  if (size === undefined || size < 1) throw new InvalidArgumentError('It is a size such as 500MiB or 10GiB.');
  return size;
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

async function repairVerb(context: VerbContext<RepairFlags>): Promise<VerbOutcome> {
  const { options, output, surroundings } = context;
  if (options.index !== true) throw cliErrors.create('CLI_USAGE', 'it is not said what to repair', { advice: 'Give --index.' });
  return await withVault(context, async (vault: Vault) => {
    const told = teller(context);
    let result: unknown;
    for await (const one of repairIndex(vault, { signal: surroundings.signal })) {
      if (one.kind !== 'repaired') {
        told.tell(one);
        continue;
      }
      output.line(
        one.packs === 0
          ? 'The index names every pack that it can name; nothing was written.'
          : `${one.packs} packs with ${one.slots} slots have index entries again, in ${one.segments.join(', ')}.`,
      );
      if (one.leftOut > 0)
        output.line(`${one.leftOut} packs stay without: they are damaged, absent or unreadable. "holdfast vault check --level 4" tells what that costs.`);
      const { kind: _, ...repaired } = one;
      result = { ...repaired, findings: told.findings };
    }
    return { result, exitCode: told.exitCode() };
  });
}

/** Tells findings and progress as they come, and keeps what the end needs. */
function teller({ output, surroundings }: VerbContext<VaultFlags>) {
  const findings: Finding[] = [];
  const counts = { absent: 0, damaged: 0, unreadable: 0, notice: 0 };
  let toldAt = surroundings.clock.elapsed();
  return {
    findings,
    tell(one: Finding | CheckProgress): void {
      output.event(one);
      if (one.kind === 'finding') {
        counts[one.state]++;
        if (findings.length < findingsInDocumentMax) findings.push(one);
        for (const line of describeFinding(one)) output.line(line);
      } else if (surroundings.clock.elapsed() - toldAt >= progressEveryMs) {
        toldAt = surroundings.clock.elapsed();
        output.remark(describeProgress(one));
      }
    },
    leftOut: () => counts.absent + counts.damaged + counts.unreadable + counts.notice - findings.length,
    exitCode: () => (counts.absent + counts.damaged > 0 ? 7 : counts.unreadable > 0 ? 6 : 0),
    verdict: () =>
      counts.absent + counts.damaged + counts.unreadable === 0
        ? 'Everything checked is as it was written.'
        : `${counts.damaged} damaged, ${counts.absent} absent, ${counts.unreadable} unreadable.`,
  };
}

function describeProgress({ stage, done, total, bytes: fetched }: CheckProgress): string {
  const count = stage === 'reading' && total > 0 ? `${formatBytes(done)} of ${formatBytes(total)}` : `${done}${total > 0 ? ` of ${total}` : ''}`;
  return `${stages[stage]}: ${count}, ${formatBytes(fetched)} fetched`;
}

const stages: Readonly<Record<CheckProgress['stage'], string>> = {
  records: 'points',
  maps: 'maps of points',
  presence: 'packs looked up',
  sample: 'packs sampled',
  reading: 'read',
  locating: 'points searched for what is lost',
};

function describeFinding({ code, message, costs, costsLeftOut }: Finding): string[] {
  const lines = [`${code}  ${message}`, ...costs.slice(0, costsShownMax).map((cost) => `    ${describeCost(cost)}`)];
  const more = costs.length - costsShownMax + costsLeftOut;
  if (more > 0) lines.push(`    and ${more} more disks of points`);
  return lines;
}

function describeCost({ point, vm, disk, file, ranges, bytes: lost }: Cost): string {
  const what = [vm, file ?? disk?.label].filter((part) => part !== undefined && part !== '').join(', ');
  const places = ranges.slice(0, rangesShownMax).map(({ offset, length }) => `${offset} to ${offset + length - 1}`);
  const where = places.length === 0 ? 'all of it' : `${formatBytes(lost)}, bytes ${places.join(', ')}${ranges.length > places.length ? ' and more' : ''}`;
  return `${what === '' ? '' : `${what}, `}point ${point}: ${where}`;
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
