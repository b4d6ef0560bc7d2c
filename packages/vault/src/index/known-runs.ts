import { findInRun } from './find-in-run.ts';
import type { SharedRun } from './open-run.ts';

/** A run as one session may use it; shared with its threads. */
export interface KnownRun {
  readonly run: SharedRun;
  /** number of the run's first pack among all that the session knows */
  readonly base: number;
  /** by pack of the run: 0 where the session must not rely on it */
  readonly usable: Uint8Array;
}

export interface KnownRuns {
  readonly key: Uint8Array;
  readonly runs: readonly KnownRun[];
}

/** Where the vault holds this chunk, its pack counted among all that the session knows; `undefined` when it doesn't, as far as is known. */
export function findKnown({ key, runs }: KnownRuns, id: Buffer): { ordinal: number; slot: number; offset: number; length: number } | undefined {
  for (const { run, base, usable } of runs) {
    const found = findInRun(key, run, id, ({ pack }) => usable[pack] === 1);
    if (found !== undefined) return { ordinal: base + found.pack, slot: found.slot, offset: found.offset, length: found.length };
  }
  return undefined;
}
