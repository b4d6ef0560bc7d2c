import { join } from 'node:path';
import { Semaphore } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { hkdf, type VaultKeys } from '../keys/derive.ts';
import { vaultSigner } from '../mover/signing.ts';
import type { VaultEnvironment } from '../vault.ts';
import { catchUp } from './catch-up.ts';
import type { KnownRun } from './known-runs.ts';
import { mayMerge, mergeGroup, mergeGroups } from './merge-objects.ts';
import { type OpenRun, packIdIn } from './open-run.ts';
import { RunFolder } from './run-folder.ts';
import { packEntryBytes } from './run-layout.ts';
import type { RunSource } from './run-writer.ts';

/** What one session may look up, as long as it holds it. */
export interface IndexView extends Disposable {
  /** what worker threads need */
  readonly runs: readonly KnownRun[];
  readonly key: Uint8Array;
  /** packs that places may name, counted from 0 */
  readonly packCount: number;
  packIdOf(pack: number): string;
  readonly chunks: number;
  /** a sentence each, for people */
  readonly notices: readonly string[];
}

export interface ViewOptions {
  /** packs to treat as absent, by the collection records that were read after the session had registered */
  readonly absent: ReadonlySet<string>;
  /** whether this session may rely on what an index object says; all committed ones when absent */
  readonly mayUse?: ((source: RunSource) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The vault's index on this machine's disk (docs/adr/0012): a cache, which may be removed at any time, and in which nothing is
 * believed that isn't as this vault's keys sealed it. Memory is about 1.1 bytes a chunk, shared by all sessions and threads.
 */
export class LocalIndex implements Disposable {
  readonly #context: { readonly store: ObjectStore; readonly keys: VaultKeys; readonly environment: VaultEnvironment };
  readonly #folder: RunFolder;
  readonly #oneAtATime = new Semaphore(1);

  /** @param cacheFolder of all vaults; this one's lies in it under the vault's id */
  constructor(cacheFolder: string, context: { readonly store: ObjectStore; readonly keys: VaultKeys; readonly environment: VaultEnvironment }) {
    this.#context = context;
    const { metadata, vaultId, signing } = context.keys;
    // What a write-only mover may rely on, others must not: its cache is its own.
    const reader = signing === undefined || signing.own.signer === vaultSigner ? vaultId : `${vaultId}-${signing.own.signer}`;
    const key = hkdf(metadata, Buffer.from(vaultId, 'hex'), `holdfast/1/index-cache/${reader}`);
    this.#folder = new RunFolder(join(cacheFolder, reader, 'index'), key, context.environment.clock);
  }

  /** Catches up with the vault, and says what the session may use. */
  async view({ absent, mayUse = () => true, signal }: ViewOptions): Promise<IndexView> {
    return this.#oneAtATime.run(async () => {
      const { store, keys, environment } = this.#context;
      const folder = this.#folder;
      const { listed, notices } = await catchUp({ store, keys, random: environment.random, folder, signal });
      const open = folder.runs;
      const held = folder.retain(open);
      const bases: number[] = [];
      let packCount = 0;
      const runs = open.map((run): KnownRun => {
        bases.push(packCount);
        packCount += run.packs.length / packEntryBytes;
        return { run: run.shared, base: bases.at(-1)!, usable: usablePacks(run, (source) => listed.has(source.key) && mayUse(source), absent) };
      });
      return {
        runs: runs.reverse(), // what is new is met most often
        key: folder.key,
        packCount,
        packIdOf: (pack) => {
          const index = bases.findLastIndex((base) => base <= pack);
          return packIdIn(open[index]!, pack - bases[index]!);
        },
        chunks: open.reduce((sum, { rows }) => sum + rows, 0),
        notices,
        [Symbol.dispose]: () => held[Symbol.dispose](),
      };
    });
  }

  /**
   * Makes few index objects of many in the vault, so that all movers have less to list and to read. Answers with the keys written,
   * and those of objects that had been replaced before and that nobody needs any more.
   *
   * @param options.isGone packs that collection has removed for ever
   */
  async mergeObjects(options: {
    isGone(packId: string): boolean;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{ readonly written: readonly string[]; readonly superseded: readonly string[] }> {
    return this.#oneAtATime.run(async () => {
      const { store, keys, environment } = this.#context;
      const { inUse, superseded } = await catchUp({ store, keys, random: environment.random, folder: this.#folder, signal: options.signal });
      const written: string[] = [];
      if (!mayMerge(keys)) return { written, superseded: [] };
      const left = shareLeft(this.#folder.runs, options.isGone);
      for (const group of mergeGroups(inUse, ({ key, size }) => size * (left.get(key) ?? 1))) {
        const key = await mergeGroup({ store, keys, random: environment.random, signal: options.signal }, group, options.isGone);
        if (key !== undefined) written.push(key);
      }
      return { written, superseded };
    });
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** By index object: how many of its packs aren’t gone, from 0 to 1. */
function shareLeft(runs: readonly OpenRun[], isGone: (packId: string) => boolean): Map<string, number> {
  const shares = new Map<string, number>();
  for (const run of runs) {
    const packs = new Uint32Array(run.sources.length);
    const left = new Uint32Array(run.sources.length);
    for (let pack = 0; pack < run.packs.length / packEntryBytes; pack++) {
      const source = run.packs.readUInt32LE(pack * packEntryBytes + 16);
      packs[source]!++;
      if (!isGone(packIdIn(run, pack))) left[source]!++;
    }
    for (const [source, { key }] of run.sources.entries()) if (packs[source]! > 0) shares.set(key, left[source]! / packs[source]!);
  }
  return shares;
}

/** A byte for each pack: 1 where the object that named it counts and no collection removes it. */
function usablePacks(run: OpenRun, counts: (source: RunSource) => boolean, absent: ReadonlySet<string>): Uint8Array {
  const ofSource = run.sources.map(counts);
  const usable = new Uint8Array(new SharedArrayBuffer(run.packs.length / packEntryBytes));
  for (let pack = 0; pack < usable.length; pack++) {
    const named = ofSource[run.packs.readUInt32LE(pack * packEntryBytes + 16)]!;
    usable[pack] = named && !(absent.size > 0 && absent.has(packIdIn(run, pack))) ? 1 : 0;
  }
  return usable;
}
