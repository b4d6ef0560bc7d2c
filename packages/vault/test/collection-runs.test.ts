import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { faultStore, memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { type CollectOptions, collect } from '../src/collect/collect.ts';
import type { Vault } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { backUp, diskBytes, draft, restored, sha256, testDisk, testVault, whole } from './vault-fixture.ts';

const namesOf = async (store: ObjectStore, prefix: string) => await Array.fromAsync(store.list(prefix), ({ key }) => key);
const run = (vault: Vault, laterMs = 0, options: Partial<CollectOptions> = {}) => {
  const { store, keys, environment } = insideOf(vault);
  const clock = { ...environment.clock, now: () => environment.clock.now() + laterMs };
  return collect({ store, keys, environment: { ...environment, clock } }, { apply: true, ...options });
};
const hourMs = 3_600_000;

test('in a vault that is never quiet, runs that don’t wait end as soon as the first sessions have', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  const disk = testDisk(diskBytes(3 * MiB));
  await vault.deletePoint((await backUp(vault, 'web01', disk)).point.id, 'old');
  const first = await vault.beginSession({ vmId: vault.vmId('vc', 'web02') });
  expect(await run(vault)).toMatchObject({ state: 'waiting', adopted: false, waitingFor: [{ id: first.id }] });
  const second = await vault.beginSession({ vmId: vault.vmId('vc', 'web03') });
  await first.end();
  expect(await run(vault, 0, { apply: false })).toMatchObject({ state: 'would delete', adopted: true, cycle: 0, waitingFor: [{ id: second.id }] });
  expect(await run(vault)).toMatchObject({ state: 'done', adopted: true, cycle: 0 });
  expect(await namesOf(store, 'gc/')).toEqual(['gc/0.closed', 'gc/0.condemned', 'gc/0.outcome', 'gc/0.sessions']);
  const { map, statistics } = await second.writeDisk({ source: disk, extents: whole(disk.capacity) });
  const point = await second.commit(draft('web03', map, statistics));
  await second.end();
  expect(sha256(await restored(vault, point.id))).toBe(sha256(disk.bytes));
});

test('what goes is told with the deleted points that lose it', async () => {
  await using fixture = await testVault();
  const { vault } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(2 * MiB)));
  await backUp(vault, 'web02', testDisk(diskBytes(2 * MiB)));
  await vault.deletePoint(point.id, 'old');
  expect(await run(vault, 0, { apply: false })).toMatchObject({ points: [point.id] });
  const bytes = point.introduced.packs.reduce((sum, pack) => sum + pack.size, 0);
  expect(await run(vault)).toMatchObject({ state: 'done', points: [point.id], bytes });
});

test('sessions that are over for good leave nothing, and living ones stay', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(MiB)));
  await vault.deletePoint((await backUp(vault, 'web01', testDisk(diskBytes(MiB)))).point.id, 'old');
  const dead = await vault.beginSession({ vmId: vault.vmId('vc', 'web02') });
  const reader = await vault.beginRestore(point.id);
  expect(await run(vault)).toMatchObject({ state: 'waiting', fenced: [], cleaned: 0 });
  const report = await run(vault, hourMs);
  expect(report).toMatchObject({ state: 'done', cleaned: 2 });
  expect([...report.fenced].sort()).toEqual([dead.id, reader.id].sort());
  expect(await namesOf(store, 'sessions/')).toEqual([]);
  await expect(dead.commit(draft('web02', { capacity: 0, height: 0 }, point.disks[0]!.statistics))).rejects.toMatchObject({ code: 'VAULT_FENCED' });
  await dead.end();
  await reader.end();
  expect(await run(vault)).toMatchObject({ state: 'nothing to do', cleaned: 0 });
});

test('what came of a collection is told even when what ended sessions left can’t be taken away', async () => {
  await using fixture = await testVault();
  const { vault, store } = fixture;
  await vault.deletePoint((await backUp(vault, 'web01', testDisk(diskBytes(MiB)))).point.id, 'old');
  const dead = await vault.beginSession({ vmId: vault.vmId('vc', 'web02') });
  const { keys, environment } = insideOf(vault);
  const later = { ...environment, clock: { ...environment.clock, now: () => environment.clock.now() + hourMs } };
  const failing = faultStore(store, [{ on: 'delete', key: /^sessions\//, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } }]);
  const report = await collect({ store: failing, keys, environment: later }, { apply: true });
  expect(report).toMatchObject({ state: 'done', fenced: [dead.id], cleaned: 0, notCleaned: expect.stringContaining('sessions/') });
  const next = await run(vault, hourMs);
  expect(next.cleaned).toBe(1);
  expect(next.notCleaned).toBeUndefined();
  await dead.end();
});

test('a renewal whose session has gone is taken away a day later', async () => {
  const store = memoryStore();
  await using fixture = await testVault({ store });
  const stray = `sessions/${'ab'.repeat(16)}.3`;
  await store.put(stray, Buffer.alloc(100));
  await run(fixture.vault, hourMs);
  expect(await namesOf(store, 'sessions/')).toEqual([stray]);
  await run(fixture.vault, 25 * hourMs);
  expect(await namesOf(store, 'sessions/')).toEqual([]);
});

test('an undelete that got no answer keeps its point’s packs, and is told, until its object is removed by hand', async () => {
  const inner = memoryStore();
  let silent = false;
  const store: ObjectStore = {
    ...inner,
    delete: async (keys) => {
      if (silent && keys[0]!.startsWith('deleted/')) throw Object.assign(new Error('no answer'), { code: 'STORE_UNREACHABLE' });
      return inner.delete(keys);
    },
  };
  await using fixture = await testVault({ store });
  const { vault } = fixture;
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(MiB)));
  const other = (await backUp(vault, 'web02', testDisk(diskBytes(MiB)))).point;
  for (const { id } of [point, other]) await vault.deletePoint(id, 'old');
  silent = true;
  await expect(vault.undeletePoint(point.id)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  silent = false;
  const undeleting = [{ kind: 'undelete', point: point.id }];
  expect(await run(vault, hourMs)).toMatchObject({ state: 'done', packs: 2, pardoned: 0, points: [other.id], undeleting, cleaned: 0 });
  expect(await run(vault, hourMs)).toMatchObject({ state: 'nothing to do', undeleting });
  expect(await inner.delete([`deleted/${point.id}`])).toMatchObject({ failed: [] });
  expect((await restored(vault, point.id)).length).toBe(MiB);
  await vault.deletePoint(point.id, 'old');
  await inner.delete(await namesOf(inner, 'sessions/'));
  expect(await run(vault)).toMatchObject({ state: 'done', packs: 2, undeleting: [] });
});
