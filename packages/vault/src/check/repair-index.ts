import { createHash } from 'node:crypto';
import { idBytes } from '../format.ts';
import { repairKeyOf } from '../index/repair-name.ts';
import { encodeSegment, type IndexedPack, rowBytes, writeRow } from '../index/segment.ts';
import { insideOf } from '../inside.ts';
import { packKey } from '../pack/layout.ts';
import { readingKeys } from '../pack/pack-keys.ts';
import { sealObject } from '../sealed-object.ts';
import { putOnce } from '../session/put-once.ts';
import type { Vault } from '../vault.ts';
import { Answers } from './answers.ts';
import type { CheckContext } from './check-context.ts';
import { readSegments, unnamedPacks } from './check-index.ts';
import { findNeededPacks } from './check-packs.ts';
import { CheckState } from './check-state.ts';
import { Damage } from './damage.ts';
import { type CheckProgress, type Finding, finding } from './finding.ts';
import { PackTable } from './pack-table.ts';
import { livePoints } from './read-points.ts';
import { readWholePack } from './read-whole-pack.ts';

/** About 14 MiB of rows, and as much again while they are sorted. */
const rowsPerSegmentMax = 262_144;

/** The last thing that a repair of the index yields. */
export interface IndexRepair {
  readonly kind: 'repaired';
  /** keys of the segments written */
  readonly segments: readonly string[];
  readonly packs: number;
  readonly slots: number;
  /** packs that stay without an entry, since they are damaged, absent or unreadable */
  readonly leftOut: number;
}

/**
 * Gives every pack that a point needs and no index segment names an entry again, from its slots: each is opened and hashed
 * before it is named. Damaged packs are left out, so that nothing new comes to depend on them, and reported.
 *
 * With `vouch`, segments of write-only movers count as none: what they name is read, and named again by somebody with the master key.
 *
 * Other processes may go on writing meanwhile; docs/vault-format.md §8.1 says why that is safe.
 * Memory: as a check of level 2, one pack, and 30 MiB.
 */
export async function* repairIndex(
  vault: Vault,
  options: { readonly vouch?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Finding | CheckProgress | IndexRepair> {
  const inside = insideOf(vault);
  readingKeys(inside.keys, 'Repairing an index');
  const { signal } = options;
  const state = await CheckState.load(undefined, inside.keys.vaultId);
  const context: CheckContext = { inside, signal, state, answers: new Answers(), table: new PackTable(), damage: new Damage() };
  const { table, answers } = context;
  for await (const point of livePoints({ ...inside, signal })) for (const { id, size, sha256 } of point.introduced.packs) table.record(id, size, sha256);
  yield* findNeededPacks(context);
  yield* readSegments(context, (segment, { vouched }) => {
    if (options.vouch && !vouched) return;
    for (const { id, size, sha256, kind, slots } of segment.packs) table.record(id, size, sha256, { kind, slots });
  });
  const unnamed = [...unnamedPacks(context)];
  const sums = { segments: [] as string[], packs: 0, slots: 0, leftOut: 0 };
  let open: { packs: IndexedPack[]; rows: Buffer[]; count: number } = { packs: [], rows: [], count: 0 };
  const put = async () => {
    if (open.packs.length > 0) sums.segments.push(await putSegment(context, open.packs, open.rows));
    open = { packs: [], rows: [], count: 0 };
  };
  for (const [done, id] of unnamed.entries()) {
    signal?.throwIfAborted();
    const read = await indexPack(context, id);
    if ('code' in read) {
      sums.leftOut++;
      yield read;
    } else {
      open.packs.push(read.pack);
      open.rows.push(read.rows);
      open.count += read.rows.length / rowBytes;
      sums.packs++;
      sums.slots += read.pack.slots;
      if (open.count >= rowsPerSegmentMax) await put();
    }
    yield { kind: 'progress', stage: 'reading', done: done + 1, total: unnamed.length, bytes: answers.bytes };
  }
  await put();
  yield { kind: 'repaired', ...sums };
}

async function indexPack(context: CheckContext, id: string): Promise<{ pack: IndexedPack; rows: Buffer } | Finding> {
  const { kind, sha256 } = context.table.facts(context.table.rowOf(id));
  const key = packKey(kind, id);
  const read = await readWholePack(context, { kind, id, sha256 });
  if ('state' in read) return finding('PACK', read.state, key, `${read.message}; it stays without an index entry.`);
  const { bytes, problems, slots } = read;
  if (problems[0] !== undefined) {
    const message = `${key} isn’t what was written in ${problems[0].what}; it stays without an index entry. A check of level 4 tells what that costs.`;
    return finding('PACK', 'damaged', key, message);
  }
  const rows = Buffer.alloc(kind === 'data' ? slots.length * rowBytes : 0);
  if (kind === 'data') for (const [index, slot] of slots.entries()) writeRow(rows, index, slot);
  const pack = { id, kind, size: bytes.length, sha256: sha256 ?? createHash('sha256').update(bytes).digest('hex'), slots: slots.length };
  return { pack, rows };
}

async function putSegment({ inside, signal }: CheckContext, packs: readonly IndexedPack[], rows: readonly Buffer[]): Promise<string> {
  const { store, keys, environment } = inside;
  const sessionId = Buffer.from(environment.random.bytes(idBytes)).toString('hex');
  const key = repairKeyOf(sessionId);
  await putOnce(store, key, sealObject(keys, { kind: 'HFINDEX1', key, sessionId }, encodeSegment(packs, rows), environment.random), undefined, signal);
  return key;
}
