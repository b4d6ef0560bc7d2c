import { systemRandom } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveKeys } from '../src/keys/derive.ts';
import type { RecoveryPoint } from '../src/model.ts';
import { holdPoint, releasePoint } from '../src/point/legal-hold.ts';
import { sealManifest } from '../src/point/manifest.ts';
import type { PointContext } from '../src/point/point-mark.ts';
import { deletePoint, undeletePoint } from '../src/point/soft-delete.ts';
import { openObject, sealObject } from '../src/sealed-object.ts';

/** Two at once, with every request to the store in every order that a scheduler finds (docs/vault-format.md §9.1). */
const keys = deriveKeys(Buffer.alloc(32, 1), 'ab'.repeat(16));
const [vmId, sessionId, pack] = ['11', '22', '33'].map((byte) => byte.repeat(16)) as [string, string, string];
const id = `${vmId}/${sessionId}`;
const packObject = `meta/${pack.slice(0, 2)}/${pack}`;
const never = (_ms: number, signal?: AbortSignal) => new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
const environment = { clock: { now: () => 0, elapsed: () => 0, sleep: never }, random: systemRandom, host: 'test', version: '0' };

async function scene() {
  const store = memoryStore();
  const node = { id: '44'.repeat(32), pack, slot: 0, offset: 128, length: 100 };
  const point = {
    ...{ id, vmId, sessionId, sequence: 1, committedAt: '', takenAt: '', vm: { name: 'web01', vcenter: 'vc', instanceUuid: 'web01' } },
    ...{ consistency: { asked: 'crash', got: 'crash' }, disks: [], excluded: [], configuration: {}, files: { nvram: node } },
    ...{ writer: { product: 'holdfast', version: '0', host: 'test' }, introduced: { segments: [], packs: [] } },
  } as RecoveryPoint;
  await store.put(`points/${id}`, sealManifest(keys, point, systemRandom));
  await store.put(packObject, Buffer.from('a pack'));
  return store;
}

/** The store as one of several sees it whose requests the scheduler puts in order; the first few may go ahead of all others. */
function scheduled(store: ObjectStore, scheduler: fc.Scheduler, who: string, ahead = 0): ObjectStore {
  let requests = 0;
  const turn = async <T>(what: string, work: () => Promise<T>) => {
    if (requests++ >= ahead) await scheduler.schedule(Promise.resolve(), `${who}: ${what}`);
    return await work();
  };
  return {
    ...store,
    put: (key, ...rest) => turn(`put ${key}`, () => store.put(key, ...rest)),
    get: (key, ...rest) => turn(`get ${key}`, () => store.get(key, ...rest)),
    head: (key) => turn(`head ${key}`, () => store.head(key)),
    delete: (names) => turn(`delete ${names}`, () => store.delete(names)),
    list: async function* (prefix) {
      yield* await turn(`list ${prefix}`, () => Array.fromAsync(store.list(prefix)));
    },
  };
}

const contextOf = (store: ObjectStore): PointContext => ({ store, keys, environment });
const succeeds = (work: Promise<unknown>) =>
  work.then(
    () => true,
    (error: { code?: string }) => {
      if (!error.code?.startsWith('POINT_')) throw error;
      return false;
    },
  );

test('of a deletion and a hold at the same moment, one succeeds at most', async () => {
  const outcomes = new Set<string>();
  const run = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const store = await scene();
    const deletion = succeeds(deletePoint(contextOf(scheduled(store, scheduler, 'deleter')), id, 'old'));
    const holding = succeeds(holdPoint(contextOf(scheduled(store, scheduler, 'holder')), id, 'case'));
    const [deleted, held] = await scheduler.waitFor(Promise.all([deletion, holding]));
    outcomes.add(`${deleted} ${held}`);
    expect(deleted && held).toBe(false);
    expect(store.objects.has(`deleted/${id}`)).toBe(deleted);
    expect(store.objects.has(`holds/${id}`) || !held).toBe(true);
  });
  await fc.assert(run, { numRuns: 500 });
  expect([...outcomes].sort()).toEqual(['false false', 'false true', 'true false']);
});

interface CollectorRules {
  readonly asksForSessions: boolean;
  readonly marksAgain: boolean;
}

/** A collection of nothing but the one point, by the rules that the document sets. Says whether it removed it. */
async function collect(store: ObjectStore, rules: CollectorRules): Promise<boolean> {
  const exists = async (key: string) => (await store.head(key)) !== undefined;
  const inUse = async () => !(await exists(`deleted/${id}`)) || (await exists(`holds/${id}`));
  if (await inUse()) return false;
  const name = { kind: 'HFCONDM1', key: 'gc/1.condemned' } as const;
  await store.put(name.key, sealObject(keys, name, Buffer.from(JSON.stringify({ packs: [pack] })), systemRandom));
  let pardoned = false;
  if (rules.asksForSessions) {
    for await (const { key } of store.list('sessions/')) {
      const bytes = await store.get(key).catch(() => undefined);
      // One that has ended since it was listed has left its outcome for the second mark.
      if (bytes === undefined) continue;
      const session = JSON.parse(openObject(keys, { kind: 'HFSESSN1', key, sessionId: key.slice('sessions/'.length) }, bytes).toString());
      if (session.kind === 'undelete' && session.point === id) pardoned = true;
    }
  }
  if (rules.marksAgain && (await inUse())) pardoned = true;
  if (!pardoned) await store.delete([packObject]);
  await store.put('gc/1.closed', new Uint8Array());
  return !pardoned;
}

function undeleteBesideCollection(rules: CollectorRules, outcomes: Set<string> = new Set()) {
  return fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const store = await scene();
    await deletePoint(contextOf(store), id, 'old');
    const undeletion = succeeds(undeletePoint(contextOf(scheduled(store, scheduler, 'undeleter')), id));
    const collection = collect(scheduled(store, scheduler, 'collector'), rules);
    const [undeleted, removed] = await scheduler.waitFor(Promise.all([undeletion, collection]));
    outcomes.add(`${undeleted ? 'undeleted' : 'refused'} ${removed ? 'removed' : 'pardoned'}`);
    const there = store.objects.has(packObject);
    expect(there).toBe(!removed);
    if (undeleted) expect({ there, deleted: store.objects.has(`deleted/${id}`) }).toEqual({ there: true, deleted: false });
    expect([...store.objects.keys()].filter((key) => key.startsWith('sessions/'))).toEqual([]);
  });
}

test('a deletion that gives way to a hold, which is released again, loses nothing to a collection', async () => {
  const run = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const store = await scene();
    // Both have looked, and seen neither a hold nor a deletion.
    const contextFor = (who: string) => contextOf(scheduled(store, scheduler, who, 3));
    const deletion = succeeds(deletePoint(contextFor('deleter'), id, 'old'));
    const holding = succeeds(holdPoint(contextFor('holder'), id, 'case')).then(async (held) => {
      if (held) expect(store.objects.has(packObject)).toBe(true);
      await releasePoint(contextOf(scheduled(store, scheduler, 'holder')), id).catch(() => {}); // nothing to release where it was refused before it was put
      return held;
    });
    const collection = collect(scheduled(store, scheduler, 'collector'), { asksForSessions: true, marksAgain: true });
    await scheduler.waitFor(Promise.all([deletion, holding, collection]));
    expect(store.objects.has(packObject) || store.objects.has(`deleted/${id}`)).toBe(true);
  });
  await fc.assert(run, { numRuns: 1000 });
});

describe('undelete beside a collection', () => {
  test('either brings the point back whole, or is refused', async () => {
    const outcomes = new Set<string>();
    await fc.assert(undeleteBesideCollection({ asksForSessions: true, marksAgain: true }, outcomes), { numRuns: 1000 });
    expect([...outcomes].sort()).toEqual(['refused pardoned', 'refused removed', 'undeleted pardoned']);
  });

  test.each([
    { asksForSessions: false, marksAgain: true },
    { asksForSessions: true, marksAgain: false },
  ])('would lose a point to a collector with $asksForSessions and $marksAgain for asking for sessions and marking again', async (rules) => {
    expect((await fc.check(undeleteBesideCollection(rules), { numRuns: 5000, endOnFailure: true })).failed).toBe(true);
  });
});
