import type { ObjectStore } from '@holdfast/store';
import { type MemoryStore, memoryStore } from '@holdfast/store/testing';
import { fence } from '../../src/collect/fence.ts';
import type { RecoveryPoint } from '../../src/index.ts';
import { insideOf } from '../../src/inside.ts';
import { sealManifest } from '../../src/point/manifest.ts';
import { putMark } from '../../src/point/point-mark.ts';
import type { Note } from './journal.ts';
import { certainPoints, garbage, judge, openForJudging, packsNow } from './judge.ts';

interface Garden {
  readonly store: MemoryStore;
  readonly context: ReturnType<typeof insideOf>;
  /** a point that must be there */
  readonly point: RecoveryPoint;
  /** another one, with other content */
  readonly other: RecoveryPoint;
  /** keys of the packs that `point` needs */
  readonly packs: readonly string[];
}

/** Each spoils a vault in one way, and says what the checker must name. */
const plants: Readonly<Record<string, (garden: Garden) => Promise<string>>> = {
  'a needed data pack is gone': async ({ store, packs, point }) => {
    store.objects.delete(packs.find((key) => key.startsWith('data/'))!);
    return point.id;
  },
  'a needed metadata pack is gone': async ({ store, packs, point }) => {
    store.objects.delete(packs.find((key) => key.startsWith('meta/'))!);
    return point.id;
  },
  'a byte in the middle of a pack is another': async ({ store, packs }) => {
    const key = packs.find((pack) => pack.startsWith('data/'))!;
    const { body, info } = store.objects.get(key)!;
    store.objects.set(key, { info, body: body.map((byte, at) => (at === body.length >> 1 ? byte ^ 4 : byte)) });
    return key;
  },
  'a commit is dropped': async ({ store, point }) => {
    store.objects.delete(`points/${point.id}`);
    return point.id;
  },
  'a commit is a fence': async ({ store, context, point }) => {
    store.objects.delete(`points/${point.id}`);
    await fence({ ...context, store }, { id: point.sessionId, vmId: point.vmId }, 'planted');
    return point.id;
  },
  'a manifest is replaced by an older one': async ({ store, point, other }) => {
    store.objects.set(`points/${point.id}`, store.objects.get(`points/${other.id}`)!);
    return point.id;
  },
  'a point has another’s content, and every seal is right': async ({ store, context, point, other }) => {
    const manifest = sealManifest(context.keys, { ...point, disks: other.disks }, context.environment.random);
    await store.put(`points/${point.id}`, manifest);
    return point.id;
  },
  'an undelete that was acknowledged is lost': async ({ store, context, point }) => {
    await putMark({ ...context, store }, 'deleted', point.id, 'planted');
    return point.id;
  },
  'a pack that nothing needs has stayed': async ({ store, packs }) => {
    const key = `data/ff/${'f'.repeat(32)}`;
    await store.put(key, store.objects.get(packs[0]!)!.body);
    return key;
  },
};

export interface Planted {
  readonly what: string;
  /** the checker's words on what was planted; absent when it saw nothing of it */
  readonly found?: string;
}

/** Spoils copies of a sound vault, one violation each, and has the checker look for it. */
export async function plantViolations(store: ObjectStore, notes: readonly Note[]): Promise<Planted[]> {
  const sound = memoryStore();
  for await (const { key } of store.list('')) await sound.put(key, await store.get(key));
  const vault = await openForJudging(sound);
  const [first, second] = await twoThatDiffer(vault, notes);
  const packs = [...(await packsNow(vault, [first]))];
  const planted: Planted[] = [];
  for (const [what, plant] of Object.entries(plants)) {
    const copy = memoryStore();
    for (const [key, object] of sound.objects) copy.objects.set(key, object);
    const named = await plant({ store: copy, context: insideOf(vault), point: first, other: second, packs });
    const violations = [...(await judge(copy, notes, 4)).violations, ...(await garbage(await openForJudging(copy))).violations];
    const found = violations.find((violation) => violation.includes(named));
    planted.push(found === undefined ? { what } : { what, found });
  }
  return planted;
}

async function twoThatDiffer(vault: Awaited<ReturnType<typeof openForJudging>>, notes: readonly Note[]): Promise<[RecoveryPoint, RecoveryPoint]> {
  const [id, ...rest] = certainPoints(notes);
  const point = await vault.point(id!);
  for (const other of rest) {
    const found = await vault.point(other);
    if (found.disks[0]!.map.root!.id !== point.disks[0]!.map.root!.id) return [point, found];
  }
  throw new Error('the soak left no two points that differ');
}
