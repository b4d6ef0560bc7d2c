import { randomBytes } from 'node:crypto';
import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { expect, test } from 'vitest';
import { fence } from '../src/collect/fence.ts';
import { collectVault, openVault, rewritePacks, type Vault } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { checked } from './expect-sound.ts';
import { backUp, diskBytes, environment, memorySink, passphrase, restored, sha256, testDisk, testVault } from './vault-fixture.ts';

const namesOf = async (store: ObjectStore, prefix: string) => (await Array.fromAsync(store.list(prefix))).map(({ key }) => key);
const rewrite = (vault: Vault, options: Partial<Parameters<typeof rewritePacks>[1]> = {}) =>
  rewritePacks(vault, { apply: true, below: 0.9, packBytes: 4 * MiB, ...options });
const opened = (store: ObjectStore) => openVault(store, { passphrase }, environment, { workers: 1 });
const collected = async (vault: Vault) => expect(await collectVault(vault, { apply: true })).toMatchObject({ state: 'done' });

/** A VM whose first point is deleted and whose second needs half of what it shares with it. */
async function halfDead(vault: Vault, name = 'web01') {
  // Without zeros, and with more unchanged in a row than two chunks can take: whatever the cuts, some stay and some go.
  const disk = testDisk(randomBytes(6 * MiB));
  const first = await backUp(vault, name, disk);
  const before = Buffer.from(disk.bytes);
  const changed = [0, 4 * MiB].map((offset) => ({ offset, length: 2 * MiB }));
  for (const { offset, length } of changed) randomBytes(length).copy(disk.bytes, offset);
  const second = await backUp(vault, name, disk, changed);
  return { first: first.point, before, second: second.point, disk };
}

test('what points need of half-dead packs is copied, the packs go, and everything reads as before', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  const { first, second, disk } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  const old = first.introduced.packs.map(({ id }) => id);
  const planned = await rewrite(vault, { apply: false });
  expect(planned).toMatchObject({ state: 'would rewrite', notices: [] });
  expect(await namesOf(store, 'forwards/')).toEqual([]);
  const report = await rewrite(vault);
  expect(report).toMatchObject({ state: 'done', packs: planned.packs, bytes: planned.bytes, freed: planned.freed, notices: [] });
  expect(sha256(await restored(vault, second.id))).toBe(sha256(disk.bytes));
  await collected(vault);
  const left = await namesOf(store, '');
  for (const id of old) expect(left.filter((key) => key.endsWith(id))).toEqual([]);
  expect(sha256(await restored(vault, second.id))).toBe(sha256(disk.bytes));
  expect(await namesOf(store, 'sessions/')).toEqual([]);
  expect(await rewrite(vault)).toMatchObject({ state: 'nothing to do' });
});

test('new points grow from copies, find their chunks, and a rewritten pack is rewritten again', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  const { first, second, disk } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  await rewrite(vault);
  await collected(vault);
  const changed = [{ offset: 2 * MiB, length: MiB }];
  diskBytes(MiB).copy(disk.bytes, 2 * MiB);
  const third = await backUp(vault, 'web01', disk, changed);
  const sibling = await backUp(vault, 'web02', disk);
  // Where the disk had changed, a full cuts otherwise.
  expect(sibling.statistics.reused).toBeGreaterThan(0);
  await vault.deletePoint(second.id, 'old');
  const again = await rewrite(vault, { below: 1 });
  expect(again.packs).toBeGreaterThan(0);
  await collected(vault);
  expect((await namesOf(store, 'forwards/')).length).toBe(2);
  for (const { point } of [third, sibling]) expect(sha256(await restored(vault, point.id))).toBe(sha256(disk.bytes));
});

test('a deleted point can be brought back until a collection has taken what was not copied', async () => {
  await using fixture = await testVault();
  const { vault } = fixture;
  const { first, before, second, disk } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  await rewrite(vault);
  await vault.undeletePoint(first.id);
  expect((await collectVault(vault, { apply: true })).state).toBe('nothing to do');
  expect(sha256(await restored(vault, first.id))).toBe(sha256(before));
  await vault.deletePoint(first.id, 'old');
  await collected(vault);
  await expect(vault.undeletePoint(first.id)).rejects.toMatchObject({ code: 'POINT_CONDEMNED' });
  expect(sha256(await restored(vault, second.id))).toBe(sha256(disk.bytes));
});

test('a restore that is under way is waited for, and one that begins afterwards reads the copies', async () => {
  await using fixture = await testVault();
  const { vault } = fixture;
  const { first, second, disk } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  await rewrite(vault);
  const early = await vault.beginRestore(second.id);
  expect((await collectVault(vault, { apply: true })).state).toBe('waiting');
  const late = await vault.beginRestore(second.id);
  for (const session of [early, late]) {
    const sink = memorySink(disk.capacity);
    await session.restoreDisk({ disk: 2000, sink });
    expect(sha256(sink.bytes)).toBe(sha256(disk.bytes));
    await session.end();
  }
  await collected(vault);
  expect(sha256(await restored(vault, second.id))).toBe(sha256(disk.bytes));
});

test('a restore goes on while its packs are exchanged for copies under it', async () => {
  await using fixture = await testVault({ sound: false });
  const { vault, store } = fixture;
  const { first, second, disk } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  const session = await vault.beginRestore(second.id);
  await rewrite(vault);
  for (const { id } of first.introduced.packs) await store.delete([`data/${id.slice(0, 2)}/${id}`, `meta/${id.slice(0, 2)}/${id}`]);
  const sink = memorySink(disk.capacity);
  await session.restoreDisk({ disk: 2000, sink });
  await session.end();
  expect(sha256(sink.bytes)).toBe(sha256(disk.bytes));
});

test('packs in cold classes, packs that must stay and what is beyond the budget are left, and counted', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  const points = [await halfDead(vault, 'web01'), await halfDead(vault, 'web02')];
  for (const { first } of points) await vault.deletePoint(first.id, 'old');
  const all = await rewrite(vault, { apply: false });
  expect(all.packs).toBeGreaterThan(1);
  expect(await rewrite(vault, { apply: false, budgetBytes: 1 })).toMatchObject({ packs: 1, left: { cold: 0, kept: 0, budget: all.packs - 1 } });
  expect(await rewrite(vault, { mustStay: () => true })).toMatchObject({ state: 'nothing to do', left: { kept: all.packs } });
  const cold: ObjectStore = {
    ...store,
    list: async function* (prefix) {
      for await (const info of store.list(prefix)) yield { ...info, storageClass: 'GLACIER' };
    },
  };
  const elsewhere = await opened(cold);
  expect(await rewrite(elsewhere)).toMatchObject({ state: 'nothing to do', left: { cold: all.packs } });
  expect(await namesOf(store, 'forwards/')).toEqual([]);
});

test('a rewriting that was given up commits nothing, and harms nobody', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  const { first, second, disk } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  const { keys } = insideOf(vault);
  const fencing: ObjectStore = {
    ...store,
    put: async (key, body, options) => {
      const id = /^forwards\/(.*)/.exec(key)?.[1];
      if (id !== undefined && body.subarray(0, 8).toString() !== 'HFFENCE1')
        await fence({ store, keys, environment }, { id, kind: 'rewrite', vmId: '0'.repeat(32) }, 'its lease ran out');
      return await store.put(key, body, options);
    },
  };
  const given = await opened(fencing);
  await expect(rewrite(given)).rejects.toMatchObject({ code: 'VAULT_FENCED' });
  expect(await namesOf(store, 'sessions/')).toEqual([]);
  await collected(vault);
  expect(sha256(await restored(vault, second.id))).toBe(sha256(disk.bytes));
});

test('a damaged slot isn’t copied: its pack stays, and is named', async () => {
  await using fixture = await testVault({ sound: false });
  const { vault, store } = fixture;
  const { first, second } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  const damaged = (await namesOf(store, 'data/')).filter((key) => first.introduced.packs.some(({ id }) => key.endsWith(id)));
  for (const key of damaged) {
    const bytes = Buffer.from(await store.get(key));
    // Half of what lies there is needed by the second point.
    bytes.fill(0, bytes.length >> 3, (bytes.length >> 3) * 7);
    await store.delete([key]);
    await store.put(key, bytes);
  }
  const report = await rewrite(vault, { below: 1 });
  const needed = damaged.filter((key) => report.notices.join().includes(key));
  expect(needed.length).toBeGreaterThan(0);
  await collectVault(vault, { apply: true });
  for (const key of needed) expect(await store.head(key)).toBeDefined();
  await expect(restored(vault, second.id)).rejects.toMatchObject({ code: 'PACK_DAMAGED' });
});

test('a collection that can’t see the forwards it needs refuses; a check says what is lost without them', async () => {
  await using fixture = await testVault({ sound: false });
  const { vault, store } = fixture;
  const { first, second } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  await rewrite(vault);
  await collected(vault);
  const hidden: ObjectStore = {
    ...store,
    list: async function* (prefix) {
      for await (const info of store.list(prefix)) if (!info.key.startsWith('forwards/')) yield info;
    },
  };
  const blind = await opened(hidden);
  await expect(collectVault(blind, { apply: true })).rejects.toMatchObject({ code: 'COLLECTION_REFUSED' });
  const { findings } = await checked(blind);
  expect(findings.filter(({ code }) => code === 'PACK_ABSENT').flatMap(({ costs }) => costs.map(({ point }) => point))).toContain(second.id);
});

test('a copy whose pack was collected doesn’t count, when the old slot is used again', async () => {
  await using fixture = await testVault();
  const { vault } = fixture;
  const shared = diskBytes(MiB);
  const own = diskBytes(MiB);
  const both = testDisk(Buffer.concat([shared, own]));
  const only = testDisk(shared);
  await backUp(vault, 'web01', both);
  const user = (await backUp(vault, 'web02', only)).point;
  const whole = (await Array.fromAsync(vault.points())).find(({ id }) => id !== user.id)!;
  await vault.deletePoint(whole.id, 'for now');
  await rewrite(vault);
  await vault.undeletePoint(whole.id);
  await vault.deletePoint(user.id, 'old');
  // Nobody needs the copies of what both share any more, or the old pack is not needed for it: one of the two goes.
  await collectVault(vault, { apply: true });
  const again = (await backUp(vault, 'web03', only)).point;
  await vault.deletePoint(whole.id, 'old');
  await collectVault(vault, { apply: true });
  expect(sha256(await restored(vault, again.id))).toBe(sha256(shared));
});

test('where a slot was copied several times, a copy that is there is found, whichever others are gone', async () => {
  await using fixture = await testVault({ sound: false }); // packs are taken away by hand
  const { vault, store } = fixture;
  const { first, second, disk } = await halfDead(vault);
  await vault.deletePoint(first.id, 'old');
  const packsNow = async () => [...(await namesOf(store, 'data/')), ...(await namesOf(store, 'meta/'))];
  for (let copies = 0; copies < 5; copies++) {
    const before = await packsNow();
    await rewrite(await opened(store));
    if (copies < 4) await store.delete((await packsNow()).filter((key) => !before.includes(key)));
  }
  await collected(await opened(store));
  expect(sha256(await restored(await opened(store), second.id))).toBe(sha256(disk.bytes));
});
