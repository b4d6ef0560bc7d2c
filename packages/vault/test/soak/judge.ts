import { createHash } from 'node:crypto';
import type { ObjectStore } from '@holdfast/store';
import { followPoint, SeenSlots } from '../../src/collect/follow-maps.ts';
import { readPlaces } from '../../src/collect/places.ts';
import { presentSessions } from '../../src/collect/present-sessions.ts';
import { listCycles } from '../../src/collect/records.ts';
import { type CheckLevel, checkVault, collectVault, isReadable, type NodeReference, openVault, type RecoveryPoint, type Vault } from '../../src/index.ts';
import { insideOf } from '../../src/inside.ts';
import { type PackKind, packKey } from '../../src/pack/layout.ts';
import { openManifest, parsePointId } from '../../src/point/manifest.ts';
import { capacity } from './disk-history.ts';
import type { Note } from './journal.ts';
import { environmentOf, passphrase } from './setting.ts';

export interface Judgement {
  readonly violations: string[];
  readonly points: { readonly living: number; readonly deleted: number; readonly neverAcknowledged: number };
}

/** What the journals say of one point. */
interface Expected {
  readonly sha256: string;
  committed: boolean;
  deleted: boolean;
  /** some request to delete it, or to bring it back, may have taken effect unseen: then nobody can say which of the two it is */
  unclear: boolean;
  under: 'deletion' | 'undoing' | undefined;
}

export function openForJudging(store: ObjectStore): Promise<Vault> {
  return openVault(store, { passphrase }, environmentOf('judge', true), { workers: 2, packBytes: 4 * 1024 * 1024, segmentBuffers: 4 });
}

/**
 * Compares a vault at rest with what was noted outside of it. Every point that must be there is restored and hashed. While a cycle
 * is open, points that were committed late may be refused; they are looked at after the last collection.
 *
 * @param seen points that an earlier judgement has restored: of these only the packs are looked at, by the vault's own check
 */
export async function judge(store: ObjectStore, notes: readonly Note[], level: CheckLevel, seen: Set<string> = new Set()): Promise<Judgement> {
  const expected = expectedPoints(notes);
  const violations = notes.flatMap((note) => (note.at === 'violation' ? [note.what] : []));
  for (const note of notes)
    if (note.at === 'restored' && expected.get(note.point)?.sha256 !== note.sha256)
      violations.push(`a restore of ${note.point} gave other content than was committed`);
  const vault = await openForJudging(store);
  const collecting = (await listCycles(store)).some(({ closed }) => !closed);
  try {
    const living = new Set<string>();
    for await (const point of vault.points()) {
      if (!isReadable(point)) violations.push(`${point.id} can’t be read: ${point.reason}`);
      else if (!expected.has(point.id)) violations.push(`nobody meant to commit ${point.id}`);
      else if (!seen.has(point.id)) {
        const wrong = await restoresOtherwise(vault, point.id, expected.get(point.id)!.sha256, collecting);
        if (wrong === undefined) seen.add(point.id);
        else violations.push(wrong);
      }
      living.add(point.id);
    }
    for (const [id, { committed, deleted, unclear }] of expected) {
      if (unclear) continue;
      if (committed && !deleted && !living.has(id)) violations.push(`${id} was committed, is not deleted, and is gone`);
      if (deleted && living.has(id)) violations.push(`${id} was deleted and is back`);
    }
    for await (const finding of checkVault(vault, { level }))
      if (finding.kind === 'finding' && finding.state !== 'notice') violations.push(`${finding.code} ${finding.object}: ${finding.message}`);
    const neverAcknowledged = [...living].filter((id) => expected.get(id)?.committed === false).length;
    return { violations, points: { living: living.size, deleted: [...expected.values()].filter(({ deleted }) => deleted).length, neverAcknowledged } };
  } finally {
    await vault.close();
  }
}

function expectedPoints(notes: readonly Note[]): Map<string, Expected> {
  const expected = new Map<string, Expected>();
  for (const note of notes)
    if (note.at === 'intended') expected.set(note.point, { sha256: note.sha256, committed: false, deleted: false, unclear: false, under: undefined });
  for (const note of notes) {
    if (note.at === 'late') {
      for (const key of note.keys) {
        const point = expected.get(key.replace(/^deleted\//, ''));
        if (point !== undefined) point.unclear = true;
      }
    }
    const point = 'point' in note ? expected.get(note.point) : undefined;
    if (point === undefined) continue;
    if (note.at === 'committed') point.committed = true;
    if (note.at === 'deleting' || note.at === 'undeleting') {
      if (point.under !== undefined) point.unclear = true;
      point.under = note.at === 'deleting' ? 'deletion' : 'undoing';
    }
    if (note.at === 'deleted' || note.at === 'undeleted') {
      point.deleted = note.at === 'deleted';
      point.under = undefined;
    }
    if (note.at === 'refused') point.under = undefined;
  }
  for (const point of expected.values()) if (point.under !== undefined) point.unclear = true;
  return expected;
}

async function restoresOtherwise(vault: Vault, id: string, sha256: string, collecting: boolean): Promise<string | undefined> {
  const bytes = Buffer.alloc(capacity);
  try {
    const session = await vault.beginRestore(id);
    const write = async (offset: number, from: Uint8Array) => bytes.set(from, offset);
    await session.restoreDisk({ disk: 2000, sink: { order: 'any', write, zero: async () => {} } }).finally(() => session.end());
  } catch (error) {
    if (collecting && (error as { code?: string }).code === 'RESTORE_REFUSED') return undefined;
    return `${id} doesn’t restore: ${(error as { code?: string }).code} ${(error as Error).message}`;
  }
  return createHash('sha256').update(bytes).digest('hex') === sha256 ? undefined : `${id} restores to other content than was committed`;
}

/** Points that must be there and restore, by the journals; those brought back first. */
export function certainPoints(notes: readonly Note[]): string[] {
  const sure = [...expectedPoints(notes)].filter(([, { committed, deleted, unclear }]) => committed && !deleted && !unclear).map(([id]) => id);
  const broughtBack = new Set(notes.flatMap((note) => (note.at === 'undeleted' ? [note.point] : [])));
  return [...sure.filter((id) => broughtBack.has(id)), ...sure.filter((id) => !broughtBack.has(id))];
}

const roundsMax = 8;

/** Collects until there is nothing to do. Whoever was killed is given up on the way, once his lease has run out. */
export async function collectToTheEnd(store: ObjectStore): Promise<{ rounds: number; packs: number; fenced: number }> {
  const vault = await openForJudging(store);
  const sums = { packs: 0, fenced: 0 };
  for (let rounds = 1; rounds <= roundsMax; rounds++) {
    const report = await collectVault(vault, { apply: true, waitMs: 60_000 });
    if (report.state === 'nothing to do') return { rounds, ...sums };
    sums.packs += report.packs;
    sums.fenced += report.fenced.length;
  }
  throw new Error(`collection found something to do ${roundsMax} times in a row in a vault at rest`);
}

/** After the last collection: packs that nothing needs, named; and how many objects of what kind have stayed. */
export async function garbage(vault: Vault): Promise<{ violations: string[]; objects: Record<string, number> }> {
  const { store, keys, environment } = insideOf(vault);
  const points = (await Array.fromAsync(vault.points())).filter(isReadable);
  // A session that was killed while it brought a point back keeps that point's packs, until it is removed by hand.
  for (const session of await presentSessions({ store, keys, environment })) {
    if (session.kind !== 'undelete' || session.point === undefined) continue;
    const { vmId, sessionId } = parsePointId(session.point)!;
    points.push(openManifest(keys, vmId, sessionId, await store.get(`points/${session.point}`)));
  }
  const needed = await packsNow(vault, points);
  const violations: string[] = [];
  const objects: Record<string, number> = {};
  for await (const { key } of store.list('')) {
    const kind = key.split('/')[0]!;
    objects[kind] = (objects[kind] ?? 0) + 1;
    if ((kind === 'data' || kind === 'meta') && !needed.has(key)) violations.push(`${key} is needed by nothing and has stayed after the last collection`);
  }
  return { violations, objects };
}

/** Keys of the packs that restoring these points reads: where the content lies now, whatever was rewritten. */
export async function packsNow(vault: Vault, points: readonly RecoveryPoint[]): Promise<Set<string>> {
  const { store, keys } = insideOf(vault);
  const needed = new Set<string>();
  const places = await readPlaces({ store, keys });
  for (const point of points) {
    const need = (kind: PackKind, slot: NodeReference) => void needed.add(packKey(kind, places.of(kind, slot).pack));
    await followPoint({ store, keys }, point, new SeenSlots(), need).catch(() => {});
  }
  return needed;
}
