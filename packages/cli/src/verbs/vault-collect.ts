import { formatBytes, formatDuration } from '@holdfast/kit';
import {
  type CollectionState,
  type CollectProgress,
  type CollectReport,
  collectVault,
  type IndexMerge,
  isReadable,
  mergeIndex,
  type PresentSession,
  type Vault,
} from '@holdfast/vault';
import type { Command } from 'commander';
import { type CacheFlags, cacheFolderOf } from '../cache-folder.ts';
import { duration } from '../duration-flag.ts';
import { cliErrors } from '../errors.ts';
import { addCacheFlag, addVaultFlags, type VaultFlags } from '../flags.ts';
import type { Output } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable } from '../table.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';
import { addRewriteFlags, type RewriteFlags, rewriteIfAsked } from './rewrite-flags.ts';

interface CollectFlags extends VaultFlags, CacheFlags, RewriteFlags {
  readonly apply?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: number;
}

/** The exit code of a run that leaves the rest to a later one. */
const laterCode = 6;

export function addVaultCollectVerb(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const verb = addRewriteFlags(addCacheFlag(addVaultFlags(vault.command('collect'))))
    .description('free the space of what no point needs, while backups and restores go on; without --apply only say what would go')
    .option('--dry-run', 'only say what would be deleted; this is what happens without --apply')
    .option('--apply', 'delete it; deleted points that need it can’t be brought back afterwards')
    .option('--wait <duration>', 'how long to wait for the sessions that were there before, such as 30min; without it, a later run goes on', duration)
    .addHelpText('after', '\nExamples:\n  holdfast vault collect --store /srv/vault\n  holdfast vault collect --store /srv/vault --apply --wait 2h');
  tieVerb<CollectFlags>(verb, surroundings, state, collectVerb);
}

async function collectVerb(context: VerbContext<CollectFlags>): Promise<VerbOutcome> {
  const { options, output, surroundings } = context;
  if (options.apply && options.dryRun) {
    throw cliErrors.create('CLI_USAGE', 'both --apply and --dry-run are given', { advice: 'Give --apply alone to delete.' });
  }
  const apply = options.apply ?? false;
  return await withVault(context, async (vault) => {
    const rewritten = await rewriteIfAsked(vault, context, apply);
    const until = surroundings.clock.elapsed() + (options.wait ?? 0);
    const runs: CollectReport[] = [];
    for (;;) {
      const waitMs = Math.max(0, until - surroundings.clock.elapsed());
      const report = await collectVault(vault, { apply, waitMs, onProgress: teller(context), signal: surroundings.signal });
      runs.push(report);
      await printRun(vault, report, context);
      // One that was open already knew nothing of what has been deleted since.
      if (report.state !== 'done' || !report.adopted) break;
    }
    const last = runs.at(-1)!;
    printUndeleting(last.undeleting, output);
    if (!apply && (rewritten !== undefined || last.state !== 'nothing to do')) output.line('This was a dry run; --apply does it.');
    const index = apply ? await mergedIndex(vault, context) : undefined;
    return {
      result: { dryRun: !apply, ...(rewritten === undefined ? {} : { rewritten }), runs, ...(index === undefined ? {} : { index }) },
      exitCode: last.state === 'waiting' ? laterCode : 0,
    };
  });
}

/** Needs a cache folder; without one, or where it can’t be written, the index stays as it is. */
async function mergedIndex(vault: Vault, context: VerbContext<CollectFlags>): Promise<IndexMerge | undefined> {
  const cacheFolder = cacheFolderOf(context);
  if (cacheFolder === undefined) return undefined;
  const { output, surroundings } = context;
  try {
    const merged = await mergeIndex(vault, { cacheFolder, signal: surroundings.signal });
    if (merged.written > 0) output.line(`The index was tidied: ${count(merged.written, 'object')} written in the place of many small ones.`);
    if (merged.removed > 0) output.line(`${count(merged.removed, 'index object')} that others had replaced before went.`);
    return merged;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    output.line(`The index was not tidied: the cache folder ${cacheFolder} can’t be used (${(error as Error).message}).`);
    return undefined;
  }
}

async function printRun(vault: Vault, report: CollectReport, context: VerbContext<CollectFlags>): Promise<void> {
  const { output } = context;
  const what = `${count(report.packs, 'pack')}, ${formatBytes(report.bytes)}`;
  if (report.state === 'nothing to do') output.line('Everything in the vault is needed, or may be by a backup that is under way; nothing is to be freed.');
  if (report.state === 'would delete' && report.adopted)
    output.line(
      `Collection ${report.cycle} was begun before and is open: ${what}, go unless a point needs them after all. What else is unneeded comes after it.`,
    );
  if (report.state === 'would delete' && !report.adopted) output.line(`${what}, would go: no point in use needs them.`);
  if (report.state === 'done') {
    const segments = report.segments === 0 ? '' : `, with ${count(report.segments, 'index segment')}`;
    output.line(`Collection ${report.cycle} is done: ${what}, deleted${segments}.`);
  }
  if (report.locked !== undefined)
    output.line(
      `${count(report.locked.packs, 'pack')} that no point needs stay, since they are locked: the first can go on ${report.locked.until.slice(0, 10)}.`,
    );
  if (report.pardoned > 0) output.line(`${count(report.pardoned, 'pack')} kept after all: a point needs what was condemned.`);
  await printPoints(vault, report, output);
  for (const id of report.fenced) output.line(`Given up: session ${id}, of which nothing was heard for twice its lease. It can't commit any more.`);
  if (report.cleaned > 0) output.line(`Objects of ${count(report.cleaned, 'session')} that ended long ago were taken away.`);
  if (report.notCleaned !== undefined) output.warn(`What ended sessions left could not be taken away (${report.notCleaned}); the next run tries again.`);
  if (report.state === 'waiting') output.line(`Collection ${report.cycle} stays open: ${what}, go when these sessions have ended. Nothing was deleted yet.`);
  if (report.state === 'would delete' && report.waitingFor.length > 0)
    output.line('It would wait for these sessions, and give up those whose lease has run out:');
  if (report.state !== 'nothing to do') for (const session of report.waitingFor) output.line(`  ${describeSession(session, context.surroundings)}`);
  if (report.state === 'waiting') output.line('Run it again later, or with --wait: the list of sessions stays as it is, however many begin meanwhile.');
}

async function printPoints(vault: Vault, { points, state }: CollectReport, output: Output): Promise<void> {
  if (points.length === 0) return;
  const going = new Set(points);
  const deleted = (await Array.fromAsync(vault.deletedPoints())).filter(({ id }) => going.has(id));
  const rows = deleted.map(({ id, point, record }) => [
    isReadable(point) ? point.vm.name : '?',
    isReadable(point) ? point.takenAt : '?',
    id.split('/')[1] ?? id,
    record?.at ?? '?',
    record?.by ?? '?',
    record?.reason ?? '',
  ]);
  output.line(state === 'would delete' ? 'These deleted points could not be brought back afterwards:' : 'These deleted points can’t be brought back any more:');
  output.line(renderTable([{ title: 'VM' }, { title: 'taken' }, { title: 'point' }, { title: 'deleted' }, { title: 'by' }, { title: 'why' }], rows));
}

function teller({ output, surroundings }: VerbContext<CollectFlags>): (progress: CollectProgress) => void {
  let waiting = '';
  return (progress) => {
    output.event({ type: 'collect', ...progress });
    if (progress.stage === 'marking') output.remark('reading the maps of all points');
    if (progress.stage === 'marking again') output.remark('reading the maps of all points again');
    if (progress.stage === 'deleting' && progress.total > 0) output.remark(`deleting: ${progress.done} of ${progress.total} objects`);
    if (progress.stage !== 'waiting') return;
    const ids = progress.waitingFor.map(({ id }) => id).join();
    if (ids === waiting) return;
    waiting = ids;
    output.remark(`waiting for ${count(progress.waitingFor.length, 'session')}:`);
    for (const session of progress.waitingFor) output.remark(`  ${describeSession(session, surroundings)}`);
  };
}

/** How collection stands, in `vault info`. */
export function printCollection({ open, undeleting }: CollectionState, { output, surroundings }: Pick<VerbContext<unknown>, 'output' | 'surroundings'>): void {
  for (const { cycle, packs, decided, waitingFor } of open) {
    const next = decided ? 'they go with the next run' : waitingFor.length > 0 ? 'it waits for' : 'it waits for nobody';
    output.line(
      `Collection ${cycle} is open, of ${count(packs, 'pack')}; ${next}${decided || waitingFor.length === 0 ? '; run "holdfast vault collect --apply"' : ':'}`,
    );
    for (const session of waitingFor) output.line(`  ${describeSession(session, surroundings)}`);
  }
  printUndeleting(undeleting, output);
}

function printUndeleting(sessions: readonly PresentSession[], output: Output): void {
  for (const { id, host, startedAt, point } of sessions) {
    output.line(`Point ${point} is being brought back since ${startedAt} by ${host}, and keeps its packs.`);
    output.line(`  If that was interrupted, bring it back or delete it again, and remove the object sessions/${id} when nothing of it can be under way.`);
  }
}

function describeSession({ id, kind, host, startedAt, renewedAt, leaseMs }: PresentSession, { clock }: Surroundings): string {
  const silentMs = Math.max(0, clock.now() - renewedAt);
  const late = silentMs > leaseMs ? `, its lease has run out` : '';
  return `${kind} ${id} on ${host}, since ${startedAt}, last heard of ${formatDuration(silentMs / 1000)} ago${late}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
