import { randomBytes } from 'node:crypto';
import { MiB } from '@holdfast/kit';
import { faultStore, memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { openVault, type RecoveryPoint, type Vault } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { packsOfPoint } from '../src/point/packs-of-point.ts';
import { checked } from './expect-sound.ts';
import { backUp, diskBytes, environment, passphrase, restored, sha256, testDisk, testVault } from './vault-fixture.ts';

/** Two points of a VM; then a pack of the first one is damaged or removed. */
async function damagedVault(prefix: 'data/' | 'meta/', how: 'altered' | 'removed') {
  const store = memoryStore();
  const fixture = await testVault({ store, sound: false });
  const disk = testDisk(Buffer.concat([diskBytes(2 * MiB), Buffer.alloc(15 * MiB), randomBytes(8192)]));
  const first = (await backUp(fixture.vault, 'web01', disk)).point;
  randomBytes(4096).copy(disk.bytes, 17 * MiB);
  const second = (await backUp(fixture.vault, 'web01', disk, [{ offset: 17 * MiB, length: 4096 }])).point;
  const key = [...store.objects.keys()].find((each) => each.startsWith(prefix) && first.introduced.packs.some(({ id }) => each.endsWith(id)))!;
  if (how === 'removed') store.objects.delete(key);
  else store.objects.get(key)!.body[300]! ^= 1;
  return { ...fixture, store, disk, first, second, key, pack: key.slice(-32) };
}

const packsOf = async (vault: Vault, point: RecoveryPoint) => {
  const { store, keys } = insideOf(vault);
  return [...(await packsOfPoint(store, keys, point)).values()].map(({ id }) => id);
};

const grow = (vault: Vault, disk: ReturnType<typeof testDisk>) => backUp(vault, 'web01', disk, [{ offset: 0, length: 4096 }]);

test.each([
  ['data/', 'altered'],
  ['data/', 'removed'],
  ['meta/', 'altered'],
  ['meta/', 'removed'],
] as const)('a %s pack that a check found %s is no part of what is backed up after it', async (prefix, how) => {
  await using damaged = await damagedVault(prefix, how);
  const { vault, disk, pack } = damaged;
  const { findings } = await checked(vault, { level: 4, contain: true });
  expect(findings.filter(({ state }) => state !== 'notice').map(({ object }) => object)).toEqual([damaged.key]);
  const session = await vault.beginSession({ vmId: vault.vmId('vc', 'web01') });
  expect(session).toMatchObject({ base: undefined, baseRefused: expect.stringContaining('noted as damaged') });
  expect(session.notices).toEqual([expect.stringContaining(damaged.second.id)]);
  await session.end();
  for (const { point } of [await backUp(vault, 'web01', disk), await backUp(vault, 'web02', disk)]) {
    expect(await packsOf(vault, point)).not.toContain(pack);
    expect(sha256(await restored(vault, point.id))).toBe(sha256(disk.bytes));
  }
  // Incrementals go on from the point that doesn't need it.
  const next = await grow(vault, disk);
  expect(next.point.base).not.toBe(damaged.second.id);
  expect(sha256(await restored(vault, next.point.id))).toBe(sha256(disk.bytes));
});

test('without the note, new points do come to depend on it', async () => {
  await using damaged = await damagedVault('data/', 'altered');
  const { vault, disk, pack } = damaged;
  await checked(vault);
  expect(await packsOf(vault, (await grow(vault, disk)).point)).toContain(pack);
  expect(await packsOf(vault, (await backUp(vault, 'web02', disk)).point)).toContain(pack);
});

test('a VM whose point doesn’t need the damaged pack goes on as before', async () => {
  await using damaged = await damagedVault('data/', 'altered');
  const { vault } = damaged;
  const other = testDisk(randomBytes(MiB));
  const { point } = await backUp(vault, 'db01', other);
  await checked(vault, { level: 4, contain: true });
  const session = await vault.beginSession({ vmId: vault.vmId('vc', 'db01') });
  expect(session).toMatchObject({ base: { id: point.id }, notices: [] });
  await session.end();
});

test('a pack that no point needs but that the index offers is missed, unless collection took it', async () => {
  await using fixture = await testVault({ sound: false });
  const { vault, store } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(MiB)));
  await vault.deletePoint(point.id, 'test');
  const packs = point.introduced.packs.map(({ id }) => id);
  const keys = (await Array.fromAsync(store.list(''))).map(({ key }) => key).filter((key) => packs.some((id) => key.endsWith(id)));
  await store.delete(keys);
  const { findings } = await checked(vault, { level: 2, contain: true });
  expect(findings.map(({ code, object, costs }) => [code, object, costs.length]).sort()).toEqual(keys.map((key) => ['PACK_ABSENT', key, 0]));
  expect((await Array.fromAsync(store.list('damaged/'))).map(({ key }) => key).sort()).toEqual(packs.map((id) => `damaged/${id}`).sort());
});

test('a store that takes no note is said, and the check goes on', async () => {
  await using damaged = await damagedVault('data/', 'altered');
  const store = faultStore(damaged.store, [{ on: 'put', key: /^damaged\//, fault: { kind: 'fail', code: 'STORE_ACCESS' } }]);
  const vault = await openVault(store, { passphrase }, environment, { workers: 1 });
  const { findings, summary } = await checked(vault, { level: 4, contain: true });
  expect(findings.map(({ code }) => code)).toEqual(['PACK_DAMAGED', 'PACK_NOTICE']);
  expect(summary).toMatchObject({ complete: true });
});
