import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { faultStore, memoryStore } from '@holdfast/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckOptions, type Finding, openVault, type RecoveryPoint } from '../src/index.ts';
import { checked } from './expect-sound.ts';
import { backUp, diskBytes, environment, passphrase, type TestVault, testDisk, testVault } from './vault-fixture.ts';

/** Two points of one VM that share most of their packs, and one of another VM; 17 MiB are two segments, so maps have inner nodes. */
let sound: TestVault;
let points: RecoveryPoint[];
beforeAll(async () => {
  sound = await testVault();
  const disk = testDisk(Buffer.concat([diskBytes(2 * MiB), Buffer.alloc(14 * MiB), diskBytes(MiB)]));
  const first = await backUp(sound.vault, 'web01', disk);
  randomBytes(8192).copy(disk.bytes, 300_000);
  const second = await backUp(sound.vault, 'web01', disk, [{ offset: 299_008, length: 12_288 }]);
  const third = await backUp(sound.vault, 'db01', testDisk(diskBytes(MiB)));
  points = [first.point, second.point, third.point];
});
afterAll(() => sound[Symbol.asyncDispose]());

const keysOf = async (store: ObjectStore) => (await Array.fromAsync(store.list(''))).map(({ key }) => key);

async function copyOf(store: ObjectStore): Promise<ObjectStore> {
  const copy = memoryStore();
  for (const key of await keysOf(store)) await copy.put(key, await store.get(key));
  return copy;
}

/** Checks the vault as it would be with one object changed; a vault that doesn't open counts as one finding with the error’s code. */
async function afterChange(changes: Readonly<Record<string, (bytes: Buffer) => Buffer | undefined>>, options: CheckOptions = { level: 4 }): Promise<Finding[]> {
  const store = await copyOf(sound.store);
  for (const [key, change] of Object.entries(changes)) {
    const changed = change(Buffer.from(await store.get(key)));
    await store.delete([key]);
    if (changed !== undefined) await store.put(key, changed);
  }
  return findingsOf(store, options);
}

async function findingsOf(store: ObjectStore, options: CheckOptions = { level: 4 }): Promise<Finding[]> {
  try {
    const vault = await openVault(store, { passphrase }, environment, { workers: 1 });
    return (await checked(vault, options)).findings;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return [{ kind: 'finding', code: code as Finding['code'], state: 'damaged', object: 'vault.json', message, costs: [], costsLeftOut: 0 }];
  }
}

const codesOf = (findings: readonly Finding[]) => findings.map(({ code, object }) => `${code} ${object}`);
const flipped = (offset: number) => (bytes: Buffer) => {
  bytes[offset]! ^= 0x10;
  return bytes;
};

async function stateFile() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-check-'));
  return { path: join(folder, 'state.json'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test.each([1, 2, 3, 4] as const)('level %i finds nothing in a sound vault, and says what it did', async (level) => {
  const { findings, summary } = await checked(sound.vault, { level });
  expect(findings).toEqual([]);
  expect(summary).toMatchObject({ level, points: 3, complete: true });
  if (level >= 2) expect(summary!.packs.needed).toBe(points.flatMap(({ introduced }) => introduced.packs).length);
  if (level === 4) expect(summary!.packs.read).toBe(summary!.packs.needed);
  if (level === 3) expect(summary!.sample).toMatchObject({ slots: expect.any(Number), findsOne: expect.any(Number) });
});

test('every object that is removed is missed, and costs the points that need it', async () => {
  await using file = await stateFile();
  expect((await checked(sound.vault, { level: 1, stateFile: file.path })).findings).toEqual([]);
  const { readFile, writeFile } = await import('node:fs/promises');
  const state = await readFile(file.path);
  for (const key of await keysOf(sound.store)) {
    await writeFile(file.path, state);
    const findings = await afterChange({ [key]: () => undefined }, { level: 4, stateFile: file.path });
    expect(findings.length, key).toBeGreaterThan(0);
    if (key === 'vault.json') expect(findings[0]!.code).toBe('VAULT_ABSENT');
    else if (key.startsWith('keys/')) expect(findings[0]!.code).toMatch(/^(KEY_SLOT_NOTICE|VAULT_KEY_WRONG)$/);
    else if (key.startsWith('index/')) expect(codesOf(findings)).toEqual([`INDEX_ABSENT ${key}`]);
    else if (key.startsWith('points/')) expect(findings[0]).toMatchObject({ code: 'POINT_ABSENT', object: key.slice(0, 'points/'.length + 33) });
    else {
      const id = key.slice(-32);
      expect(codesOf(findings), key).toEqual([`PACK_ABSENT ${key}`]);
      const costs = findings[0]!.costs.map(({ point }) => point);
      expect(costs, key).toContain(points.find(({ introduced }) => introduced.packs.some((pack) => pack.id === id))!.id);
      expect(findings[0]!.costs.every(({ disk, ranges, bytes }) => disk?.key === 2000 && ranges.length > 0 && bytes > 0)).toBe(true);
    }
  }
});

test('a damaged slot costs exactly the ranges of the disks that need it, in every point that does', async () => {
  const [first, second] = points as [RecoveryPoint, RecoveryPoint];
  const [pack] = first.introduced.packs.filter(({ id }) => id !== first.disks[0]!.map.root!.pack);
  const key = `data/${pack!.id.slice(0, 2)}/${pack!.id}`;
  const bytes = Buffer.from(await sound.store.get(key));
  const findings = await afterChange({ [key]: flipped(200) });
  expect(findings).toHaveLength(1);
  const [found] = findings;
  expect(found).toMatchObject({ code: 'PACK_DAMAGED', object: key, slot: 0 });
  const plainLength = bytes.readUInt32LE(128 + 8);
  for (const { ranges, bytes: lost } of found!.costs) {
    expect(lost % plainLength).toBe(0);
    expect(ranges.reduce((sum, { length }) => sum + length, 0)).toBe(lost);
  }
  expect(found!.costs.length).toBeGreaterThan(0);
  expect(found!.costs.every(({ point }) => point === first.id || point === second.id)).toBe(true);
});

test('a damaged slot table, trailer or header costs no point', async () => {
  const key = (await keysOf(sound.store)).find((each) => each.startsWith('data/'))!;
  const bytes = Buffer.from(await sound.store.get(key));
  for (const offset of [3, bytes.length - 30, bytes.length - 2])
    expect((await afterChange({ [key]: flipped(offset) })).map(({ costs }) => costs)).toEqual([[]]);
});

test('a store that doesn’t hand an object over makes it unreadable, neither absent nor damaged', async () => {
  const key = (await keysOf(sound.store)).find((each) => each.startsWith('data/'))!;
  const store = faultStore(await copyOf(sound.store), [{ on: 'get', key: new RegExp(key), fault: { kind: 'fail', code: 'STORE_ACCESS' } }]);
  const vault = await openVault(store, { passphrase }, environment, { workers: 1 });
  const { findings, summary } = await checked(vault);
  expect(codesOf(findings)).toEqual([`PACK_UNREADABLE ${key}`]);
  expect(summary!.complete).toBe(false);
});

test('a store that is away ends the check with its own error', async () => {
  const store = faultStore(await copyOf(sound.store), []);
  const vault = await openVault(store, { passphrase }, environment, { workers: 1 });
  const away = faultStore(store, [{ on: 'list', key: /^data\//, fault: { kind: 'fail', code: 'STORE_UNREACHABLE' } }]);
  await expect(checked(await openVault(away, { passphrase }, environment))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  expect((await checked(vault)).findings).toEqual([]);
});

test('a full reading goes on where its budget ended it, and then begins anew', async () => {
  await using file = await stateFile();
  const packs = points.flatMap(({ introduced }) => introduced.packs).length;
  let read = 0;
  for (let turn = 0; turn < packs; turn++) {
    const { summary, findings } = await checked(sound.vault, { level: 4, budgetBytes: 1, stateFile: file.path });
    expect(findings).toEqual([]);
    expect(summary!.complete).toBe(turn === packs - 1);
    read += summary!.packs.read;
  }
  expect(read).toBe(packs);
  expect((await checked(sound.vault, { level: 4, stateFile: file.path })).summary!.packs.read).toBe(packs);
});

test('a state file of another vault is refused', async () => {
  await using file = await stateFile();
  await using other = await testVault();
  await checked(other.vault, { level: 1, stateFile: file.path });
  await expect(checked(sound.vault, { level: 1, stateFile: file.path })).rejects.toMatchObject({ code: 'CHECK_STATE_FOREIGN' });
});
