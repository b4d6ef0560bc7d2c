import { committedSegments, forEachSegment } from '../index/known-chunks.ts';
import type { KnownRuns } from '../index/known-runs.ts';
import type { IndexView } from '../index/local-index.ts';
import type { OpenVault } from '../open-vault.ts';
import { type ChunkTable, newChunkTable, rememberChunk, tableEntriesMax } from '../pipeline/chunk-table.ts';
import type { SharedControl } from '../pipeline/shared-control.ts';

/** What a session may reuse: chunks of committed sessions in packs that nobody wants to delete. */
export interface SessionKnowledge extends Disposable {
  /** of chunks that this session stores; without a cache folder, of those that the vault holds, too */
  readonly table: ChunkTable;
  /** the vault's chunks on this machine's disk */
  readonly runs: KnownRuns | undefined;
  /** packs that places may name, counted from 0; the session's own follow */
  readonly packCount: number;
  packIdOf(ordinal: number): string;
  /** a sentence each, for people */
  readonly notices: readonly string[];
}

export interface KnowledgeOptions {
  /** packs to treat as absent */
  readonly absent: ReadonlySet<string>;
  /** what may be read in this session, for the size of the table */
  readonly expectedBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** With a cache folder a session remembers only what it stores itself: 32 MiB for 200 GiB of unique chunks. */
const ownEntriesMax = 1 << 20;
/** A row takes 18 to 42 bytes in an index object: this overestimates at most twice. */
const indexBytesPerRow = 20;

/** Only for a session that has registered and read the collection records. */
export async function readKnownChunks(vault: OpenVault, control: SharedControl, options: KnowledgeOptions): Promise<SessionKnowledge> {
  if (vault.index === undefined) return readIntoTable(vault, control, options, []);
  let view: IndexView;
  try {
    view = await vault.index.view(options);
  } catch (error) {
    const { code, syscall, message } = error as { code?: string; syscall?: string; message: string };
    if (code === undefined || syscall === undefined) throw error;
    return readIntoTable(vault, control, options, [`the index cache can’t be used (${message}); the index is held in memory as far as that goes`]);
  }
  const expected = options.expectedBytes / vault.description.chunker.averageBytes;
  return {
    table: newChunkTable(Math.min(ownEntriesMax, expected)),
    runs: view,
    packCount: view.packCount,
    packIdOf: (pack) => view.packIdOf(pack),
    notices: view.notices,
    [Symbol.dispose]: () => view[Symbol.dispose](),
  };
}

/** Without a cache folder: 128 MiB hold 3.3 million chunks, about 0.8 TiB; of a larger vault, what doesn't fit is stored again where it occurs. */
async function readIntoTable(
  vault: OpenVault,
  control: SharedControl,
  { absent, expectedBytes, signal }: KnowledgeOptions,
  why: string[],
): Promise<SessionKnowledge> {
  const segments = await committedSegments(vault.store);
  const rows = segments.reduce((sum, { size }) => sum + size / indexBytesPerRow, 0);
  const table = newChunkTable(Math.min(tableEntriesMax, rows + expectedBytes / vault.description.chunker.averageBytes));
  const packIds: string[] = [];
  const ordinals = new Map<string, number>();
  let forgotten = 0;
  const leftOut = await forEachSegment(
    vault.store,
    vault.keys,
    segments,
    (segment) => {
      for (const row of segment.rows()) {
        const pack = segment.packs[row.pack]!.id;
        if (absent.has(pack)) continue;
        let ordinal = ordinals.get(pack);
        if (ordinal === undefined) {
          ordinal = packIds.push(pack) - 1;
          ordinals.set(pack, ordinal);
        }
        if (!rememberChunk(control, table, row.id, { ordinal, slot: row.slot, offset: row.offset, length: row.length })) forgotten++;
      }
    },
    signal,
  );
  const loss =
    forgotten === 0 ? [] : [`${forgotten} chunks of the vault don’t fit into memory and are stored again where they occur; a cache folder has room for them`];
  return {
    table,
    runs: undefined,
    packCount: packIds.length,
    packIdOf: (ordinal) => packIds[ordinal]!,
    notices: [...why, ...leftOut, ...loss],
    [Symbol.dispose]: () => {},
  };
}
