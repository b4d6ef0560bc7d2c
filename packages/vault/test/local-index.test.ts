import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localStore, meteredStore, type ObjectStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeGroups } from '../src/index/merge-objects.ts';
import { decide, hex, newIndex, placeOf, putSegment, scratchFolder } from './index-fixture.ts';

const nothingAbsent = { absent: new Set<string>() };
const nothingGone = { isGone: () => false };
const filesOf = async (folder: string) => (await readdir(join(folder, 'cd'.repeat(16), 'index'))).map((name) => join(folder, 'cd'.repeat(16), 'index', name));

type Step =
  | { readonly do: 'write'; readonly chunks: readonly number[]; readonly outcome: 'commits' | 'is fenced' | 'goes on'; readonly namesVm: boolean }
  | { readonly do: 'repair'; readonly chunks: readonly number[] }
  | { readonly do: 'commit what goes on' | 'merge' | 'remove what is superseded' | 'open again' | 'lose the cache' }
  | { readonly do: 'damage the cache'; readonly where: number }
  | { readonly do: 'condemn' | 'lose an object'; readonly which: number };

const chunks = fc.array(fc.nat(60), { minLength: 1, maxLength: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      chunks,
      outcome: fc.constantFrom('commits', 'commits', 'is fenced', 'goes on'),
      namesVm: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repair' as const), chunks }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('commit what goes on', 'merge', 'remove what is superseded', 'open again', 'lose the cache') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('damage the cache' as const), where: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('condemn', 'lose an object'), which: fc.nat(100) }) },
);

/** What a session may rely on, kept as plainly as can be. */
interface Written {
  readonly key: string;
  readonly session: string;
  readonly pack: string;
  readonly chunks: readonly number[];
  counts: boolean;
  lost: boolean;
}

test('after any history a session finds each chunk that a committed session stored, and nothing that it must not use', async () => {
  await using scratch = await scratchFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const store = memoryStore();
      const folder = join(scratch.path, `${run++}`);
      const written: Written[] = [];
      const going: Written[] = [];
      const absent = new Set<string>();
      let index = newIndex(store, folder);
      let superseded: readonly string[] = [];
      let number = 0;
      const put = async (of: readonly number[], counts: boolean, options: { kind?: 'repaired'; namesVm?: boolean }) => {
        const [session, pack] = [`session ${number}`, `pack ${number++}`];
        const one = { key: await putSegment(store, session, pack, of, options), session, pack, chunks: of, counts, lost: false };
        written.push(one);
        return one;
      };
      for (const one of [...steps, { do: 'open again' } as const]) {
        if (one.do === 'write') {
          const made = await put(one.chunks, one.outcome === 'commits', { namesVm: one.namesVm });
          if (one.outcome === 'commits') await decide(store, made.session, 'committed');
          else if (one.outcome === 'is fenced') await decide(store, made.session, 'fenced');
          else going.push(made);
        } else if (one.do === 'repair') await put(one.chunks, true, { kind: 'repaired' });
        else if (one.do === 'commit what goes on') {
          for (const made of going.splice(0)) {
            await decide(store, made.session, 'committed');
            made.counts = true;
          }
        } else if (one.do === 'merge') {
          for (const made of Array.from({ length: 16 }, (_, n) => n)) {
            const small = await put([made], true, {});
            await decide(store, small.session, 'committed');
          }
          ({ superseded } = await index.mergeObjects(nothingGone));
        } else if (one.do === 'remove what is superseded') await store.delete(superseded);
        else if (one.do === 'condemn' && written.length > 0) absent.add(hex(written[one.which % written.length]!.pack));
        else if (one.do === 'lose an object' && written.length > 0) {
          const lost = written[one.which % written.length]!;
          // Only where nothing stands for it: else it isn’t lost.
          if (!(await Array.fromAsync(store.list('index/L'))).length) {
            await store.delete([lost.key]);
            lost.lost = true;
          }
        } else if (one.do === 'open again' || one.do === 'lose the cache' || one.do === 'damage the cache') {
          index[Symbol.dispose]();
          if (one.do === 'lose the cache') await rm(folder, { recursive: true, force: true });
          if (one.do === 'damage the cache') await flipIn(folder, one.where);
          index = newIndex(store, folder);
        }
        await expectExactly(index, written, absent);
      }
      index[Symbol.dispose]();
    }),
    { numRuns: 25 },
  );
}, 60_000);

async function flipIn(folder: string, where: number): Promise<void> {
  const [file] = (await filesOf(folder).catch(() => [])).filter((name) => name.includes('run-'));
  if (file === undefined) return;
  const bytes = await readFile(file);
  bytes[Math.min(bytes.length - 1, Math.floor(where * bytes.length))]! ^= 0x40;
  await writeFile(file, bytes);
}

async function expectExactly(index: ReturnType<typeof newIndex>, written: readonly Written[], absent: ReadonlySet<string>): Promise<void> {
  // A damaged page is noticed when it is asked for; the session after the next has it again.
  for (let attempt = 1; ; attempt++) {
    using view = await index.view({ absent });
    const wrong: unknown[] = [];
    for (let chunk = 0; chunk <= 60; chunk++) {
      const allowed = written.filter((one) => one.counts && !one.lost && one.chunks.includes(chunk) && !absent.has(hex(one.pack)));
      const found = placeOf(view, chunk);
      if (found !== undefined) expect(allowed.some((one) => hex(one.pack) === found.pack && one.chunks[found.slot] === chunk)).toBe(true);
      else if (allowed.length > 0) wrong.push(chunk);
    }
    if (wrong.length === 0) return;
    if (attempt === 3) expect(wrong).toEqual([]);
  }
}

async function vaultOf(sessions: number, store: ObjectStore = memoryStore()): Promise<ObjectStore> {
  for (let n = 0; n < sessions; n++) {
    await putSegment(store, `s${n}`, `p${n}`, [n, `only ${n}`]);
    await decide(store, `s${n}`, 'committed');
  }
  return store;
}

test('a session that starts again reads nothing but a listing, and after new sessions two small things for each', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(30);
  await putSegment(store, 'fenced', 'pf', ['f']);
  await decide(store, 'fenced', 'fenced');
  const requests = async (path: string) => {
    const metered = meteredStore(store);
    using index = newIndex(metered, path);
    using view = await index.view(nothingAbsent);
    expect(placeOf(view, 'f')).toBeUndefined();
    const { list, get } = metered.meter().requests;
    return [view.chunks, list, get];
  };
  expect(await requests(scratch.path)).toEqual([60, 1, 61]);
  expect(await requests(scratch.path)).toEqual([60, 1, 0]);
  await putSegment(store, 'new', 'pn', ['n']);
  await decide(store, 'new', 'committed');
  expect(await requests(scratch.path)).toEqual([61, 1, 2]);
});

test('an entry of a pack that the records name is passed over, though the cache has it; without the rule it would be used', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(3);
  using index = newIndex(store, scratch.path);
  using before = await index.view(nothingAbsent);
  expect(placeOf(before, 1)).toEqual({ pack: hex('p1'), slot: 0 });
  using after = await index.view({ absent: new Set([hex('p1')]) });
  expect(placeOf(after, 1)).toBeUndefined();
  expect(placeOf(after, 2)).toBeDefined();
  // Stored again by somebody: the living copy is found beside the dead one.
  await putSegment(store, 'again', 'p1 again', [1]);
  await decide(store, 'again', 'committed');
  using again = await index.view({ absent: new Set([hex('p1')]) });
  expect(placeOf(again, 1)).toEqual({ pack: hex('p1 again'), slot: 0 });
});

test('an object that is not in the vault any more is not relied on, though the cache has it', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(5);
  using index = newIndex(store, scratch.path);
  using before = await index.view(nothingAbsent);
  expect(placeOf(before, 3)).toBeDefined();
  const key = (await Array.fromAsync(store.list('index/'))).find((one) => one.key.includes(hex('s3')))!.key;
  const bytes = await store.get(key);
  await store.delete([key]);
  using after = await index.view(nothingAbsent);
  expect(placeOf(after, 3)).toBeUndefined();
  await store.put(key, bytes);
  using again = await index.view(nothingAbsent);
  expect(placeOf(again, 3)).toBeDefined();
});

test('what a predicate bars is passed over for that session alone', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(2);
  using index = newIndex(store, scratch.path);
  using barred = await index.view({ ...nothingAbsent, mayUse: ({ sessionId }) => sessionId !== hex('s0') });
  expect([placeOf(barred, 0), placeOf(barred, 1)]).toEqual([undefined, { pack: hex('p1'), slot: 0 }]);
  using free = await index.view(nothingAbsent);
  expect(placeOf(free, 0)).toBeDefined();
});

test('merged objects stand for what they were made of: others read them alone, and superseded ones may go', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(40);
  await putSegment(store, 'under way', 'pu', ['u']);
  await putSegment(store, 'fenced', 'pf', ['f']);
  await decide(store, 'fenced', 'fenced');
  using index = newIndex(store, join(scratch.path, 'a'));
  const isGone = (pack: string) => pack === hex('p7');
  const first = await index.mergeObjects({ isGone });
  expect([first.written.length, first.superseded.length]).toEqual([1, 0]);
  expect((await index.mergeObjects({ isGone })).superseded).toHaveLength(40);
  const { superseded, written } = await index.mergeObjects({ isGone });
  expect(written).toEqual([]);
  await store.delete(superseded);
  for (const path of ['a', 'b']) {
    const metered = meteredStore(store);
    using fresh = newIndex(metered, join(scratch.path, path));
    using view = await fresh.view(nothingAbsent);
    for (let n = 0; n < 40; n++) expect(placeOf(view, `only ${n}`)).toEqual(n === 7 ? undefined : { pack: hex(`p${n}`), slot: 1 });
    expect([placeOf(view, 'u'), placeOf(view, 'f')]).toEqual([undefined, undefined]);
    if (path === 'b') expect(metered.meter().requests.get).toBe(3);
  }
  await decide(store, 'under way', 'committed');
  using view = await index.view(nothingAbsent);
  expect(placeOf(view, 'u')).toBeDefined();
});

test('large objects are left as they are, until most of what they name is gone', () => {
  const objects = Array.from({ length: 40 }, (_, n) => ({
    key: `index/L1-${hex(`${n}`)}`,
    kind: 'merged' as const,
    sessionId: hex(`${n}`),
    level: 1,
    size: 18e6,
  }));
  expect(mergeGroups(objects, ({ size }) => size)).toEqual([]);
  expect(mergeGroups(objects, ({ size }) => size / 10)).toEqual([]); // 10 of 1.8 MB fill one: too few to be worth it
  expect(mergeGroups(objects, ({ size }) => size / 20).map(({ length }) => length)).toEqual([19, 19]);
  expect(mergeGroups(objects, () => 0)).toEqual([objects]);
});

test('what can’t be read any more is not stood for, and the rest is merged', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(20);
  using index = newIndex(store, join(scratch.path, 'a'));
  using _view = await index.view(nothingAbsent);
  const key = (await Array.fromAsync(store.list('index/'))).find((one) => one.key.includes(hex('s3')))!.key;
  const bytes = await store.get(key);
  await store.delete([key]);
  await store.put(key, Buffer.from(bytes).fill(0, 50, 60));
  expect((await index.mergeObjects(nothingGone)).written).toHaveLength(1);
  const { superseded } = await index.mergeObjects(nothingGone);
  expect([superseded.length, superseded.includes(key)]).toEqual([19, false]);
});

test('several that merge the same objects write one, whoever is first', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(20);
  using one = newIndex(store, join(scratch.path, 'one'));
  using other = newIndex(store, join(scratch.path, 'other'));
  await Promise.all([one.mergeObjects(nothingGone), other.mergeObjects(nothingGone)]);
  expect(await Array.fromAsync(store.list('index/L'))).toHaveLength(1);
});

test('a merged object that is damaged is left out and said, and what it stands for is read instead', async () => {
  await using scratch = await scratchFolder();
  const store = await vaultOf(20);
  using one = newIndex(store, join(scratch.path, 'one'));
  const [key] = (await one.mergeObjects(nothingGone)).written;
  const bytes = Buffer.from(await store.get(key!));
  bytes[100]! ^= 1;
  await store.delete([key!]);
  await store.put(key!, bytes);
  using other = newIndex(store, join(scratch.path, 'other'));
  using view = await other.view(nothingAbsent);
  expect(view.notices).toEqual([expect.stringContaining(key!)]);
  expect(placeOf(view, 'only 3')).toBeDefined();
});

test('a merge on disk that was killed before it removed what it had merged, or in the middle, is put right by the next', async () => {
  await using scratch = await scratchFolder();
  const path = join(scratch.path, 'cache');
  const store = memoryStore();
  const kept = join(scratch.path, 'kept');
  await mkdir(kept);
  for (let n = 0; n < 6; n++) {
    await putSegment(store, `s${n}`, `p${n}`, [n]);
    await decide(store, `s${n}`, 'committed');
    using index = newIndex(store, path);
    using _view = await index.view(nothingAbsent);
    for (const file of await filesOf(path)) await copyFile(file, join(kept, file.slice(file.lastIndexOf('/') + 1)));
  }
  const [folder] = (await filesOf(path)).map((file) => file.slice(0, file.lastIndexOf('/')));
  for (const name of await readdir(kept)) await copyFile(join(kept, name), join(folder!, name));
  await writeFile(join(folder!, `new-${'0'.repeat(32)}`), 'half a run');
  await truncate(join(folder!, (await readdir(kept))[0]!), 5000);
  await putSegment(store, 'last', 'pl', ['last']);
  await decide(store, 'last', 'committed');
  using index = newIndex(store, path);
  using view = await index.view(nothingAbsent);
  for (const chunk of [0, 1, 2, 3, 4, 5, 'last']) expect(placeOf(view, chunk)).toBeDefined();
  expect(view.chunks).toBe(7);
  expect((await readdir(folder!)).every((name) => name.startsWith('run-'))).toBe(true);
});

test('several processes use one cache folder while sessions commit and some of them are killed', async () => {
  await using scratch = await scratchFolder();
  const store = localStore(join(scratch.path, 'vault'), { create: true });
  const path = join(scratch.path, 'cache');
  const start = () =>
    fork(new URL('./index-process.ts', import.meta.url), [join(scratch.path, 'vault'), path], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const processes = [start(), start(), start()];
  const known: number[] = [];
  for (let n = 0; n < 24; n++) {
    await putSegment(store, `s${n}`, `p${n}`, [n]);
    await decide(store, `s${n}`, 'committed');
    known.push(n);
    const one = processes[n % 3]!;
    one.send(known);
    if (n % 8 === 5) {
      one.kill('SIGKILL');
      await once(one, 'exit');
      processes[n % 3] = start();
    } else if (n % 3 === 2) {
      const [missing] = await once(one, 'message');
      expect(missing).toEqual([]);
    }
  }
  for (const one of processes) {
    one.send([...known, 'stop']);
    const codes = await once(one, 'exit');
    expect(codes[0]).toBe(0);
  }
  using index = newIndex(store, path);
  using view = await index.view(nothingAbsent);
  for (const n of known) expect(placeOf(view, n)).toEqual({ pack: hex(`p${n}`), slot: 0 });
}, 60_000);
