import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectLocks, ObjectVersion, ObjectVersions, Retention } from '../object-locks.ts';
import type { ObjectStore } from '../object-store.ts';
import { prefixedStore } from '../prefixed-store.ts';
import { patternBytes } from '../probe/check.ts';

export interface LockBench extends Partial<AsyncDisposable> {
  readonly store: ObjectStore;
  /** by the store's clock */
  now(): number;
  /** The store takes a key below a mark of deletion for taken, unlike S3. */
  readonly refusesBelowMark?: boolean;
  /** until so much time has passed for the store */
  pass(ms: number): Promise<void>;
}

/** Long enough for what a test does meanwhile on a real server, and short enough to wait for. */
const shortMs = 4_000;
const longMs = 30_000;

/** What a vault with immutability asks of a store with versions and locks. What it locks stays locked for half a minute. */
export function lockConformance(name: string, makeBench: () => Promise<LockBench>): void {
  describe(`${name} keeps versions and locks`, () => {
    let bench: LockBench;
    let store: ObjectStore;
    let locks: ObjectLocks;
    let versions: ObjectVersions;
    beforeAll(async () => {
      bench = await makeBench();
      store = prefixedStore(bench.store, `locks-${Math.floor(bench.now())}/`);
      locks = store.locks!;
      versions = store.versions!;
    });
    afterAll(() => bench?.[Symbol.asyncDispose]?.());
    const governed = (ms: number): Retention => ({ mode: 'governance', until: Math.ceil((bench.now() + ms) / 1000) * 1000 });
    const under = (key: string): Promise<ObjectVersion[]> => Array.fromAsync(versions.list(key));

    test('it says that it has both modes, and keeps versions', async () => {
      expect(await locks.settings()).toMatchObject({ modes: ['governance', 'compliance'], versioned: true });
    });

    test('what is put locked, also only if absent, can’t be deleted or overwritten until the date, and can then', async () => {
      const puts = [false, true].map(async (ifAbsent) => {
        const key = `put/${ifAbsent}`;
        const retention = governed(shortMs);
        const { version } = await store.put(key, patternBytes(100, 1), { ifAbsent, retention });
        expect(await locks.retention(key)).toEqual(retention);
        expect(await versions.delete([{ key, version: version! }])).toMatchObject({ deleted: 0, failed: [{ key, version, lockedUntil: retention.until }] });
        await store.put(key, patternBytes(100, 2));
        expect(Buffer.from(await store.get(key, { version: version! })).equals(patternBytes(100, 1))).toBe(true);
      });
      await Promise.all(puts);
      await bench.pass(shortMs + 1_000);
      expect(await versions.delete(await under('put/'))).toMatchObject({ failed: [] });
      expect(await under('put/')).toEqual([]);
    }, 30_000);

    test('a compliance lock is refused deletion, too', async () => {
      const retention = { mode: 'compliance', until: governed(shortMs).until } as const;
      const { version } = await store.put('compliance', patternBytes(10, 1), { retention });
      expect(await locks.retention('compliance')).toEqual(retention);
      expect((await versions.delete([{ key: 'compliance', version: version! }])).failed).toHaveLength(1);
    });

    test('a lock is extended, and never shortened; asking for less than there is counts as done', async () => {
      const short = governed(shortMs);
      const long = governed(longMs);
      await store.put('extended', patternBytes(10, 1), { retention: short });
      await locks.retain('extended', long);
      expect(await locks.retention('extended')).toEqual(long);
      await locks.retain('extended', short);
      expect(await locks.retention('extended')).toEqual(long);
    });

    test('an object without a lock says so, and can be given one', async () => {
      await store.put('plain', patternBytes(10, 1));
      expect(await locks.retention('plain')).toBeUndefined();
      const retention = governed(shortMs);
      await locks.retain('plain', retention);
      expect(await locks.retention('plain')).toEqual(retention);
      await expect(locks.retention('nothing')).rejects.toMatchObject({ code: 'STORE_ABSENT' });
      await expect(locks.retain('nothing', retention)).rejects.toMatchObject({ code: 'STORE_ABSENT' });
    });

    test('versions are listed newest first, marks of deletion among them, and each is deleted by itself', async () => {
      const key = 'several/one';
      const first = await store.put(key, patternBytes(1, 1));
      const second = await store.put(key, patternBytes(2, 1));
      await store.delete([key]);
      await store.put('several/two', patternBytes(3, 1));
      const listed = await under('several/');
      expect(listed.map(({ key, marker, size }) => [key, marker, size])).toEqual([
        [key, true, 0],
        [key, false, 2],
        [key, false, 1],
        ['several/two', false, 3],
      ]);
      expect(listed.slice(1, 3).map(({ version }) => version)).toEqual([second.version, first.version]);
      expect(await store.head(key)).toBeUndefined();
      await expect(store.get(key)).rejects.toMatchObject({ code: 'STORE_ABSENT' });
      expect((await store.get(key, { version: first.version! })).length).toBe(1);
      expect((await store.head(key, { version: second.version! }))?.size).toBe(2);
      // What isn't there counts as deleted.
      expect(await versions.delete([listed[0]!, listed[0]!])).toMatchObject({ failed: [] });
      expect((await store.head(key))?.version).toBe(second.version);
      await versions.delete(listed.slice(1));
      expect(await under('several/')).toEqual([]);
      await expect(store.get(key, { version: first.version! })).rejects.toMatchObject({ code: 'STORE_ABSENT' });
    });

    test('a listing of more versions than fit on a page is whole', async () => {
      const key = 'many/versions';
      const puts: string[] = [];
      for (let n = 0; n < 25; n++) puts.push((await store.put(key, patternBytes(n, 1))).version!);
      for (let n = 0; n < 5; n++) await store.put(`many/versions-${n}`, patternBytes(n, 1));
      expect((await under('many/')).map(({ version }) => version).slice(0, 25)).toEqual(puts.reverse());
      expect(await under('many/')).toHaveLength(30);
      await versions.delete(await under('many/'));
    });

    test('a key below a mark of deletion can be created only if absent, as if nothing were there', async () => {
      await store.put('hidden', patternBytes(1, 1));
      await store.delete(['hidden']);
      const again = store.put('hidden', patternBytes(2, 1), { ifAbsent: true });
      if (bench.refusesBelowMark) return await expect(again).rejects.toMatchObject({ code: 'STORE_EXISTS' });
      await again;
      expect((await under('hidden')).filter(({ marker }) => !marker)).toHaveLength(2);
      await versions.delete(await under('hidden'));
    });
  });
}
