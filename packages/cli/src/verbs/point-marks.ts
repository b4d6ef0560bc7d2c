import { chooseDeletedPoint, choosePointId, listDeletedPoints } from '@holdfast/engine';
import { type DeletedPoint, isReadable, type PointMark, type Vault } from '@holdfast/vault';
import { type Command, Help, type Option } from 'commander';
import { cliErrors } from '../errors.ts';
import type { VaultFlags } from '../flags.ts';
import type { Output } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable } from '../table.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

export const nothingRemoved =
  'Nothing is physically removed yet: "holdfast vault collect --apply" frees the space, and what it has taken can’t be brought back.';

interface MarkFlags extends VaultFlags {
  readonly reason?: string;
  /** options of `points` itself, which commander takes anywhere behind it */
  readonly vm?: string;
  readonly deleted?: boolean;
}

interface MarkVerb {
  readonly name: string;
  readonly description: string;
  /** what the reason is for, where one is taken */
  readonly reason?: string;
  find(vault: Vault, id: string): Promise<string>;
  work(vault: Vault, id: string, reason: string): Promise<unknown>;
  said(id: string): string;
}

const verbs: readonly MarkVerb[] = [
  {
    name: 'delete',
    description: 'take a point out of use; "undelete" brings it back until a collection has taken its space',
    reason: 'why, kept with the deletion',
    find: choosePointId,
    work: (vault, id, reason) => vault.deletePoint(id, reason),
    said: (id) => `${id} is deleted, and can be brought back with "holdfast points undelete". ${nothingRemoved}`,
  },
  {
    name: 'undelete',
    description: 'bring a deleted point back',
    find: chooseDeletedPoint,
    work: (vault, id) => vault.undeletePoint(id),
    said: (id) => `${id} is back.`,
  },
  {
    name: 'hold',
    description: 'put a point under legal hold: neither retention nor anybody deletes it until it is released',
    reason: 'why, kept with the hold',
    find: choosePointId,
    work: (vault, id, reason) => vault.holdPoint(id, reason),
    said: (id) => `${id} is under legal hold.`,
  },
  {
    name: 'release',
    description: 'release a point from legal hold',
    find: choosePointId,
    work: (vault, id) => vault.releasePoint(id),
    said: (id) => `${id} is released from legal hold.`,
  },
];

/** The verbs that change what is said about a point: delete, undelete, hold, release. */
export function addPointMarkVerbs(points: Command, surroundings: Surroundings, state: ExitState): void {
  for (const verb of verbs) {
    const command = points
      .command(verb.name)
      .description(verb.description)
      .argument('<point>', 'id of the point, or the beginning of the part behind its slash')
      .configureHelp({ showGlobalOptions: true, visibleGlobalOptions });
    if (verb.reason !== undefined) command.option('--reason <text>', verb.reason);
    command.addHelpText('after', `\nExample:\n  holdfast points ${verb.name} 3f9a2c41${verb.reason === undefined ? '' : ' --reason "case 42"'}`);
    tieVerb<MarkFlags>(command, surroundings, state, (context) => markVerb(verb, context));
  }
}

/** Options that belong to the list of points alone, though commander takes them for those of its verbs as well. */
const listOptions: readonly (string | undefined)[] = ['--vm', '--deleted'];

function visibleGlobalOptions(command: Command): Option[] {
  const help = new Help();
  help.showGlobalOptions = true;
  return help.visibleGlobalOptions(command).filter(({ long }) => !listOptions.includes(long));
}

async function markVerb(verb: MarkVerb, context: VerbContext<MarkFlags>): Promise<VerbOutcome> {
  const { options, positional, output } = context;
  if (options.vm !== undefined || options.deleted) {
    throw cliErrors.create('CLI_USAGE', `"points ${verb.name}" takes neither --vm nor --deleted`, { advice: 'Name one point by its id.' });
  }
  return await withVault(context, async (vault) => {
    const id = await verb.find(vault, positional[0]!);
    await verb.work(vault, id, options.reason ?? '');
    output.line(verb.said(id));
    return { result: { point: id } };
  });
}

/** `points --deleted`: what was deleted, by whom, when and why. */
export async function listDeleted(vault: Vault, vm: string | undefined, output: Output): Promise<VerbOutcome> {
  const deleted = await listDeletedPoints(vault, vm);
  output.line(deleted.length === 0 ? 'There are no deleted points.' : `${deletedTable(deleted)}\n${nothingRemoved}`);
  for (const { id, problem } of deleted) if (problem !== undefined) output.warn(`unreadable: ${id}: ${problem}`);
  for (const { point } of deleted) if (!isReadable(point)) output.warn(`unreadable: ${point.id}: ${point.reason}`);
  const damaged = deleted.some(({ point, problem }) => problem !== undefined || !isReadable(point));
  return { result: { deleted: deleted.map(summariseDeleted) }, exitCode: damaged ? 7 : 0 };
}

function summariseDeleted({ point, ...mark }: DeletedPoint) {
  if (!isReadable(point)) return { ...mark, unreadable: point.reason };
  return { ...mark, vm: point.vm, sequence: point.sequence, takenAt: point.takenAt };
}

function deletedTable(deleted: readonly DeletedPoint[]): string {
  return renderTable(
    [{ title: 'VM' }, { title: 'taken' }, { title: 'point' }, { title: 'deleted' }, { title: 'by' }, { title: 'why' }],
    deleted.map(({ id, point, record, problem }) => [
      isReadable(point) ? point.vm.name : '?',
      isReadable(point) ? point.takenAt : '?',
      id.split('/')[1] ?? id,
      record?.at ?? '?',
      record?.by ?? '?',
      record?.reason ?? (problem === undefined ? 'not recorded' : 'unreadable'),
    ]),
  );
}

/** Legal holds among these points, a line each. */
export function printHolds(holds: readonly PointMark[], output: Output): void {
  for (const { id, record, problem } of holds) {
    const details =
      record === undefined ? (problem ?? 'nothing recorded') : `by ${record.by} on ${record.at}${record.reason === '' ? '' : `: ${record.reason}`}`;
    output.line(`Legal hold   ${id}, ${details}`);
  }
}
