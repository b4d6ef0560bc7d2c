import { expect, test } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { faultStore } from '../testing/fault-store.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { type CheckScale, probeScale } from './check.ts';
import { storeChecks } from './checks.ts';
import { type ProbeResult, probeStore } from './probe-store.ts';

const small: CheckScale = { ...probeScale, largeBytes: 100_000 };

/** A store that behaves, but for one thing. */
function broken(difference: (whole: ObjectStore) => Partial<ObjectStore>): ObjectStore {
  const whole = memoryStore();
  return { ...whole, ...difference(whole) };
}

async function failing(store: ObjectStore): Promise<string[]> {
  const results = await Array.fromAsync(probeStore(store, small));
  for (const { ok, detail } of results) expect(detail === '').toBe(ok);
  return results.filter(({ ok }) => !ok).map(({ check }) => check);
}

test('a store that does all a vault needs passes, and nothing is left in it', async () => {
  const store = memoryStore();
  await store.put('points/of/the/user', Buffer.from('x'));
  const results = await Array.fromAsync(probeStore(store, small));
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  expect(results).toHaveLength(storeChecks.length + 1);
  expect([...store.objects.keys()]).toEqual(['points/of/the/user']);
});

test('names of checks are unique: a report can be compared with another', () => {
  expect(new Set(storeChecks.map(({ name }) => name)).size).toBe(storeChecks.length);
});

test.each<[string, (whole: ObjectStore) => Partial<ObjectStore>, string[]]>([
  [
    'ignores conditions',
    (whole) => ({ put: (key, body, options) => whole.put(key, body, { ...options, ifAbsent: false }) }),
    ['creating only if absent leaves what is there alone', 'of concurrent creations of one key exactly one wins'],
  ],
  [
    'decides conditions too early',
    (whole) => ({
      put: async (key, body, { ifAbsent = false, ...options } = {}) => {
        if (ifAbsent && (await whole.head(key)) !== undefined) await whole.put(key, body, { ...options, ifAbsent });
        return await whole.put(key, body, options);
      },
    }),
    ['of concurrent creations of one key exactly one wins'],
  ],
  [
    'does not verify checksums',
    (whole) => ({ put: (key, body, { sha256: _, ...options } = {}) => whole.put(key, body, options) }),
    ['a body that does not match its SHA-256 is refused and not kept'],
  ],
  [
    'returns what there is of a range',
    (whole) => ({
      get: async (key, { range, ...options } = {}) => {
        const body = await whole.get(key, options);
        return range === undefined || range.offset < 0
          ? whole.get(key, { ...options, ...(range && { range }) })
          : body.slice(range.offset, range.offset + range.length);
      },
    }),
    ['ranges return exactly the bytes asked for, or fail'],
  ],
  [
    'takes absent for empty',
    (whole) => ({ head: async (key) => (await whole.head(key)) ?? { key, size: 0 } }),
    [
      'an object that is not there is reported as absent',
      'a body that does not match its SHA-256 is refused and not kept',
      'a listing shows what was put, and not what was deleted, at once',
    ],
  ],
  [
    'lists one page only',
    (whole) => ({
      list: async function* (prefix) {
        let left = 50;
        for await (const info of whole.list(prefix)) if (left-- > 0) yield info;
      },
    }),
    ['listings are complete, ordered and limited to their prefix', 'everything the probe made is deleted again'],
  ],
  [
    'lists without regard to case',
    (whole) => ({
      list: async function* (prefix) {
        yield* (await Array.fromAsync(whole.list(prefix))).sort((a, b) => a.key.localeCompare(b.key));
      },
    }),
    ['keys are listed in the order of their characters'],
  ],
  [
    'confuses upper and lower case',
    (whole) => ({ put: (key, body, options) => whole.put(key.toLowerCase(), body, options), get: (key, options) => whole.get(key.toLowerCase(), options) }),
    [],
  ],
])('a store that %s is found out', async (_, difference, expected) => {
  const found = await failing(broken(difference));
  if (expected.length > 0) expect(found).toEqual(expected);
  else expect(found).not.toEqual([]);
});

test('a store that forbids deletion is told, with what is left', async () => {
  const store = broken(() => ({ delete: async (keys) => ({ deleted: 0, failed: keys.map((key) => ({ key, reason: 'AccessDenied: locked' })) }) }));
  const results = await Array.fromAsync(probeStore(store, small));
  expect(results.at(-1)).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^\d+ objects below probe-[0-9a-f]{16}\/ could not be deleted, first .*locked$/),
  });
});

test('a store that can’t be used at all is asked once, not for every check', async () => {
  const store = faultStore(memoryStore(), [{ on: 'any', fault: { kind: 'fail', code: 'STORE_ACCESS' } }]);
  const [first, ...rest] = (await Array.fromAsync(probeStore(store, small))) as [ProbeResult, ...ProbeResult[]];
  expect(first).toMatchObject({ ok: false, detail: expect.stringMatching(/^STORE_ACCESS: /) });
  expect(rest.slice(0, -1).every(({ ok, detail }) => !ok && detail.startsWith('not tried'))).toBe(true);
  expect(store.log).toHaveLength(2);
});

test('whoever stops listening early leaves nothing behind either', async () => {
  const store = memoryStore();
  let seen = 0;
  for await (const _ of probeStore(store, small)) if (++seen === 4) break;
  expect(store.objects.size).toBe(0);
});
