import type { OpenRun } from './open-run.ts';
import { packEntryBytes } from './run-layout.ts';
import type { RunSource } from './run-writer.ts';

/** Runs of like size that are merged; each row is then written about log₄ of the runs' number times. */
const fanIn = 4;
/** A run joins a merge when it has at most this many times the rows of all smaller ones. */
const growth = 3;
const runsMax = 12;
const deadShareMax = 0.5;

/** Which runs are worth being made one, smallest first; `undefined` when none are. A run that is mostly dead is rewritten alone. */
export function mergeDue(runs: readonly OpenRun[], keeps: (source: RunSource) => boolean): readonly OpenRun[] | undefined {
  const smallestFirst = [...runs].sort((a, b) => a.rows - b.rows);
  let group = 1;
  let rows = smallestFirst[0]?.rows ?? 0;
  while (group < smallestFirst.length && smallestFirst[group]!.rows <= Math.max(1, rows) * growth) rows += smallestFirst[group++]!.rows;
  if (group >= fanIn) return smallestFirst.slice(0, group);
  if (runs.length > runsMax) return smallestFirst.slice(0, Math.max(group, fanIn));
  const dead = runs.find((run) => deadShare(run, keeps) > deadShareMax);
  return dead === undefined ? undefined : [dead];
}

/** Share of packs whose source is gone or replaced; of a run without packs, that of its sources. */
function deadShare(run: OpenRun, keeps: (source: RunSource) => boolean): number {
  const dead = run.sources.map((source) => !keeps(source));
  const packs = run.packs.length / packEntryBytes;
  if (packs === 0) return dead.filter(Boolean).length / Math.max(1, run.sources.length);
  let gone = 0;
  for (let pack = 0; pack < packs; pack++) if (dead[run.packs.readUInt32LE(pack * packEntryBytes + 16)]) gone++;
  return gone / packs;
}
