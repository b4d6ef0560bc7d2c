import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { openVault, type Vault } from '../src/index.ts';
import { backUp, diskBytes, environment, memorySink, passphrase, restored, sha256, testDisk, testVault } from './vault-fixture.ts';

async function keysOf(store: ObjectStore, prefix = ''): Promise<string[]> {
  return (await Array.fromAsync(store.list(prefix))).map(({ key }) => key);
}

/** The same store with one object changed. */
async function altered(store: ObjectStore, key: string, change: (bytes: Buffer) => Buffer | undefined): Promise<ObjectStore> {
  const copy = memoryStore();
  for (const each of await keysOf(store)) {
    const bytes = Buffer.from(await store.get(each));
    const put = each === key ? change(bytes) : bytes;
    if (put !== undefined) await copy.put(each, put);
  }
  return copy;
}

/** Opens, lists and restores everything; the code of what went wrong, or the hash of the disk. */
async function outcome(store: ObjectStore, pointId: string): Promise<string> {
  let vault: Vault | undefined;
  try {
    vault = await openVault(store, { passphrase }, environment, { workers: 1, packBytes: 4 * MiB });
    return sha256(await restored(vault, pointId));
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await vault?.close();
  }
}

test('every object that a restore needs is missed, noticed when a bit flips anywhere, and noticed when it is cut', { timeout: 120_000 }, async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(6 * MiB));
  const { point } = await backUp(fixture.vault, 'web01', disk);
  const hash = sha256(disk.bytes);
  expect(await outcome(fixture.store, point.id)).toBe(hash);
  const expectation: Record<string, { absent: RegExp; damaged: RegExp }> = {
    'vault.json': { absent: /^VAULT_ABSENT$/, damaged: /^VAULT_(ALTERED|NOT_UNDERSTOOD|KEY_WRONG)$/ },
    points: { absent: /^POINT_ABSENT$/, damaged: /^POINT_UNREADABLE$/ },
    data: { absent: /^PACK_ABSENT$/, damaged: /^PACK_DAMAGED$/ },
    meta: { absent: /^PACK_ABSENT$/, damaged: /^PACK_DAMAGED$/ },
  };
  for (const key of await keysOf(fixture.store)) {
    const expected = expectation[key.split('/')[0]!];
    if (expected === undefined) continue;
    expect(await outcome(await altered(fixture.store, key, () => undefined), point.id), key).toMatch(expected.absent);
    for (const at of [0, 0.1, 0.5]) {
      const flip = (bytes: Buffer) => {
        // Slots begin behind the header; the header and the slot table serve rebuilding and checking, not restoring.
        const offset = /^(data|meta)/.test(key) ? 128 + Math.floor(at * Math.min(bytes.length - 400, 2000)) : Math.floor(at * bytes.length);
        bytes[offset]! ^= 0x10;
        return bytes;
      };
      const seen = await outcome(await altered(fixture.store, key, flip), point.id);
      expect(seen, `${key} at ${at}`).toMatch(expected.damaged);
    }
    const cut = await outcome(await altered(fixture.store, key, (bytes) => bytes.subarray(0, bytes.length >> 1)), point.id);
    expect(cut, `${key} cut`).toMatch(expected.damaged);
  }
});

test('a damaged pack is named with the range of the disk, and nothing of that segment reaches the target', async () => {
  await using fixture = await testVault();
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB, () => 0.3)));
  const [key] = await keysOf(fixture.store, 'data/');
  const store = await altered(fixture.store, key!, (bytes) => {
    bytes[1000]! ^= 1;
    return bytes;
  });
  const vault = await openVault(store, { passphrase }, environment, { workers: 1 });
  try {
    const sink = memorySink(MiB);
    const session = await vault.beginRestore(point.id);
    const work = session.restoreDisk({ disk: point.disks[0]!.key, sink }).finally(() => session.end());
    await expect(work).rejects.toMatchObject({ code: 'PACK_DAMAGED', message: expect.stringContaining(key!), subject: { slot: 0 } });
    await expect(work).rejects.toThrow(/bytes 0 to \d+/);
    expect(sink.writes).toEqual([]);
  } finally {
    await vault.close();
  }
});

test('an unreadable point is listed as unreadable, beside the readable ones', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(MiB));
  const first = await backUp(fixture.vault, 'web01', disk);
  const second = await backUp(fixture.vault, 'web01', disk);
  const store = await altered(fixture.store, `points/${first.point.id}`, (bytes) => bytes.subarray(0, 30));
  const vault = await openVault(store, { passphrase }, environment);
  const listed = await Array.fromAsync(vault.points());
  expect(listed.map((point) => [point.id, 'reason' in point])).toEqual([
    [second.point.id, false],
    [first.point.id, true],
  ]);
});

test('a damaged index is said and costs only that its chunks are stored again; it harms no point', async () => {
  await using fixture = await testVault();
  const disk = testDisk(diskBytes(2 * MiB));
  const { point, statistics } = await backUp(fixture.vault, 'web01', disk);
  const [key] = await keysOf(fixture.store, 'index/');
  const store = await altered(fixture.store, key!, (bytes) => bytes.subarray(0, bytes.length - 40));
  const vault = await openVault(store, { passphrase }, environment, { workers: 1, packBytes: 4 * MiB });
  try {
    const session = await vault.beginSession({ vmId: vault.vmId('vc', 'other') });
    expect(session.notices).toEqual([expect.stringContaining(key!)]);
    await session.end();
    const again = await backUp(vault, 'web01', disk);
    expect(again.statistics.fresh).toBe(statistics.fresh);
    for (const id of [point.id, again.point.id]) expect(sha256(await restored(vault, id))).toBe(sha256(disk.bytes));
  } finally {
    await vault.close();
  }
});

test('the recovery key opens the vault; a wrong passphrase, a wrong recovery key and an altered description don’t', async () => {
  await using fixture = await testVault();
  const open = async (store: ObjectStore, key: Parameters<typeof openVault>[1]) => (await openVault(store, key, environment)).description.id;
  expect(await open(fixture.store, { recoveryKey: fixture.recoveryKey })).toBe(fixture.vault.description.id);
  await expect(open(fixture.store, { passphrase: 'wrong' })).rejects.toMatchObject({ code: 'VAULT_KEY_WRONG' });
  await expect(open(fixture.store, { recoveryKey: 'HF1-nonsense' })).rejects.toMatchObject({ code: 'RECOVERY_KEY_MALFORMED' });
  const changed = await altered(fixture.store, 'vault.json', (bytes) => Buffer.from(bytes.toString().replace('262144', '131072')));
  await expect(open(changed, { passphrase })).rejects.toMatchObject({ code: 'VAULT_ALTERED' });
  const newer = await altered(fixture.store, 'vault.json', (bytes) => Buffer.from(bytes.toString().replace('"required": []', '"required": ["time-travel"]')));
  await expect(open(newer, { passphrase })).rejects.toMatchObject({ code: 'VAULT_NOT_UNDERSTOOD', message: expect.stringContaining('time-travel') });
  await expect(open(memoryStore(), { passphrase })).rejects.toMatchObject({ code: 'VAULT_ABSENT' });
});
