import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openVault, type Vault } from '../src/index.ts';
import { backUp, diskBytes, environment, passphrase, restored, testDisk, testVault } from './vault-fixture.ts';

async function scratchFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-cache-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const resources = { workers: 2, packBytes: 4 * 1024 * 1024 };

/** Another process's view of the same vault: its own threads, its own knowledge. */
async function another(store: Parameters<typeof openVault>[0], cacheFolder?: string): Promise<Vault & AsyncDisposable> {
  const vault = await openVault(store, { passphrase }, environment, { ...resources, cacheFolder });
  return { ...vault, [Symbol.asyncDispose]: () => vault.close() };
}

test('what one mover has stored, another finds by its cache, and stores nothing', async () => {
  await using scratch = await scratchFolder();
  await using one = await testVault({ resources: { cacheFolder: join(scratch.path, 'one') } });
  const bytes = diskBytes(40 * 1024 * 1024);
  const first = await backUp(one.vault, 'a', testDisk(bytes));
  expect(first.statistics.chunksFresh).toBeGreaterThan(0);
  await using other = await another(one.store, join(scratch.path, 'other'));
  const second = await backUp(other, 'b', testDisk(bytes));
  expect(second.statistics.chunksFresh).toBe(0);
  const again = await backUp(one.vault, 'c', testDisk(bytes));
  expect(again.statistics.chunksFresh).toBe(0);
  expect((await restored(one.vault, second.point.id)).equals(bytes)).toBe(true);
});
