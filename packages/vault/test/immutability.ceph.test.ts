import { MiB, mapBounded, systemClock } from '@holdfast/kit';
import { s3Store } from '@holdfast/store';
import { type Ceph, cephIsHere, startCeph } from '@holdfast/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../src/collect/collect.ts';
import { createVault, openVault, readVaultLocks, type VaultEnvironment, verifyLocks } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { broken, dayMs } from './immutable-fixture.ts';
import { backUp, diskBytes, environment, passphrase, passphraseCost, restored, sha256, testDisk } from './vault-fixture.ts';

const inDays = (days: number): VaultEnvironment => ({ ...environment, clock: { ...systemClock, now: () => systemClock.now() + days * dayMs } });

describe.skipIf(!cephIsHere)('on Ceph', () => {
  let ceph: Ceph;
  beforeAll(async () => {
    ceph = await startCeph();
  }, 120_000);
  afterAll(() => ceph?.[Symbol.asyncDispose]());

  async function vaultIn(bucket: string, mode: 'governance' | 'compliance') {
    const options = { ...(await ceph.bucket(bucket)), prefix: 'vaults/one' };
    const store = s3Store(options);
    await createVault(store, { passphrase, passphraseCost, immutability: { mode, days: 14 } }, environment);
    const open = () => openVault(s3Store(options), { passphrase }, environment, { workers: 2, packBytes: 4 * MiB });
    return { options, store, open, vault: await open() };
  }

  test('a point restores after an attacker with every right but to bypass locks has written over and deleted all he can', async () => {
    const { store, open, vault } = await vaultIn('attacked', 'compliance');
    const disk = testDisk(diskBytes(9 * MiB));
    await backUp(vault, 'web01', disk);
    disk.bytes.set(diskBytes(MiB), MiB);
    const { point } = await backUp(vault, 'web01', disk, [{ offset: MiB, length: MiB }]);
    expect(await broken(vault, store, Date.now())).toEqual([]);
    await vault.close();
    const refused: string[] = [];
    await mapBounded(await Array.fromAsync(store.versions!.list('')), 8, async ({ key, version }) => {
      const { failed } = await store.versions!.delete([{ key, version }]);
      refused.push(...failed.map(({ key }) => key.split('/')[0]!));
      await store.locks!.retain(key, { mode: 'governance', until: Date.now() + 1000 }, version).catch(() => {});
      await store.put(key, Buffer.from('rubbish'));
      await store.delete([key]);
      await store.put(key, Buffer.from('more rubbish'));
    });
    await store.put(`deleted/${point.id}`, Buffer.from('rubbish'));
    await store.delete([`points/${point.id}`]);
    expect(new Set(refused)).toEqual(new Set(['data', 'meta', 'points', 'keys', 'vault.json']));
    const again = await open();
    try {
      expect((await Array.fromAsync(again.points())).map(({ id }) => id)).toContain(point.id);
      expect(sha256(await restored(again, point.id))).toBe(sha256(disk.bytes));
    } finally {
      await again.close();
    }
  }, 120_000);

  test('nothing locked is collected, and nothing unlocked stays', async () => {
    const { options, store, vault } = await vaultIn('collected', 'governance');
    const gone = await backUp(vault, 'web01', testDisk(diskBytes(9 * MiB)));
    const kept = await backUp(vault, 'web02', testDisk(diskBytes(5 * MiB)));
    await vault.deletePoint(gone.point.id, 'old');
    const packs = gone.point.introduced.packs.length;
    const run = (days: number) => collect({ ...insideOf(vault), environment: inDays(days) }, { apply: true });
    const there = async () => (await Array.fromAsync(store.versions!.list(''))).filter(({ key }) => /^(data|meta)\//.test(key));
    const before = (await there()).map(({ key, version }) => [key, version]);
    expect(await readVaultLocks(vault)).toMatchObject({ packs: before.length });
    expect(await verifyLocks(vault, 100)).toMatchObject({ asked: before.length, differences: [] });
    expect(await run(0)).toMatchObject({ state: 'nothing to do', locked: { packs } });
    // By our clock the locks have ended, by the store's they haven't: it refuses, and that is no error.
    expect(await run(60)).toMatchObject({ state: 'done', locked: { packs } });
    expect((await there()).map(({ key, version }) => [key, version])).toEqual(before);
    const ids = gone.point.introduced.packs.map(({ id }) => id);
    for (const { key, version } of await there())
      if (ids.includes(key.slice(-32))) await ceph.lift(options.bucket, { key: `${options.prefix}/${key}`, version });
    await systemClock.sleep(4000);
    expect(await run(120)).toMatchObject({ state: 'done', packs });
    expect((await there()).map(({ key }) => key.slice(-32)).sort()).toEqual(kept.point.introduced.packs.map(({ id }) => id).sort());
    expect((await Array.fromAsync(store.versions!.list(''))).filter(({ marker }) => marker)).toEqual([]);
    await vault.close();
  }, 120_000);
});
