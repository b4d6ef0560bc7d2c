import { choosePoint, listPoints, type PointSummary, savings, summarisePoint } from '@holdfast/engine';
import { formatBytes } from '@holdfast/kit';
import { doubtAbout, type Provenance, type RecoveryPoint } from '@holdfast/vault';
import type { Command } from 'commander';
import { addVaultFlags, type VaultFlags } from '../flags.ts';
import type { Output } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable } from '../table.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';
import { addPointMarkVerbs, listDeleted, printHolds } from './point-marks.ts';

interface PointsFlags extends VaultFlags {
  readonly vm?: string;
  readonly deleted?: boolean;
}

export function addPointsVerb(program: Command, surroundings: Surroundings, state: ExitState): void {
  const points = addVaultFlags(program.command('points'))
    .description('list the recovery points of a vault, show one in full, or delete, hold or bring back one')
    .argument('[point]', 'id of a point, or the beginning of the part behind its slash')
    .option('--vm <name>', 'only points of VMs of this name or path; * and ? stand for any characters')
    .option('--deleted', 'points that were deleted, by whom, when and why')
    .addHelpText('after', '\nExamples:\n  holdfast points --vm "web*"\n  holdfast points 3f9a2c41');
  tieVerb<PointsFlags>(points, surroundings, state, pointsVerb);
  addPointMarkVerbs(points, surroundings, state);
}

async function pointsVerb(context: VerbContext<PointsFlags>): Promise<VerbOutcome> {
  const [id] = context.positional;
  return await withVault(context, async (vault) => {
    if (id !== undefined) {
      const point = await choosePoint(vault, { id });
      const hold = (await vault.heldPoints(point.vmId)).find((one) => one.id === point.id);
      printPoint(point, context.output);
      if (hold !== undefined) printHolds([hold], context.output);
      return { result: { ...summarisePoint(point), point, hold } };
    }
    if (context.options.deleted) return await listDeleted(vault, context.options.vm, context.output);
    const { points, unreadable } = await listPoints(vault, context.options.vm);
    const summaries = points.map(summarisePoint);
    const holds = (await vault.heldPoints()).filter(({ id: held }) => summaries.some((point) => point.id === held));
    context.output.line(summaries.length === 0 ? 'There are no points.' : pointTable(summaries));
    printHolds(holds, context.output);
    for (const point of unreadable) context.output.warn(`unreadable: ${point.id}: ${point.reason}`);
    return { result: { points: summaries, unreadable, holds }, exitCode: unreadable.length > 0 ? 7 : 0 };
  });
}

function pointTable(points: readonly PointSummary[]): string {
  const right = 'right' as const;
  return renderTable(
    [
      { title: 'VM' },
      { title: 'taken' },
      { title: 'point' },
      { title: 'mode' },
      { title: 'disks', align: right },
      { title: 'capacity', align: right },
      { title: 'read', align: right },
      { title: 'stored', align: right },
    ],
    points.map((point) => [
      point.vm.name,
      point.takenAt,
      point.id.split('/')[1] ?? point.id,
      point.mode,
      `${point.disks}${point.excluded > 0 ? ` (${point.excluded} left out)` : ''}`,
      formatBytes(point.capacity),
      formatBytes(point.statistics.read),
      formatBytes(point.statistics.stored),
    ]),
  );
}

function printPoint(point: RecoveryPoint, output: Output): void {
  const { vm, consistency } = point;
  output.line(`Point        ${point.id}`);
  output.line(`VM           ${vm.name}${vm.path === undefined ? '' : ` (${vm.path})`}, instance ${vm.instanceUuid}`);
  output.line(`vCenter      ${vm.vcenter}`);
  output.line(`Taken        ${point.takenAt}, committed ${point.committedAt}, number ${point.sequence} of this VM`);
  output.line(
    `Consistency  ${consistency.got}${consistency.got === consistency.asked ? '' : `, asked was ${consistency.asked}: ${consistency.reason ?? 'no reason kept'}`}`,
  );
  if (point.base !== undefined) output.line(`Grew from    ${point.base}`);
  if (point.signedBy !== undefined) output.line(`Signed by    ${describeSigner(point.signedBy)}`);
  for (const disk of point.disks) {
    const { statistics } = disk;
    output.line();
    output.line(`${disk.label} (key ${disk.key}), ${formatBytes(disk.capacity)}`);
    output.line(`  ${disk.mode}${disk.fullReason === undefined ? '' : `: ${disk.fullReason}`}`);
    output.line(`  read by ${disk.transport.mode}${disk.transport.reason === undefined ? '' : `: ${disk.transport.reason}`}`);
    output.line(
      `  read ${formatBytes(statistics.read)} = zero ${formatBytes(statistics.zero)} + reused ${formatBytes(statistics.reused)} + new ${formatBytes(statistics.fresh)}; stored ${formatBytes(statistics.stored)}`,
    );
    const { deduplication, compression } = savings(statistics);
    output.line(`  deduplication ${ratio(deduplication)}, compression ${ratio(compression)}`);
  }
  for (const disk of point.excluded) output.line(`\nleft out: ${disk.label} (key ${disk.key}): ${disk.reason}`);
}

function describeSigner(signedBy: Provenance): string {
  if (signedBy.state === 'vault') return 'somebody with a key that opens the vault';
  if (signedBy.state === 'mover') return `the write-only mover ${signedBy.name} (${signedBy.id})`;
  return `nobody who counts: it ${doubtAbout(signedBy)}`;
}

function ratio(value: number | undefined): string {
  return value === undefined ? 'nothing to do' : `${value.toFixed(2)}:1`;
}
