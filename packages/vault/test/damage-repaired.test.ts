import { randomBytes } from 'node:crypto';
import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { faultStore, type MemoryStore, memoryStore } from '@holdfast/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openVault, type RepairOptions, type RepairStep, repairVault, type Vault, type VaultRepair, vaultAsCopied } from '../src/index.ts';
import { contentHash, type SmallVault, smallVault } from './damage/small-vault.ts';
import { checked } from './expect-sound.ts';
import { backUp, diskBytes, environment, passphrase, restored, sha256, testDisk, testVault } from './vault-fixture.ts';

let small: SmallVault;
beforeAll(async () => {
  small = await smallVault();
});
afterAll(() => small.vault.close());

function copyOf(store: MemoryStore): MemoryStore {
  const copy = memoryStore();
  for (const [key, { body, info }] of store.objects) copy.objects.set(key, { body: Buffer.from(body), info });
  return copy;
}

async function repaired(vault: Vault, options: Partial<RepairOptions> = {}): Promise<{ steps: RepairStep[]; sums: VaultRepair }> {
  const steps: RepairStep[] = [];
  for await (const one of repairVault(vault, { apply: true, ...options })) {
    if (one.kind === 'step') steps.push(one);
    else if (one.kind === 'repaired') return { steps, sums: one };
  }
  throw new Error('no end');
}

const open = (store: ObjectStore) => openVault(store, { passphrase }, environment, { workers: 1, packBytes: 4 * MiB });
const bad = async (vault: Vault) => (await checked(vault)).findings.filter(({ state }) => state !== 'notice');
const flip = (store: MemoryStore, key: string, at: number) => {
  store.objects.get(key)!.body[at]! ^= 1;
};
const bytesOf = (store: MemoryStore) =>
  new Map([...store.objects].filter(([key]) => !key.startsWith('sessions/')).map(([key, { body }]) => [key, Buffer.from(body).toString('hex')]));

/** Whose absence may be somebody's will, or is mended otherwise: a repair doesn't put it back. */
const notPutBack = /^(keys|key-removals|deleted|holds|damaged|gc|sessions|index)\//;

test('whatever is damaged or lost comes back from a copy, bit for bit, and the vault is sound again', { timeout: 300_000 }, async () => {
  for (const [key, { body }] of small.store.objects) {
    for (const how of ['altered', 'lost'] as const) {
      if (/^key-removals\/|^gc\/\d+.closed/.test(key) || (how === 'lost' && notPutBack.test(key))) continue;
      if (key.startsWith('points/') && how === 'lost' && !small.points.some(({ point }) => key.endsWith(point.id))) continue;
      const store = copyOf(small.store);
      if (how === 'lost') store.objects.delete(key);
      else flip(store, key, body.length >> 1);
      const copy = await open(small.store);
      const vault = vaultAsCopied(copy, store);
      const before = await bad(vault);
      const { sums } = await repaired(vault, { from: small.store });
      expect(sums, `${key} ${how}`).toMatchObject({ notRepaired: 0, complete: true });
      // Of a key slot whose secret isn't at hand, a check without a memory can't tell.
      if (before.length > 0) {
        const [now, once] = [bytesOf(store), bytesOf(small.store)];
        once.delete(`damaged/${'d0'.repeat(16)}`); // it names a pack that nobody has
        expect(now, `${key} ${how}`).toEqual(once);
      }
      expect(await bad(vault)).toEqual([]);
      await copy.close();
    }
  }
});

test('a chunk that another pack holds mends a damaged or lost pack without a copy: the next backup is the second copy', async () => {
  for (const how of ['altered', 'lost'] as const) {
    const store = memoryStore();
    await using fixture = await testVault({ store });
    const { vault } = fixture;
    const disk = testDisk(diskBytes(5 * MiB));
    const { point } = await backUp(vault, 'web01', disk);
    const keys = [...store.objects.keys()].filter((key) => key.startsWith('data/'));
    const originals = bytesOf(store);
    for (const key of keys) {
      if (how === 'lost') store.objects.delete(key);
      else for (const at of [140, 300, 2000]) flip(store, key, at);
    }
    expect((await repaired(vault)).sums).toMatchObject({ repaired: 0, notRepaired: keys.length });
    await backUp(vault, 'web01', disk);
    const { steps, sums } = await repaired(vault);
    expect(sums).toMatchObject({ repaired: keys.length, notRepaired: 0, lifted: keys.length });
    expect(steps.every(({ source }) => source === 'vault')).toBe(true);
    for (const key of keys) expect(Buffer.from(store.objects.get(key)!.body).toString('hex')).toBe(originals.get(key));
    expect([...store.objects.keys()].filter((key) => key.startsWith('damaged/'))).toEqual([]);
    expect(sha256(await restored(vault, point.id))).toBe(sha256(disk.bytes));
  }
});

test('where only some of a pack’s chunks are elsewhere, those slots come back', async () => {
  const store = memoryStore();
  await using fixture = await testVault({ store, sound: false, chunker: 'grid' });
  const { vault } = fixture;
  const parts = [1, 2, 3].map(() => randomBytes(MiB));
  const { point } = await backUp(vault, 'web01', testDisk(Buffer.concat(parts)));
  const [key] = [...store.objects.keys()].filter((each) => each.startsWith('data/'));
  const { body } = store.objects.get(key!)!;
  for (const at of [1000, 1.5 * MiB, 2.5 * MiB]) flip(store, key!, at);
  const lostOf = async () => (await checked(vault)).findings.flatMap(({ costs }) => costs.map(({ bytes }) => bytes)).reduce((sum, bytes) => sum + bytes, 0);
  const before = await lostOf();
  await checked(vault, { level: 4, contain: true });
  // The middle of the disk is another by now.
  await backUp(vault, 'web01', testDisk(Buffer.concat([parts[0]!, randomBytes(MiB), parts[2]!])));
  expect((await repaired(vault, { apply: false })).steps).toEqual([
    expect.objectContaining({ object: key, outcome: 'not repaired', message: expect.stringContaining('2 of its damaged slots can be had') }),
  ]);
  const { steps, sums } = await repaired(vault);
  expect(steps).toEqual([expect.objectContaining({ object: key, outcome: 'partly repaired' })]);
  expect(sums).toMatchObject({ repaired: 0, notRepaired: 1, lifted: 0 });
  expect([before, await lostOf()]).toEqual([3 * 262_144, 262_144]);
  expect(store.objects.get(key!)!.body.length).toBe(body.length);
  await expect(restored(vault, point.id)).rejects.toMatchObject({ code: 'PACK_DAMAGED' });
});

test('a pack’s header, table and trailer are made again from its slots', async () => {
  for (const prefix of ['data/', 'meta/']) {
    const store = copyOf(small.store);
    const [key, { body }] = [...store.objects].find(([each]) => each.startsWith(prefix))!;
    const vault = await open(store);
    for (const at of [50, body.length - 40, body.length - 20, body.length - 2]) {
      flip(store, key, at);
      expect((await repaired(vault)).sums, `${key} ${at}`).toMatchObject({ repaired: 1, notRepaired: 0 });
      expect(bytesOf(store).get(key)).toBe(bytesOf(small.store).get(key));
    }
    await vault.close();
  }
});

test('a repair that isn’t told to apply writes nothing, and says what it would do', async () => {
  const store = copyOf(small.store);
  const vault = await open(store);
  for (const [key] of store.objects) if (/^(data|meta)\//.test(key)) flip(store, key, 130);
  const before = bytesOf(store);
  const { steps } = await repaired(vault, { apply: false, from: small.store });
  expect(bytesOf(store)).toEqual(before);
  expect(steps.length).toBeGreaterThan(3);
  expect(new Set(steps.map(({ outcome }) => outcome))).toEqual(new Set(['would repair']));
  await vault.close();
});

test.each([
  ['packs', /^(data|meta)\//],
  ['records', /^(points|index|holds)\//],
] as const)('no %s are taken from a copy that is damaged itself, or is another vault’s', async (_what, which) => {
  const store = copyOf(small.store);
  const copy = copyOf(small.store);
  for (const key of [...store.objects.keys()].filter((each) => which.test(each))) {
    flip(store, key, 60);
    flip(store, key, 130);
    flip(copy, key, 61);
    flip(copy, key, 131);
  }
  await using other = await testVault();
  const before = bytesOf(store);
  const vault = await open(store);
  for (const from of [copy, other.store]) {
    const { sums } = await repaired(vault, { from });
    expect(sums).toMatchObject({ repaired: 0, notRepaired: expect.toSatisfy((count: number) => count > 3) });
    const after = bytesOf(store);
    for (const [key, bytes] of before) if (!key.startsWith('damaged/')) expect(after.get(key)).toBe(bytes);
    expect([...after.keys()].filter((key) => !before.has(key) && !key.startsWith('damaged/'))).toEqual([]);
  }
  await vault.close();
});

test('a repair that breaks off is finished by the next one', async () => {
  const store = copyOf(small.store);
  for (const [key] of [...store.objects]) if (/^(data|meta)\//.test(key)) flip(store, key, 130);
  const lost = small.points.map(({ point }) => `points/${point.id}`)[0]!;
  store.objects.delete(lost);
  let turns = 0;
  for (; turns < 60; turns++) {
    const failing = faultStore(store, [
      { on: 'put', key: /^(data|meta|points|deleted)\//, nth: turns % 3 === 2 ? 99 : 2, fault: { kind: 'fail after', code: 'STORE_UNREACHABLE' } },
    ]);
    const vault = await open(failing);
    const done = await repaired(vault, { from: small.store }).catch(() => undefined);
    await vault.close();
    if (done !== undefined && done.sums.notRepaired === 0) break;
  }
  const vault = await open(store);
  expect(turns).toBeGreaterThan(1);
  expect(await bad(vault)).toEqual([]);
  for (const { point, hash } of small.points) expect(await contentHash(vault, point.id)).toBe(hash);
  await vault.close();
});

test('a point whose packs collection has taken doesn’t come back; it stays deleted', async () => {
  const store = memoryStore();
  await using fixture = await testVault({ store });
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)));
  const copy = copyOf(store);
  const { collect } = await import('../src/collect/collect.ts');
  const { insideOf } = await import('../src/inside.ts');
  store.objects.delete(`points/${point.id}`);
  await collect(insideOf(fixture.vault), { apply: true });
  const { steps } = await repaired(fixture.vault, { from: copy });
  expect(steps).toEqual([expect.objectContaining({ object: `points/${point.id}`, outcome: 'not repaired', message: expect.stringContaining('collection') })]);
  expect((await Array.fromAsync(fixture.vault.points())).length).toBe(0);
});

test('a store that goes on giving what was there before is said, and not taken for repaired', async () => {
  const store = copyOf(small.store);
  const key = [...store.objects.keys()].find((each) => each.startsWith('data/'))!;
  flip(store, key, 130);
  const first = new Map(store.objects);
  const keeping: ObjectStore = {
    ...store,
    get: async (asked, options) => {
      const kept = first.get(asked);
      if (kept === undefined || options?.range !== undefined) return await store.get(asked, options);
      return kept.body.slice();
    },
  };
  const vault = await open(keeping);
  const { steps, sums } = await repaired(vault, { from: small.store });
  expect(sums).toMatchObject({ repaired: 0, notRepaired: 1 });
  expect(steps[0]!.message).toContain('goes on giving what was there before');
  await vault.close();
});
