import { formatBytes, parseBytes } from '@holdfast/kit';
import type { CheckProgress, Cost, Finding } from '@holdfast/vault';
import { InvalidArgumentError } from 'commander';
import type { VaultFlags } from '../flags.ts';
import type { VerbContext } from '../verb.ts';

/** Findings in the JSON document; further ones are only counted. */
const findingsInDocumentMax = 10_000;
const costsShownMax = 10;
const rangesShownMax = 4;
const progressEveryMs = 5000;

/** A size such as 500MiB, for an option. */
export function bytesFlag(value: string): number {
  const size = parseBytes(value);
  if (size === undefined || size < 1) throw new InvalidArgumentError('It is a size such as 500MiB or 10GiB.');
  return size;
}

/** Tells findings and progress as they come, and keeps what the end needs. */
export function teller({ output, surroundings }: VerbContext<VaultFlags>) {
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
