import { KiB, MiB } from '@holdfast/kit';
import { type MemoryStore, memoryStore } from '@holdfast/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectVault, openVault, type RecoveryPoint, repairVault, rewritePacks, type Vault } from '../src/index.ts';
import { checked } from './expect-sound.ts';
import { backUp, diskBytes, environment, passphrase, restored, sha256, type TestVault, testDisk, testVault } from './vault-fixture.ts';

/** A vault in which what one VM's point needs was copied to other packs, and the old ones are gone; another VM's was not. */
let fixture: TestVault;
let store: MemoryStore;
let record: string;
let points: { point: RecoveryPoint; hash: string }[];
beforeAll(async () => {
  store = memoryStore();
  fixture = await testVault({ store });
  const { vault } = fixture;
  const disk = testDisk(diskBytes(4 * MiB));
  const first = await backUp(vault, 'web01', disk);
  const changed = [0, 1, 2, 3].map((part) => ({ offset: part * MiB, length: 512 * KiB }));
  for (const { offset, length } of changed) diskBytes(length).copy(disk.bytes, offset);
  const second = await backUp(vault, 'web01', disk, changed);
  const other = testDisk(diskBytes(MiB));
  const third = await backUp(vault, 'db01', other);
  await vault.deletePoint(first.point.id, 'test');
  expect(await rewritePacks(vault, { apply: true, below: 0.9, packBytes: 4 * MiB })).toMatchObject({ state: 'done' });
  expect(await collectVault(vault, { apply: true })).toMatchObject({ state: 'done' });
  record = [...store.objects.keys()].find((key) => key.startsWith('forwards/'))!;
  points = [
    { point: second.point, hash: sha256(disk.bytes) },
    { point: third.point, hash: sha256(other.bytes) },
  ];
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** The vault with its forwarding record changed, as a process sees it that has read nothing yet. */
async function withRecord(change: (bytes: Buffer) => Buffer | undefined): Promise<{ vault: Vault; altered: MemoryStore }> {
  const altered = memoryStore();
  for (const [key, object] of store.objects) altered.objects.set(key, object);
  const before = store.objects.get(record)!;
  const bytes = change(Buffer.from(before.body));
  if (bytes === undefined) altered.objects.delete(record);
  else altered.objects.set(record, { ...before, body: bytes });
  return { altered, vault: await openVault(altered, { passphrase }, environment, { workers: 1 }) };
}

const damages: [string, (bytes: Buffer) => Buffer | undefined][] = [
  ['altered at its beginning', (bytes) => Buffer.concat([Buffer.from([bytes[0]! ^ 1]), bytes.subarray(1)])],
  ['altered in the middle', (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)))],
  ['altered at its end', (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)))],
  ['cut', (bytes) => bytes.subarray(0, bytes.length - 1)],
  ['cut to nothing', () => Buffer.alloc(0)],
  ['extended', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
  ['removed', () => undefined],
];

test.each(damages)('a forwarding record that is %s is found, costs the points that need it and no other, and comes back from a copy', async (_how, change) => {
  const { vault, altered } = await withRecord(change);
  const { findings } = await checked(vault);
  const bad = findings.filter(({ state }) => state === 'damaged' || state === 'absent');
  expect(bad.length).toBeGreaterThan(0);
  if (altered.objects.has(record)) expect(bad.map(({ object }) => object)).toContain(record);
  expect(new Set(bad.flatMap(({ costs }) => costs.map(({ point }) => point)))).toEqual(new Set([points[0]!.point.id]));
  await expect(restored(vault, points[0]!.point.id)).rejects.toMatchObject({ code: expect.stringMatching(/^(PACK|OBJECT)_/) });
  expect(sha256(await restored(vault, points[1]!.point.id))).toBe(points[1]!.hash);
  for await (const one of repairVault(vault, { apply: true, from: store })) if (one.kind === 'repaired') expect(one).toMatchObject({ notRepaired: 0 });
  await vault.close();
  const fresh = await openVault({ ...altered }, { passphrase }, environment, { workers: 1 });
  expect((await checked(fresh)).findings.filter(({ state }) => state !== 'notice')).toEqual([]);
  for (const { point, hash } of points) expect(sha256(await restored(fresh, point.id))).toBe(hash);
  await fresh.close();
});
