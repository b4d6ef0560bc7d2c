import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localStore, type ObjectStore, s3Store } from '@holdfast/store';
import { memoryStore, startVersitygw } from '@holdfast/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { createVault, openVault, type Vault } from '../src/index.ts';
import { backUp, diskBytes, draft, environment, passphrase, passphraseCost, restored, sha256, testDisk, whole } from './vault-fixture.ts';

const MiB = 1024 * 1024;
const stack = new AsyncDisposableStack();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-global-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
});
afterAll(() => stack.disposeAsync());

/** An installation of its own: it shares nothing with another one but the store. */
async function install(store: ObjectStore, host: string): Promise<Vault> {
  const vault = await openVault(store, { passphrase }, { ...environment, host }, { workers: 1, packBytes: 4 * MiB });
  return stack.adopt(vault, (one) => one.close());
}

async function newVault(store: ObjectStore): Promise<ObjectStore> {
  await createVault(store, { passphrase, passphraseCost }, environment);
  return store;
}

/** Ids of all chunks in the store, as often as they lie there, read from the plain slot headers of every data pack (docs/vault-format.md §5). */
async function storedChunks(store: ObjectStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of store.list('data/')) {
    const pack = Buffer.from(await store.get(key));
    for (let at = 128; pack.toString('latin1', at, at + 4) === 'SLOT'; at += 48 + pack.readUInt32LE(at + 12)) ids.push(pack.toString('hex', at + 16, at + 48));
  }
  return ids;
}

const stores: readonly [name: string, open: () => Promise<ObjectStore>][] = [
  ['a folder', async () => localStore(join(folder, 'vault'), { create: true })],
  ['memory', async () => memoryStore()],
  ...(judge('versitygw') === undefined ? [] : [['a bucket', openBucket] as [string, () => Promise<ObjectStore>]]),
];

async function openBucket(): Promise<ObjectStore> {
  const server = stack.use(await startVersitygw({ folder: join(folder, 'buckets'), plain: true }));
  return stack.adopt(s3Store({ ...server.options, prefix: 'vault' }), (store) => store.close());
}

describe('whatever the store, no chunk of one VM is stored again', () => {
  test.each(stores)('in %s: for another VM, or by another installation', async (_, open) => {
    const store = await newVault(await open());
    const [a, b] = [await install(store, 'a'), await install(store, 'b')];
    const shared = diskBytes(8 * MiB);
    // The same content elsewhere on the disk, and something of its own.
    const other = Buffer.concat([Buffer.alloc(16 * MiB), shared, randomBytes(MiB)]);
    await backUp(a, 'web01', testDisk(shared));
    const first = (await storedChunks(store)).length;
    const clone = await backUp(b, 'web02', testDisk(shared));
    expect(clone.statistics).toMatchObject({ fresh: 0, stored: 0 });
    expect(await storedChunks(store)).toHaveLength(first);
    const moved = await backUp(b, 'db01', testDisk(other));
    expect(moved.statistics.reused).toBeGreaterThan(2 * MiB);
    expect(moved.statistics.fresh).toBeLessThan(3 * MiB);
    await backUp(a, 'db02', testDisk(other));
    const ids = await storedChunks(store);
    expect(ids.length).toBeGreaterThan(first);
    expect(new Set(ids).size).toBe(ids.length);
    for (const vault of [a, b]) expect(sha256(await restored(vault, moved.point.id))).toBe(sha256(other));
  });

  test('a vault that was copied to a store of another kind goes on without storing anything again', async () => {
    const memory = await newVault(memoryStore());
    const bytes = diskBytes(4 * MiB);
    await backUp(await install(memory, 'a'), 'web01', testDisk(bytes));
    const copy = localStore(join(folder, 'copy'), { create: true });
    for await (const { key } of memory.list('')) await copy.put(key, await memory.get(key));
    const before = await storedChunks(copy);
    const { point, statistics } = await backUp(await install(copy, 'b'), 'web02', testDisk(bytes));
    expect(statistics.fresh).toBe(0);
    expect(await storedChunks(copy)).toEqual(before);
    expect(sha256(await restored(await install(copy, 'c'), point.id))).toBe(sha256(bytes));
  });

  test('the count sees a chunk that was stored twice', async () => {
    const store = await newVault(memoryStore());
    const disk = testDisk(randomBytes(2 * MiB));
    // At the same moment neither knows what the other is about to store (docs/adr/0005-one-session-per-vm-backup.md).
    const begun = await Promise.all(
      ['web01', 'web02'].map(async (name) => {
        const vault = await install(store, name);
        return { name, session: await vault.beginSession({ vmId: vault.vmId('vc', name) }) };
      }),
    );
    for (const { name, session } of begun) {
      const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
      await session.commit(draft(name, map, statistics));
      await session.end();
    }
    const ids = await storedChunks(store);
    expect(ids.length).toBe(2 * new Set(ids).size);
  });
});
