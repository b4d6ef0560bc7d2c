import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@holdfast/kit';
import { holdFolder } from './hold-folder.ts';
import { closeRun, type OpenRun, openRun } from './open-run.ts';
import { runPrefix, unfinishedPrefix } from './run-writer.ts';

const looksMax = 5;

/**
 * The runs in one folder, which several processes may share. Runs are never changed: they come by renaming and go by being
 * removed, while whoever has one open goes on reading it. Only one process at a time adds and removes, so that none does it twice.
 */
export class RunFolder implements Disposable {
  readonly path: string;
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #open = new Map<string, OpenRun>();
  /** files that weren't runs of this vault when they were looked at */
  readonly #strange = new Set<string>();

  constructor(path: string, key: Uint8Array, clock: Clock) {
    this.path = path;
    this.#key = key;
    this.#clock = clock;
  }

  get key(): Uint8Array {
    return this.#key;
  }

  /** largest first */
  get runs(): readonly OpenRun[] {
    return [...this.#open.values()].filter((run) => !isDamaged(run)).sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
  }

  /** How many files are there that can't be used. */
  get damaged(): number {
    return this.#strange.size + [...this.#open.values()].filter(isDamaged).length;
  }

  /** Sees what others have added and removed. */
  async look(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    for (let looks = 1; ; looks++) {
      const names = new Set((await readdir(this.path)).filter((name) => name.startsWith(runPrefix)));
      for (const run of this.#open.values()) if (!names.has(run.name)) this.#forget(run);
      for (const name of this.#strange) if (!names.has(name)) this.#strange.delete(name);
      let gone = false;
      for (const name of names) {
        if (this.#open.has(name) || this.#strange.has(name)) continue;
        try {
          const run = await openRun(join(this.path, name), name, this.#key);
          if (run === undefined) this.#strange.add(name);
          else this.#open.set(name, run);
        } catch (error) {
          if ((error as { code?: string }).code !== 'ENOENT') throw error;
          gone = true; // merged by another process: what it became is there
        }
      }
      if (!gone || looks === looksMax) return;
    }
  }

  /** Lets one process at a time change the folder; while it does, others wait and then see what it did. */
  async change<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await using _hold = await holdFolder(this.path, this.#clock, signal);
    for (const name of await readdir(this.path)) if (name.startsWith(unfinishedPrefix)) await rm(join(this.path, name), { force: true });
    await this.look();
    await this.remove([...this.#open.values()].filter(isDamaged));
    for (const name of this.#strange) await rm(join(this.path, name), { force: true });
    this.#strange.clear();
    await this.#removeCovered();
    return await work();
  }

  /** A merge that was killed before it removed what it merged leaves both. */
  async #removeCovered(): Promise<void> {
    const seen = new Set<string>();
    for (const run of this.runs) {
      if (run.sources.every(({ key }) => seen.has(key))) await this.remove([run]);
      for (const { key } of run.sources) seen.add(key);
    }
  }

  async remove(runs: readonly OpenRun[]): Promise<void> {
    for (const run of runs) {
      await rm(join(this.path, run.name), { force: true });
      this.#forget(run);
    }
  }

  #forget(run: OpenRun): void {
    this.#open.delete(run.name);
    if (run.users === 0) closeRun(run);
  }

  /** Keeps files open that a session reads, whatever becomes of their names. */
  retain(runs: readonly OpenRun[]): Disposable {
    for (const run of runs) run.users++;
    return {
      [Symbol.dispose]: () => {
        for (const run of runs) if (--run.users === 0 && this.#open.get(run.name) !== run) closeRun(run);
      },
    };
  }

  [Symbol.dispose](): void {
    for (const run of [...this.#open.values()]) this.#forget(run);
  }
}

function isDamaged(run: OpenRun): boolean {
  return Atomics.load(run.shared.damaged, 0) !== 0;
}
