import { type IndexName, parseIndexKey } from '../index/index-names.ts';
import { decodeMerged, type MergedContent } from '../index/merged-object.ts';
import { decodeSegment } from '../index/segment.ts';
import type { VaultInside } from '../inside.ts';
import { packKey } from '../pack/layout.ts';
import { openSigned } from '../sealed-object.ts';
import type { Answers } from './answers.ts';
import type { CheckContext } from './check-context.ts';
import { type Finding, finding } from './finding.ts';
import { livePoints, readPoints } from './read-points.ts';

/** A segment that writers may use. */
export interface UsableSegment extends IndexName {
  /** by somebody with the master key: everybody may use it, and not only the mover that wrote it */
  readonly vouched: boolean;
}

/** What all kinds of index objects have. */
type IndexContent = Omit<MergedContent, 'replaces'>;

const costsNothing = 'It costs no point; chunks that it names are stored again where they occur. `holdfast vault repair --index` makes a new one.';

export interface SegmentsContext {
  readonly inside: VaultInside;
  readonly answers: Answers;
  readonly signal?: AbortSignal | undefined;
}

/** Reads all segments that writers may use, one at a time; those of sessions that never committed and are over are a notice. */
export async function* readSegments(context: SegmentsContext, work: (segment: IndexContent, name: UsableSegment) => void): AsyncGenerator<Finding> {
  const { inside, answers, signal } = context;
  const { store, keys } = inside;
  const committed = new Set<string>();
  for await (const { name, content } of readPoints({ store, keys, signal })) if (name !== undefined && content !== 'fence') committed.add(name.sessionId);
  for await (const { key } of store.list('index/')) {
    signal?.throwIfAborted();
    const name = parseIndexKey(key);
    if (name === undefined) continue; // of a later revision: those who wrote it check it
    const { kind, sessionId } = name;
    if (kind === 'segment' && !committed.has(sessionId)) {
      if ((await store.head(`sessions/${sessionId}`)) === undefined && !(await committedSince(inside, sessionId)))
        yield finding('INDEX', 'notice', key, `${key} was left by a session that never committed a point, or whose point is gone; it isn’t used.`);
      continue;
    }
    try {
      const bytes = await store.get(key, { signal });
      answers.fetched(bytes.length);
      const { content, provenance } = openSigned(keys, sealedNameOf(name), bytes);
      work(decode(name, content), { ...name, vouched: provenance === undefined || provenance.state === 'vault' });
    } catch (error) {
      const state = answers.stateOf(error);
      if (state !== 'absent')
        yield finding('INDEX', state, key, `Index segment ${key} ${state === 'damaged' ? 'isn’t what was written' : 'can’t be read'}. ${costsNothing}`);
    }
  }
}

const sealedNameOf = ({ kind, key, sessionId }: IndexName) => ({ kind: kind === 'merged' ? 'HFMERGE1' : 'HFINDEX1', key, sessionId }) as const;
const decode = ({ kind }: IndexName, content: Buffer): IndexContent => (kind === 'merged' ? decodeMerged(content) : decodeSegment(content));

/** The session may have committed and ended since the points were listed. */
async function committedSince({ store }: VaultInside, sessionId: string): Promise<boolean> {
  for await (const { key } of store.list('points/')) if (key.endsWith(sessionId)) return true;
  return false;
}

/** Opens the index, notes what it says about packs, and names the segments that are missing. */
export async function* checkIndex(context: CheckContext, usable: UsableSegment[]): AsyncGenerator<Finding> {
  const { table } = context;
  const damaged: Finding[] = [];
  const there = new Set<string>();
  for await (const { key } of context.inside.store.list('index/')) there.add(key);
  const found = readSegments(context, (segment, name) => {
    usable.push(name);
    for (const { id, size, sha256, kind, slots } of segment.packs) table.record(id, size, sha256, { kind, slots });
  });
  for await (const one of found) {
    if (one.state === 'damaged') damaged.push(one);
    else yield one;
  }
  const unnamed = new Set(unnamedPacks(context));
  for (const one of damaged) {
    if (unnamed.size > 0) yield one;
    else yield finding('INDEX', 'notice', one.object, `Index segment ${one.object} isn’t what was written; others name all packs that points need.`);
  }
  if (unnamed.size === 0) return;
  for await (const point of livePoints({ ...context.inside, signal: context.signal })) {
    const gone = point.introduced.segments.filter((key) => !there.has(key));
    const lost = point.introduced.packs.filter(
      ({ id }) => (gone.length > 0 || damaged.some(({ object }) => point.introduced.segments.includes(object))) && unnamed.delete(id),
    );
    if (lost.length === 0) continue;
    for (const key of gone)
      yield finding('INDEX', 'absent', key, `Index segment ${key} is not in the store, and no other names all of its packs. ${costsNothing}`);
  }
  if (unnamed.size > 0) yield finding('INDEX', 'absent', 'index/', `No index segment names ${unnamed.size} packs that points need. ${costsNothing}`);
}

/** Packs that points need and no segment names. */
export function* unnamedPacks({ table }: CheckContext): Generator<string> {
  for (const { id } of table.needed()) if (!table.isNamed(id)) yield id;
}

/** Level 4: rows of the index name slots as they are in the packs read just now. */
export async function* checkRows(context: CheckContext, usable: readonly UsableSegment[], intact: (row: IntactRow) => boolean): AsyncGenerator<Finding> {
  const { table, damage, inside, answers, signal } = context;
  for (const name of usable) {
    const { key } = name;
    signal?.throwIfAborted();
    let wrong = 0;
    let example = '';
    try {
      const bytes = await inside.store.get(key, { signal });
      answers.fetched(bytes.length);
      const segment = decode(name, openSigned(inside.keys, sealedNameOf(name), bytes).content);
      for (const { id, pack, slot, offset, length } of segment.rows()) {
        const packId = segment.packs[pack]!.id;
        if (!table.isKnown(packId) || intact({ pack: packId, slot, offset, length, id: id.toString('hex') })) continue;
        if (damage.covers('data', { pack: packId, slot, offset, length, id: '' })) continue;
        wrong++;
        example = `slot ${slot} of ${packKey('data', packId)}`;
      }
    } catch (error) {
      if (answers.stateOf(error) === 'absent') continue; // dropped by collection meanwhile
      wrong ||= 1;
      example ||= (error as Error).message;
    }
    if (wrong > 0)
      yield finding('INDEX', 'damaged', key, `${wrong} rows of ${key} don’t agree with the packs: ${example}. New points may refer to what isn’t there.`);
  }
}

export interface IntactRow {
  readonly pack: string;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
  readonly id: string;
}
