import { createHash } from 'node:crypto';
import { MiB } from '@holdfast/kit';
import { faultStore, memoryStore } from '@holdfast/store/testing';
import { describe, expect, test } from 'vitest';
import { fence } from '../src/collect/fence.ts';
import { isReadable } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { deriveKeys, type VaultKeys } from '../src/keys/derive.ts';
import { parseKeySlot, unwrapMasterKey } from '../src/keys/key-slot.ts';
import { packsOfPoint } from '../src/point/packs-of-point.ts';
import { type SealedKind, sealObject } from '../src/sealed-object.ts';
import { backUp, diskBytes, environment, passphrase, restored, sha256, type TestVault, testDisk, testVault } from './vault-fixture.ts';

async function keysOf({ store, vault }: TestVault): Promise<VaultKeys> {
  const descriptionHash = createHash('sha256')
    .update(await store.get('vault.json'))
    .digest();
  for await (const { key } of store.list('keys/')) {
    const master = await unwrapMasterKey(parseKeySlot(key, await store.get(key)), { passphrase }, vault.description.id, descriptionHash);
    if (master !== undefined) return deriveKeys(master, vault.description.id);
  }
  throw new Error('no slot opens');
}

const objects = async ({ store }: TestVault, prefix: string) => (await Array.fromAsync(store.list(prefix))).map(({ key }) => key);
const ids = async ({ vault }: TestVault) => (await Array.fromAsync(vault.points())).map(({ id }) => id);
const deleted = async ({ vault }: TestVault) => await Array.fromAsync(vault.deletedPoints());

describe('a deleted point', () => {
  test('is out of use, says who, when and why, and comes back whole', async () => {
    await using fixture = await testVault();
    const { vault } = fixture;
    const disk = testDisk(diskBytes(2 * MiB));
    const first = (await backUp(vault, 'web01', disk)).point;
    const second = (await backUp(vault, 'web01', disk, [])).point;
    await vault.deletePoint(first.id, 'infected');
    expect(await ids(fixture)).toEqual([second.id]);
    await expect(vault.point(first.id)).rejects.toMatchObject({ code: 'POINT_ABSENT', message: expect.stringMatching(/has been deleted/) });
    const [mark, ...others] = await deleted(fixture);
    expect(others).toEqual([]);
    expect(mark).toMatchObject({ id: first.id, record: { by: 'test', reason: 'infected' }, point: { sequence: 1, vm: { name: 'web01' } } });
    expect(Date.parse(mark!.record!.at)).toBeGreaterThan(0);
    await expect(vault.deletePoint(first.id, 'again')).rejects.toMatchObject({ code: 'POINT_DELETED' });

    expect((await vault.undeletePoint(first.id)).id).toBe(first.id);
    expect(await ids(fixture)).toEqual([first.id, second.id]);
    expect(await deleted(fixture)).toEqual([]);
    expect(await objects(fixture, 'sessions/')).toEqual([]);
    expect(sha256(await restored(vault, first.id))).toBe(sha256(disk.bytes));
    await expect(vault.undeletePoint(first.id)).rejects.toMatchObject({ code: 'POINT_NOT_MARKED' });
    await vault.deletePoint(first.id, 'after all');
    expect((await deleted(fixture)).map(({ record }) => record?.reason)).toEqual(['after all']);
  });

  test('keeps its number to itself while it is there', async () => {
    await using fixture = await testVault();
    const disk = testDisk(diskBytes(MiB));
    const first = (await backUp(fixture.vault, 'web01', disk)).point;
    const second = (await backUp(fixture.vault, 'web01', disk, [])).point;
    await fixture.vault.deletePoint(second.id, 'infected');
    const third = (await backUp(fixture.vault, 'web01', disk, [])).point;
    expect([third.sequence, third.base]).toEqual([3, first.id]);
    await fixture.vault.undeletePoint(second.id);
    expect(await ids(fixture)).toEqual([first.id, second.id, third.id]);
  });

  test('is one also when only a bare object, or a damaged one, says so; VMs are told apart', async () => {
    await using fixture = await testVault({ sound: false });
    const { vault, store } = fixture;
    const disk = testDisk(diskBytes(MiB));
    const points = [];
    for (const name of ['web01', 'db01', 'app01', 'file01']) points.push((await backUp(vault, name, disk)).point);
    const [empty, json, damaged, unreadable] = points;
    await store.put(`deleted/${empty!.id}`, new Uint8Array());
    await store.put(`deleted/${json!.id}`, Buffer.from('{}'));
    await store.put(`deleted/${damaged!.id}`, Buffer.concat([Buffer.from('HFDELET1'), Buffer.alloc(60)]));
    await vault.deletePoint(unreadable!.id, 'its manifest is damaged');
    await store.put(`points/${unreadable!.id}`, Buffer.from('HFPOINT1 and nothing of use'));
    await store.put(`deleted/${empty!.vmId}/${'00'.repeat(16)}`, new Uint8Array());
    expect(await ids(fixture)).toEqual([]);
    const found = new Map((await deleted(fixture)).map((one) => [one.id, one]));
    expect([...found.keys()].sort()).toEqual(points.map(({ id }) => id).sort());
    expect(found.get(empty!.id)).toEqual({ id: empty!.id, point: expect.objectContaining({ sequence: 1 }) });
    expect(found.get(json!.id)).not.toHaveProperty('record');
    expect(found.get(damaged!.id)!.problem).toMatch(/altered/);
    expect(isReadable(found.get(unreadable!.id)!.point)).toBe(false);
    expect((await Array.fromAsync(vault.deletedPoints(json!.vmId))).map(({ id }) => id)).toEqual([json!.id]);
    await vault.undeletePoint(empty!.id);
    expect(await ids(fixture)).toEqual([empty!.id]);
    await expect(vault.undeletePoint(unreadable!.id)).rejects.toMatchObject({ code: 'POINT_UNREADABLE' });
    expect(await objects(fixture, 'sessions/')).toEqual([]);
  });

  test('that isn’t there, or is a fence, can be neither deleted nor held nor brought back', async () => {
    await using fixture = await testVault();
    const session = { vmId: 'ab'.repeat(16), id: 'cd'.repeat(16) };
    expect(await fence(insideOf(fixture.vault), session, 'given up')).toBe(true);
    for (const id of [`${session.vmId}/${session.id}`, `${'ab'.repeat(16)}/${'ef'.repeat(16)}`, 'nonsense']) {
      await expect(fixture.vault.deletePoint(id, '')).rejects.toMatchObject({ code: 'POINT_ABSENT' });
      await expect(fixture.vault.holdPoint(id, '')).rejects.toMatchObject({ code: 'POINT_ABSENT' });
      await expect(fixture.vault.undeletePoint(id)).rejects.toMatchObject({ code: 'POINT_ABSENT' });
    }
    expect([...(await objects(fixture, 'deleted/')), ...(await objects(fixture, 'holds/'))]).toEqual([]);
  });

  test('keeps its session when the removal of its mark got no answer, since it may still arrive', async () => {
    const inner = memoryStore();
    const store = faultStore(inner, [{ on: 'delete', key: /^deleted\//, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } }]);
    await using fixture = await testVault({ store });
    const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)));
    await fixture.vault.deletePoint(point.id, 'old');
    await expect(fixture.vault.undeletePoint(point.id)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(await ids(fixture)).toEqual([]);
    expect(await objects(fixture, 'sessions/')).toHaveLength(1);
  });

  test('stays deleted when the store doesn’t let its mark go, and says so', async () => {
    const inner = memoryStore();
    const store = faultStore(inner, []);
    await using fixture = await testVault({
      store: Object.assign(Object.create(store) as typeof store, {
        delete: async (keys: readonly string[]) =>
          keys[0]!.startsWith('deleted/') ? { deleted: 0, failed: [{ key: keys[0]!, reason: 'not allowed' }] } : await store.delete(keys),
      }),
    });
    const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)));
    await fixture.vault.deletePoint(point.id, 'old');
    await expect(fixture.vault.undeletePoint(point.id)).rejects.toMatchObject({ code: 'POINT_MARK_LEFT' });
    expect(await ids(fixture)).toEqual([]);
    expect(await objects(fixture, 'sessions/')).toEqual([]);
  });
});

describe('undelete comes too late', () => {
  test.each(['data', 'meta'])('when an open record condemns a %s pack, and not once an outcome pardons it', async (kind) => {
    await using fixture = await testVault();
    const { store, vault } = fixture;
    const { point } = await backUp(vault, 'web01', testDisk(diskBytes(2 * MiB)));
    await vault.deletePoint(point.id, 'old');
    const keys = await keysOf(fixture);
    const packs = await packsOfPoint(store, keys, point);
    const record = { packs: [...packs].filter(([key]) => key.startsWith(kind)).map(([, { id }]) => id) };
    const name = { kind: 'HFCONDM1' as SealedKind, key: 'gc/1.condemned' };
    await store.put(name.key, sealObject(keys, name, Buffer.from(JSON.stringify(record)), environment.random));
    await expect(vault.undeletePoint(point.id)).rejects.toMatchObject({ code: 'POINT_CONDEMNED' });
    expect(await ids(fixture)).toEqual([]);
    expect(await objects(fixture, 'sessions/')).toEqual([]);
    const outcome = { kind: 'HFOUTCM1' as SealedKind, key: 'gc/1.outcome' };
    await store.put(outcome.key, sealObject(keys, outcome, Buffer.from(JSON.stringify({ packs: [] })), environment.random));
    await vault.undeletePoint(point.id);
    expect(await ids(fixture)).toEqual([point.id]);
  });

  test('when any pack that it needs is gone', async () => {
    await using fixture = await testVault();
    const { store, vault } = fixture;
    const { point } = await backUp(vault, 'web01', testDisk(diskBytes(2 * MiB)));
    await vault.deletePoint(point.id, 'old');
    const packs = [...(await packsOfPoint(store, await keysOf(fixture), point)).keys()];
    expect(packs.sort()).toEqual([...(await objects(fixture, 'data/')), ...(await objects(fixture, 'meta/'))].sort());
    for (const key of packs) {
      const bytes = await store.get(key);
      await store.delete([key]);
      await expect(vault.undeletePoint(point.id)).rejects.toMatchObject({ code: 'POINT_CONDEMNED', message: expect.stringContaining(key) });
      await store.put(key, bytes);
    }
    expect(await ids(fixture)).toEqual([]);
    await vault.undeletePoint(point.id);
    expect(await ids(fixture)).toEqual([point.id]);
  });
});

test('a held point can’t be deleted until it is released', async () => {
  await using fixture = await testVault();
  const { vault } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(MiB)));
  await vault.holdPoint(point.id, 'case 42');
  await expect(vault.deletePoint(point.id, 'old')).rejects.toMatchObject({ code: 'POINT_HELD' });
  await expect(vault.holdPoint(point.id, 'case 43')).rejects.toMatchObject({ code: 'POINT_HELD', message: expect.stringMatching(/already/) });
  expect(await ids(fixture)).toEqual([point.id]);
  expect(await vault.heldPoints()).toEqual([{ id: point.id, record: { by: 'test', at: expect.any(String), reason: 'case 42' } }]);
  expect(await vault.heldPoints('00'.repeat(16))).toEqual([]);
  await vault.releasePoint(point.id);
  await expect(vault.releasePoint(point.id)).rejects.toMatchObject({ code: 'POINT_NOT_MARKED' });
  await vault.deletePoint(point.id, 'old');
  await expect(vault.holdPoint(point.id, 'case 44')).rejects.toMatchObject({ code: 'POINT_DELETED' });
  expect(await vault.heldPoints()).toEqual([]);
});
