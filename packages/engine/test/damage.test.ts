import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { qcow2Sink } from '@holdfast/disks';
import { systemClock } from '@holdfast/kit';
import { openVault, type RecoveryPoint } from '@holdfast/vault';
import { expect, test } from 'vitest';
import { recoverDisk, recoverVm } from '../src/index.ts';
import { fillDisk, MiB, openScene, type Scene, smallVm } from './scene.ts';

async function keysBelow(scene: Scene, prefix: string): Promise<string[]> {
  return await Array.fromAsync(scene.store.list(prefix), ({ key }) => key);
}

/** Changes objects behind the vault's back. */
async function alter(scene: Scene, prefix: string, change: (bytes: Buffer) => Uint8Array): Promise<number> {
  const keys = await keysBelow(scene, prefix);
  for (const key of keys) await scene.store.put(key, change(Buffer.from(await scene.store.get(key))));
  return keys.length;
}

test('a damaged pack is found out before a byte of it leaves, and nothing half restored stays', async () => {
  await using scene = await openScene();
  await fillDisk(scene.simulator, 'web01', 0, 1);
  const point = await scene.point('web01');
  await alter(scene, 'data/', (bytes) => {
    bytes[Math.floor(bytes.length / 2)]! ^= 0x10;
    return bytes;
  });
  const file = join(scene.folder, 'damaged.qcow2');
  const restored = recoverDisk({ vault: scene.vault, point, clock: systemClock, openSink: ({ capacity }) => qcow2Sink(file, { capacity }) });
  await expect(restored).rejects.toMatchObject({ kind: 'damaged', code: 'PACK_DAMAGED' });
  await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' });
  const asVm = recoverVm({ vault: scene.vault, vcenter: scene.vcenter, environment: scene.environment, point, name: 'damaged' });
  await expect(asVm).rejects.toMatchObject({ code: 'PACK_DAMAGED' });
  expect((await scene.simulator.vms()).map(({ name }) => name)).toEqual(['web01']);
});

test('a pack that is gone costs the points that need it, and no others', async () => {
  await using scene = await openScene({ vms: [smallVm('web01'), smallVm('db01')] });
  await fillDisk(scene.simulator, 'web01', 0, 1);
  const kept = await scene.point('web01');
  const before = await keysBelow(scene, 'data/');
  await scene.simulator.guest('db01').writeExtent(0, MiB, randomBytes(MiB));
  const lost = await scene.point('db01');
  await scene.store.delete((await keysBelow(scene, 'data/')).filter((key) => !before.includes(key)));
  await expect(scene.restoredHashes(lost)).rejects.toMatchObject({ code: 'PACK_ABSENT', kind: 'damaged' });
  expect(await scene.restoredHashes(kept)).toEqual(await scene.guestHashes('web01'));
});

test('a truncated index costs no point; the next backup says so and stores again what it can not look up', async () => {
  await using scene = await openScene();
  await fillDisk(scene.simulator, 'web01', 0, 1);
  const point = await scene.point('web01');
  expect(await alter(scene, 'index/', (bytes) => bytes.subarray(0, bytes.length >> 1))).toBeGreaterThan(0);
  expect(await scene.restoredHashes(point)).toEqual(await scene.guestHashes('web01'));
  const { vms } = await scene.protect(['web01']);
  expect(vms[0]?.notices).toContainEqual(expect.stringMatching(/index segment .* is damaged/));
  expect(await scene.restoredHashes((vms[0] as { point: RecoveryPoint }).point)).toEqual(await scene.guestHashes('web01'));
  expect((await scene.leftovers('web01')).snapshots).toEqual([]);
});

test('a wrong passphrase opens nothing', async () => {
  await using scene = await openScene();
  const environment = { ...scene.environment, host: 'tests', version: '0' };
  await expect(openVault(scene.store, { passphrase: 'another' }, environment)).rejects.toMatchObject({ code: 'VAULT_KEY_WRONG', kind: 'access' });
});
