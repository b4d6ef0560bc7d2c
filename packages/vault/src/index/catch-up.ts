import { type Random, Semaphore } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import type { IndexName } from './index-names.ts';
import { decidedSessions, forEachSegment, type ListedIndexObject, listIndexObjects } from './known-chunks.ts';
import { mergeDue } from './merge-due.ts';
import { DamagedRun, mergeRuns } from './merge-runs.ts';
import { RowBatch } from './row-batch.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunSource } from './run-writer.ts';
import { sortRowsMax } from './sort-rows.ts';

export interface CatchUpContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly random: Random;
  readonly folder: RunFolder;
  readonly signal?: AbortSignal | undefined;
}

const runsWhileReading = 48;
const runIdBytes = 16;

export interface CaughtUp {
  /** keys of all that is there now: what isn't any more must not be relied on */
  readonly listed: ReadonlySet<string>;
  /** what the folder has read and nothing replaces */
  readonly inUse: readonly ListedIndexObject[];
  /** what is there although something that the folder has read replaces it */
  readonly superseded: readonly string[];
  /** a sentence for each thing that had to be left out */
  readonly notices: readonly string[];
}

/**
 * Brings the folder up to what the vault's index says now: lists it, and reads only what is new.
 *
 * Only for a session that has registered and read the collection records.
 */
export async function catchUp(context: CatchUpContext): Promise<CaughtUp> {
  const { store, folder } = context;
  const objects = await listIndexObjects(store);
  const listed = new Set(objects.map(({ key }) => key));
  const notices: string[] = [];
  await folder.look();
  if (folder.damaged > 0) notices.push(`the index cache in ${folder.path} was damaged; what was lost of it is read from the vault again`);
  const fresh = unknownOf(objects, folder, listed);
  const decided = await decidedSessions(
    store,
    fresh.filter(({ kind }) => kind === 'segment'),
  );
  const ready = fresh.filter(({ kind, sessionId }) => kind !== 'segment' || decided.has(sessionId));
  if (ready.length > 0 || folder.damaged > 0 || mergeDue(folder.runs, keeperOf(folder, listed)) !== undefined) {
    await folder.change(async () => {
      const still = new Set(unknownOf(objects, folder, listed).map(({ key }) => key));
      const due = ready.filter(({ key }) => still.has(key));
      notices.push(...(await readNew(context, due, (sessionId) => decided.get(sessionId) === 'fenced', listed)));
      await mergeWhatIsDue(context, listed);
    }, context.signal);
  }
  const keeps = keeperOf(folder, listed);
  const read = new Map([...sourcesOf(folder)].map((source) => [source.key, source]));
  return {
    listed,
    inUse: objects.filter(({ key }) => read.get(key)?.fenced === undefined && read.has(key) && keeps(read.get(key)!)),
    superseded: objects.filter((one) => !keeps({ key: one.key, sessionId: one.sessionId, replaces: [] })).map(({ key }) => key),
    notices,
  };
}

/** Objects that no run has read, and that none stands for. */
function unknownOf(objects: readonly ListedIndexObject[], folder: RunFolder, listed: ReadonlySet<string>): ListedIndexObject[] {
  const known = new Set<string>();
  for (const { key, replaces } of sourcesOf(folder)) {
    known.add(key);
    if (listed.has(key)) for (const one of replaces) known.add(one);
  }
  return objects.filter(({ key }) => !known.has(key));
}

function* sourcesOf(folder: RunFolder): Generator<RunSource> {
  for (const { sources } of folder.runs) yield* sources;
}

/** Rows stay as long as their object is there and no other that has been read stands for it. */
function keeperOf(folder: RunFolder, listed: ReadonlySet<string>): (source: RunSource) => boolean {
  const replaced = new Set<string>();
  for (const { key, replaces } of sourcesOf(folder)) if (listed.has(key)) for (const one of replaces) replaced.add(one);
  return ({ key }) => listed.has(key) && !replaced.has(key);
}

async function readNew(
  context: CatchUpContext,
  due: readonly IndexName[],
  isFenced: (sessionId: string) => boolean,
  listed: ReadonlySet<string>,
): Promise<string[]> {
  const { store, keys, folder, random, signal } = context;
  const batch = new RowBatch();
  const write = () => batch.write(folder.path, folder.key, random.bytes(runIdBytes));
  // A fenced session's segments are noted as known, and empty: nobody need ask for them again.
  for (const { key, sessionId } of due)
    if (isFenced(sessionId)) batch.add({ key, sessionId, replaces: [], fenced: true, packs: [], rowCount: 0, rows: () => [] });
  const wanted = due.filter(({ sessionId }) => !isFenced(sessionId));
  const oneAtATime = new Semaphore(1);
  const tooLarge: string[] = [];
  const notices = await forEachSegment(
    store,
    keys,
    wanted,
    ({ replaces, packs, rowCount, rows }, { key, sessionId }) =>
      oneAtATime.run(async () => {
        if (rowCount > sortRowsMax)
          return void tooLarge.push(`the index object ${key} has more rows than any that Holdfast writes; chunks it names are stored again where they occur`);
        if (!batch.hasRoomFor(rowCount)) {
          await write();
          await folder.look();
          if (folder.runs.length >= runsWhileReading) await mergeWhatIsDue(context, listed);
        }
        const stands = replaces.filter((one) => listed.has(one));
        batch.add({ key, sessionId, replaces: stands, packs: packs.map(({ id }) => id), rowCount, rows });
      }),
    signal,
  );
  if (!batch.isEmpty) await write();
  await folder.look();
  return [...notices, ...tooLarge];
}

/** A run that turns out to be damaged goes; what it held is read again by the next session that catches up. */
async function mergeWhatIsDue({ folder, random, signal }: CatchUpContext, listed: ReadonlySet<string>): Promise<void> {
  const keeps = keeperOf(folder, listed);
  for (;;) {
    const runs = mergeDue(folder.runs, keeps);
    if (runs === undefined) return;
    try {
      await mergeRuns(runs, { folder: folder.path, key: folder.key, runId: random.bytes(runIdBytes), keeps, signal });
      await folder.remove(runs);
    } catch (error) {
      if (!(error instanceof DamagedRun)) throw error;
      await folder.remove([error.run]);
    }
    await folder.look();
  }
}
