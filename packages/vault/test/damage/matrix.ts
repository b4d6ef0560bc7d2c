import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { type CheckLevel, type Finding, openVault } from '../../src/index.ts';
import { insideOf } from '../../src/inside.ts';
import { packIdOf, readTrailer } from '../../src/pack/layout.ts';
import { packsOfPoint } from '../../src/point/packs-of-point.ts';
import { walkLeaves } from '../../src/tree/walk.ts';
import { checked } from '../expect-sound.ts';
import { environment } from '../vault-fixture.ts';
import { contentHash, type SmallVault } from './small-vault.ts';

export type Damage = 'flip' | 'remove' | 'cut' | 'extend' | 'exchange';

/**
 * What a check can't tell and that harms nothing, and why. Everything else must be found.
 *
 * With a state file of an earlier check, removals of marks, records and fences are found as well.
 */
const harmless: readonly { readonly key: RegExp; readonly damages: readonly Damage[]; readonly why: string }[] = [
  { key: /^key-removals\//, damages: ['flip', 'remove', 'cut', 'extend', 'exchange'], why: 'only the name of a note counts, and it opens nothing' },
  { key: /^gc\/\d+\.closed$/, damages: ['flip', 'cut', 'extend', 'exchange'], why: 'its content has no meaning; collection only looks whether it is there' },
  { key: /^sessions\//, damages: ['remove'], why: 'sessions come and go; one that is gone can’t be told from one that ended' },
  { key: /^(deleted|holds|damaged)\//, damages: ['cut'], why: 'cut to nothing it is a mark as first revisions wrote it, and marks all the same' },
  { key: /^index\//, damages: ['remove'], why: 'where others name its packs, or no point needs them, its chunks are only stored again' },
];

/** What is true of the sound vault, to compare with. */
export interface Truth {
  readonly small: SmallVault;
  readonly stateFile: string;
  readonly state: Buffer;
  readonly level: CheckLevel;
  /** by pack: points that need it */
  readonly needers: ReadonlyMap<string, ReadonlySet<string>>;
  /** by data slot `<pack>/<offset>`: `<point> <offset> <length>` of the disk, one for each place */
  readonly places: ReadonlyMap<string, readonly string[]>;
}

export async function truthOf(small: SmallVault, stateFile: string): Promise<Truth> {
  const { vault } = small;
  const bad = (await checked(vault, { level: 4, stateFile })).findings.filter(({ state }) => state !== 'notice');
  if (bad.length > 0) throw new Error(`the vault isn’t sound to begin with: ${bad[0]!.message}`);
  const { store, keys, description } = insideOf(vault);
  const needers = new Map<string, Set<string>>();
  const places = new Map<string, string[]>();
  for (const { point } of small.points) {
    for (const { id } of (await packsOfPoint(store, keys, point)).values()) needers.set(id, (needers.get(id) ?? new Set()).add(point.id));
    for await (const { segment, entries } of walkLeaves(store, keys, point.disks[0]!.map)) {
      let offset = segment * description.chunker.segmentBytes;
      for (const { pages, chunk } of entries) {
        if (chunk !== undefined) {
          const slot = `${chunk.pack}/${chunk.offset}`;
          places.set(slot, [...(places.get(slot) ?? []), `${point.id} ${offset} ${pages * 4096}`]);
        }
        offset += pages * 4096;
      }
    }
  }
  return { small, stateFile, state: await readFile(stateFile), level: 4, needers, places };
}

/** Puts other bytes under a key, or none, as a store does whose medium fails: it still says what SHA-256 it was given. */
function put({ small }: Truth, key: string, bytes: Uint8Array | undefined): () => void {
  const { objects } = small.store;
  const before = objects.get(key)!;
  if (bytes === undefined) objects.delete(key);
  else objects.set(key, { body: bytes, info: { ...before.info, size: bytes.length } });
  return () => void objects.set(key, before);
}

/** Damages one object, checks and restores everything, and says what is wrong with what was seen; `undefined` when all is as it must be. */
export async function judge(truth: Truth, key: string, damage: Damage, bytes: Uint8Array | undefined, at?: number): Promise<string | undefined> {
  const { small, stateFile, state, level } = truth;
  const original = Buffer.from(small.store.objects.get(key)!.body);
  const undo = put(truth, key, bytes);
  try {
    await writeFile(stateFile, state);
    const { findings } = await checked(small.vault, { level, stateFile });
    return (
      (await notDetected(truth, key, damage, bytes, findings)) ?? notLocated(truth, key, findings, original, at) ?? (await notContained(truth, key, findings))
    );
  } finally {
    undo();
  }
}

async function notDetected(
  truth: Truth,
  key: string,
  damage: Damage,
  bytes: Uint8Array | undefined,
  findings: readonly Finding[],
): Promise<string | undefined> {
  const { small } = truth;
  if (key === 'vault.json' || key.startsWith('keys/')) {
    const opened = await outcomeOfOpening(small, key);
    if (key === 'vault.json' && opened === 'opened') return 'the vault opens with an altered description';
    if (opened === 'another vault') return 'another vault opens';
  }
  // A point that isn't there is missed among its VM's; an index segment by the packs that no other names.
  const isAbout = (object: string) =>
    object === key || (damage === 'remove' && (key.startsWith(object) || (key.startsWith('index/') && object.startsWith('index/'))));
  if (findings.some(({ object }) => isAbout(object))) return undefined;
  const excuse = harmless.some(
    (one) => one.key.test(key) && one.damages.includes(damage) && (damage !== 'cut' || !/^deleted|^holds|^damaged/.test(key) || bytes?.length === 0),
  );
  return excuse && findings.every(({ state }) => state === 'notice') ? undefined : 'nothing was found';
}

async function outcomeOfOpening(small: SmallVault, key: string): Promise<string> {
  for (const [slot, secret] of small.secrets) {
    if (key.startsWith('keys/') && slot !== key) continue;
    try {
      const vault = await openVault(small.store, secret, environment, { workers: 1 });
      await vault.close();
      if (vault.description.id !== small.vault.description.id) return 'another vault';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }
  return 'opened';
}

/** Findings that cost something name exactly the points that need the damaged slot, and exactly the ranges. */
function notLocated({ places, needers }: Truth, key: string, findings: readonly Finding[], original: Buffer, at?: number): string | undefined {
  const elsewhere = findings.find(
    ({ object, state }) => state !== 'notice' && object !== key && !key.startsWith(object) && !(object.startsWith('index/') && /^(index|points)\//.test(key)),
  );
  // Without its mark a deleted point counts again, and what collection took of it is missed.
  if (elsewhere !== undefined && !key.startsWith('deleted/')) return `${elsewhere.object} was found instead`;
  const pack = packIdOf(key);
  const costs = findings.flatMap((finding) => finding.costs);
  if (pack === undefined) {
    if (costs.length > 0 && !/^(points|deleted)\//.test(key)) return 'it costs points';
    return undefined;
  }
  const told = costs.flatMap(({ point, ranges }) => ranges.map(({ offset, length }) => `${point} ${offset} ${length}`));
  if (key.startsWith('meta/')) {
    const stranger = costs.find(({ point }) => needers.get(pack)?.has(point) !== true);
    return stranger === undefined ? undefined : `it costs ${stranger.point}, which doesn’t need it`;
  }
  if (at === undefined) return undefined;
  const offset = slotAt(original, at);
  const expected = offset === undefined ? [] : (places.get(`${pack}/${offset}`) ?? []);
  // Neighbouring ranges are told as one.
  const bytesOf = (ranges: readonly string[]) => ranges.reduce((sum, range) => sum + Number(range.split(' ')[2]), 0);
  const pointsOf = (ranges: readonly string[]) => [...new Set(ranges.map((range) => range.split(' ')[0]))].sort().join();
  return bytesOf(told) === bytesOf(expected) && pointsOf(told) === pointsOf(expected) ? undefined : `it costs ${told} and should cost ${expected}`;
}

/** Offset of the slot that holds a byte of a data pack; `undefined` for its header, table and trailer. */
function slotAt(pack: Buffer, at: number): number | undefined {
  const { tableOffset } = readTrailer(pack.subarray(-24))!;
  for (let offset = 128; offset < tableOffset; ) {
    const length = 48 + pack.readUInt32LE(offset + 12);
    if (at >= offset && at < offset + length) return offset;
    offset += length;
  }
  return undefined;
}

/** What a finding says to cost something fails with a word about it; everything else restores bit for bit. */
async function notContained({ small }: Truth, key: string, findings: readonly Finding[]): Promise<string | undefined> {
  const lost = new Set(findings.flatMap(({ costs }) => costs.map(({ point }) => point)));
  for (const { point, hash } of small.points) {
    const own = key === `points/${point.id}`;
    const seen = await contentHash(small.vault, point.id).catch((error: { code?: string }) => error.code ?? String(error));
    if (lost.has(point.id) || own) {
      if (!/^(PACK|POINT|OBJECT)_/.test(seen)) return `${point.id} should not restore, and gave ${seen}`;
    } else if (seen !== hash) return `${point.id} doesn’t restore: ${seen}`;
  }
  return undefined;
}

/** Every other way than single bytes: gone, shorter, longer, and with the bytes of each other object of its kind, older ones of the same VM among them. */
export function* wholeObjectDamages(
  { small }: Truth,
  key: string,
): Generator<{ readonly damage: Damage; readonly what: string; readonly bytes: Uint8Array | undefined }> {
  const { objects } = small.store;
  const { body } = objects.get(key)!;
  yield { damage: 'remove', what: 'removed', bytes: undefined };
  for (const length of new Set([0, 1, body.length >> 1, body.length - 25, body.length - 1])) {
    if (length >= 0 && length < body.length) yield { damage: 'cut', what: `cut to ${length}`, bytes: body.subarray(0, length) };
  }
  for (const more of [1, 4096]) yield { damage: 'extend', what: `longer by ${more}`, bytes: Buffer.concat([body, randomBytes(more)]) };
  const kind = key.slice(0, key.indexOf('/') + 1);
  for (const [other, { body: theirs }] of objects)
    if (other !== key && kind !== '' && other.startsWith(kind) && Buffer.compare(theirs, body) !== 0)
      yield { damage: 'exchange', what: `with the bytes of ${other}`, bytes: theirs };
}
