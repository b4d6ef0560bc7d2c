import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '@holdfast/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openVault } from '../src/index.ts';
import { packIdOf } from '../src/pack/layout.ts';
import { judge, type Truth, truthOf, wholeObjectDamages } from './damage/matrix.ts';
import { type SmallVault, smallVault } from './damage/small-vault.ts';
import { checked } from './expect-sound.ts';
import { backUp, environment, passphrase } from './vault-fixture.ts';

/** Of every byte that `npm run damage` flips, so many times fewer; where they begin is left to chance. */
const flipEvery = 256;
/** Of the bytes of other objects of its kind, only so many are put in an object's place. */
const exchangesEach = 1;

let small: SmallVault;
let truth: Truth;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-damage-'));
  small = await smallVault(Math.random() < 0.5 ? 'page-cdc' : 'grid');
  truth = await truthOf(small, join(folder, 'state.json'));
});
afterAll(async () => {
  await small.vault.close();
  await rm(folder, { recursive: true });
});

test('the vault has one of every kind of object', () => {
  const kinds = new Set([...small.store.objects.keys()].map((key) => key.replace(/^gc\/0/, 'gc').replace(/\/.*/, '')));
  expect([...kinds].sort()).toEqual(
    [
      'damaged',
      'data',
      'deleted',
      'gc.closed',
      'gc.condemned',
      'gc.outcome',
      'gc.sessions',
      'holds',
      'index',
      'key-removals',
      'keys',
      'meta',
      'points',
      'sessions',
      'vault.json',
    ].sort(),
  );
});

test('a byte that flips anywhere is found, named with what it costs, and costs nothing else', { timeout: 300_000 }, async () => {
  const phase = Math.floor(Math.random() * flipEvery);
  for (const [key, { body }] of [...small.store.objects]) {
    for (let at = phase % Math.min(flipEvery, body.length); at < body.length; at += flipEvery) {
      const bytes = Buffer.from(body);
      bytes[at]! ^= 1 << (at & 7);
      expect(await judge(truth, key, 'flip', bytes, at), `${key}, byte ${at} of ${body.length}`).toBeUndefined();
    }
  }
});

test('an object that is removed, cut, extended or replaced by another of its kind is found, and costs nothing else', { timeout: 300_000 }, async () => {
  for (const key of [...small.store.objects.keys()]) {
    let exchanges = 0;
    for (const { damage, what, bytes } of [...wholeObjectDamages(truth, key)]) {
      if (damage === 'exchange' && ++exchanges > exchangesEach) continue;
      expect(await judge(truth, key, damage, bytes), `${key} ${what}`).toBeUndefined();
    }
  }
});

test('a check that sees less, or a cost that is told of another slot, would be noticed', async () => {
  const data = [...small.store.objects.keys()].filter((key) => key.startsWith('data/') && truth.needers.has(packIdOf(key)!));
  const [key] = data.sort((a, b) => small.store.objects.get(b)!.body.length - small.store.objects.get(a)!.body.length);
  const bytes = Buffer.from(small.store.objects.get(key!)!.body);
  bytes[200]! ^= 1;
  expect(await judge({ ...truth, level: 2 }, key!, 'flip', bytes, 200)).toBe('nothing was found');
  expect(await judge(truth, key!, 'flip', bytes, bytes.length - 1)).toMatch(/and should cost/);
  expect(await judge({ ...truth, small: { ...small, points: small.points.map((one) => ({ ...one, hash: '' })) } }, key!, 'flip', bytes, 200)).toMatch(
    /doesn’t restore/,
  );
});

test('a bucket that is rolled back as a whole is noticed by whoever remembers a newer point, and by nobody else', async () => {
  const before = new Map(small.store.objects);
  const stateFile = join(folder, 'rollback.json');
  await backUp(small.vault, 'web01', small.disk);
  expect((await checked(small.vault, { level: 1, stateFile })).findings).toEqual([]);
  const rolledBack = memoryStore();
  for (const [key, object] of before) rolledBack.objects.set(key, object);
  small.store.objects.clear();
  for (const [key, object] of before) small.store.objects.set(key, object);
  const vault = await openVault(rolledBack, { passphrase }, environment, { workers: 1 });
  expect((await checked(vault, { level: 4 })).findings).toEqual([]);
  const { findings } = await checked(vault, { level: 1, stateFile });
  expect(findings).toEqual([expect.objectContaining({ code: 'POINT_ABSENT', message: expect.stringContaining('rolled back') })]);
});
