import { mapBounded } from '@holdfast/kit';
import { readRecords } from '../collect/records.ts';
import type { NodeReference } from '../model.ts';
import { type PackKind, packKey } from '../pack/layout.ts';
import type { CheckContext } from './check-context.ts';
import type { CheckProgress } from './finding.ts';
import type { PackFacts } from './pack-table.ts';
import { visitPoints } from './visit-points.ts';

const headsAtOnce = 16;
const toTheEnd = Number.POSITIVE_INFINITY;

/** Notes every pack that a point needs; nodes are read and authenticated on the way. */
export async function* findNeededPacks(context: CheckContext): AsyncGenerator<CheckProgress> {
  const { table, damage } = context;
  const need = (kind: PackKind, { pack, offset, length }: NodeReference) => table.need(kind, pack, offset + length);
  yield* visitPoints(context, 'maps', {
    once: true,
    node: (reference) => {
      need('meta', reference);
      return !damage.covers('meta', reference);
    },
    chunk: (reference) => need('data', reference),
    lost: (reference, _needer, _range, error) => addLostNode(context, reference, error),
  });
}

/** A node that couldn't be had: with its pack gone, all of the pack is; otherwise its slot. */
export function addLostNode({ answers, damage }: CheckContext, { pack, slot, offset, length }: NodeReference, error: unknown): void {
  const state = answers.stateOf(error);
  const key = packKey('meta', pack);
  if (state === 'absent') damage.add('meta', pack, { state, offset: 0, length: toTheEnd, message: `${key} is not in the store.` });
  else {
    const what = state === 'damaged' ? 'isn’t what was written there' : `can’t be read: ${(error as Error).message}`;
    damage.add('meta', pack, { state, offset, length, slot, message: `Slot ${slot} of ${key}, a part of disk maps, ${what}.` });
  }
}

/** Level 2: every pack that points need or that new backups may come to need exists, has the size that was written, and the SHA-256 where the store keeps one. */
export async function* checkPresence(context: CheckContext, hashes: boolean): AsyncGenerator<CheckProgress> {
  const { inside, table, answers, signal } = context;
  for (const prefix of ['data/', 'meta/']) {
    for await (const { key, size } of inside.store.list(prefix)) {
      signal?.throwIfAborted();
      table.list(key.slice(key.lastIndexOf('/') + 1), size);
    }
  }
  await noteReleased(context);
  const asks = hashes && inside.store.capabilities.verifiesSha256;
  let done = 0;
  for (const some of groupsOf(table.wanted(), 16 * headsAtOnce)) {
    await mapBounded(some, headsAtOnce, async (pack) => {
      signal?.throwIfAborted();
      if (pack.listed > 0 && !(asks && pack.sha256 !== undefined)) judgeSize(context, pack, pack.listed);
      else await judgeHead(context, pack);
    });
    done += some.length;
    yield { kind: 'progress', stage: 'presence', done, total: 0, bytes: answers.bytes };
  }
}

/** After the packs were listed: what isn't there then, and isn't released, is missing. Records that can't be read have a finding of their own. */
async function noteReleased({ inside, table, answers }: CheckContext): Promise<void> {
  try {
    for (const pack of (await readRecords(inside.store, inside.keys)).packs) table.release(pack);
  } catch (error) {
    answers.stateOf(error);
    table.releaseUnneeded();
  }
}

async function judgeHead(context: CheckContext, pack: PackFacts): Promise<void> {
  const { inside, answers, damage, table } = context;
  const { kind, id } = pack;
  const key = packKey(kind, id);
  const all = { offset: 0, length: toTheEnd };
  try {
    const info = await inside.store.head(key);
    answers.fetched(0);
    if (info === undefined) {
      const offered = pack.needed ? '' : ' No point needs it, but new backups would refer to it.';
      return damage.add(kind, id, { ...all, state: 'absent', stays: !pack.needed, message: `${key} is not in the store.${offered}` });
    }
    table.list(id, info.size);
    judgeSize(context, pack, info.size);
    if (info.sha256 !== undefined && pack.sha256 !== undefined && info.sha256 !== pack.sha256)
      damage.add(kind, id, { ...all, state: 'damaged', message: `${key} has another SHA-256 than was written, says the store.` });
  } catch (error) {
    damage.add(kind, id, { ...all, state: answers.stateOf(error), message: `${key} can’t be looked up: ${(error as Error).message}` });
  }
}

function judgeSize({ damage }: CheckContext, { kind, id, size, neededTo }: PackFacts, there: number): void {
  const least = size > 0 ? size : neededTo;
  const key = packKey(kind, id);
  if (there < least) damage.add(kind, id, { state: 'damaged', offset: there, length: toTheEnd, message: `${key} has ${there} bytes; ${least} were written.` });
  else if (size > 0 && there > size)
    damage.add(kind, id, { state: 'damaged', offset: there, length: 0, message: `${key} has ${there} bytes; ${size} were written.` });
}

export function* groupsOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    if (group.push(item) < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
