import { expect, test } from 'vitest';
import { addMover, checkVault, collectVault, openVault, type RecoveryPoint, repairIndex, rewritePacks, type Vault } from '../src/index.ts';
import { readLockedVault, unlockAny } from '../src/keys/stored-slots.ts';
import { publicKeyOf } from '../src/mover/raw-keys.ts';
import { currentEpoch, epochPublicKey, epochSecretKey, unwrapPackKey, wrapPackKey } from '../src/mover/wrapped-key.ts';
import { writePackHeader } from '../src/pack/layout.ts';
import { checked, expectSound } from './expect-sound.ts';
import { copyOf, type MoverScene, moverScene } from './mover-fixture.ts';
import { loot, secretsOf } from './mover-thief.ts';
import { backUp, diskBytes, draft, environment, passphrase, sha256, testDisk, testVault, whole } from './vault-fixture.ts';

const MiB = 1024 * 1024;

async function restoredBy(vault: Vault, point: RecoveryPoint): Promise<string> {
  const session = await vault.beginRestore(point.id);
  try {
    const bytes = Buffer.alloc(point.disks[0]!.capacity);
    const sink = {
      order: 'any' as const,
      write: async (offset: number, from: Uint8Array) => void bytes.set(from, offset),
      zero: async (offset: number, length: number) => void bytes.fill(0, offset, offset + length),
    };
    await session.restoreDisk({ disk: 2000, sink });
    return sha256(bytes);
  } finally {
    await session.end();
  }
}

async function vouch(scene: MoverScene): Promise<void> {
  for await (const one of repairIndex(scene.full, { vouch: true })) if (one.kind === 'finding') throw new Error(one.message);
}

test('a write-only mover backs up in full and incrementally, and the passphrase restores both', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const disk = testDisk(diskBytes(20 * MiB));
  const first = await backUp(vault, 'web01', disk);
  const before = sha256(disk.bytes);
  disk.bytes.write('changed', 5 * MiB);
  const second = await backUp(vault, 'web01', disk, [{ offset: 5 * MiB, length: 4096 }]);
  expect(second.point.base).toBe(first.point.id);
  expect(second.statistics.read).toBeLessThan(2 * MiB);
  expect(await restoredBy(scene.full, first.point)).toBe(before);
  expect(await restoredBy(scene.full, second.point)).toBe(sha256(disk.bytes));
  await expectSound(scene.full);
});

/** Many chunks that take little room, so that trying thousands of keys on each takes seconds. */
function text(name: string): Buffer {
  const bytes = Buffer.alloc(MiB);
  for (let offset = 0; offset < bytes.length; offset += 4096) bytes.fill(`page ${offset} of ${name}, and on `, offset, offset + 4096);
  return bytes;
}

test('with all that a mover’s key file holds and derives, not one slot of any data pack opens; with the master key, every one does', {
  timeout: 60_000,
}, async () => {
  await using scene = await moverScene();
  const { vault, keyFile } = await scene.mover('edge');
  await backUp(scene.full, 'db01', testDisk(text('db01')));
  const session = await vault.beginSession({ vmId: vault.vmId('vc', 'web01') });
  const nvram = await session.writeFile(Buffer.from('secret of a virtual TPM'));
  const disk = testDisk(text('web01'));
  const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
  await session.commit({ ...draft('web01', map, statistics), files: { nvram } });
  await session.end();

  const vaultId = scene.full.description.id;
  const stolen = await loot(scene.store, vaultId, secretsOf(keyFile));
  expect(stolen.packs.derived).toBeGreaterThan(0);
  expect(stolen.packs.wrapped).toBeGreaterThan(1); // a disk's chunks, and the files
  expect(stolen.slots).toBeGreaterThan(8);
  expect(stolen.opened).toBe(0);
  const { masterKey } = await unlockAny(await readLockedVault(scene.store), { passphrase });
  const all = await loot(scene.store, vaultId, [masterKey]);
  expect(all).toMatchObject({ packs: stolen.packs, slots: stolen.slots, opened: stolen.slots });
});

test('secrets of the VM stand neither in the manifest nor in any metadata pack, and come back with the passphrase', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const session = await vault.beginSession({ vmId: vault.vmId('vc', 'web01') });
  const disk = testDisk(diskBytes(MiB));
  const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
  const configuration = { version: 1, guestinfo: { password: 'hunter2' } };
  const file = Buffer.from('NVRAM');
  const [nvram, again] = [await session.writeFile(file), await session.writeFile(file)];
  expect(nvram.in).toBe('data');
  expect(again.id).not.toBe(nvram.id); // an id tells nothing about what is in a file
  const point = await session.commit({ ...draft('web01', map, statistics), configuration, files: { nvram } });
  await session.end();
  expect(JSON.stringify(await vault.point(point.id))).not.toContain('hunter2');
  await expect(vault.beginRestore(point.id)).rejects.toMatchObject({ code: 'VAULT_WRITE_ONLY' });
  const restore = await scene.full.beginRestore(point.id);
  expect((await scene.full.withConfiguration(restore.point)).configuration).toEqual(configuration);
  await expect(vault.withConfiguration(restore.point)).rejects.toMatchObject({ code: 'VAULT_WRITE_ONLY' });
  expect(Buffer.from(await restore.readFile('nvram')).toString()).toBe('NVRAM');
  await restore.end();
  await expectSound(scene.full);
});

test('a write-only mover’s fulls and incrementals store what those of a mover that reads store, to the byte', { timeout: 30_000 }, async () => {
  await using scene = await moverScene();
  const { keyFile } = await scene.mover('edge');
  const day1 = diskBytes(24 * MiB);
  const day2 = Buffer.from(day1);
  const changed = [2 * MiB, 9 * MiB, 20 * MiB].map((offset) => ({ offset, length: 64 * 1024 }));
  for (const { offset, length } of changed) diskBytes(length).copy(day2, offset);
  const month = async (vault: Vault) => {
    const full = await backUp(vault, 'web01', testDisk(day1));
    const sibling = await backUp(vault, 'web02', testDisk(day1));
    const incremental = await backUp(vault, 'web01', testDisk(day2), changed);
    expect(incremental.point.base).toBe(full.point.id);
    expect(sibling.statistics.fresh).toBe(0);
    return [full.statistics, sibling.statistics, incremental.statistics];
  };
  const [one, other] = [await copyOf(scene.store), await copyOf(scene.store)];
  const byReader = await month(await scene.open({ passphrase }, one));
  expect(await month(await scene.open({ moverKey: keyFile }, other))).toEqual(byReader);
  expect(byReader[2]!.fresh).toBeGreaterThan(0);

  // An incremental that grows from what a reader wrote, on both sides of the same vault.
  await backUp(scene.full, 'web03', testDisk(day1));
  const copy = await copyOf(scene.store);
  const after = async (vault: Vault) => (await backUp(vault, 'web03', testDisk(day2), changed)).statistics;
  expect(await after(await scene.open({ moverKey: keyFile }, copy))).toEqual(await after(scene.full));
});

test('chunks of a mover serve itself at once, and others only when somebody with the master key has read them', async () => {
  await using scene = await moverScene();
  const [{ vault: edge }, { vault: other }] = [await scene.mover('edge'), await scene.mover('other')];
  const disk = testDisk(diskBytes(6 * MiB));
  const fresh = (await backUp(edge, 'web01', disk)).statistics.fresh;
  expect((await backUp(edge, 'web02', disk)).statistics.fresh).toBe(0);
  const unvouched = await copyOf(scene.store);
  const reader = await scene.open({ passphrase }, unvouched);
  const session = await reader.beginSession({ vmId: reader.vmId('vc', 'web03') });
  expect(session.notices.join()).toMatch(/index segments of other write-only movers are passed over/);
  await session.end();
  expect((await backUp(reader, 'web03', disk)).statistics.fresh).toBe(fresh);
  // What a reader has written serves everybody.
  expect((await backUp(await scene.open({ moverKey: (await scene.mover('third')).keyFile }), 'web09', disk)).statistics.fresh).toBe(fresh);
  await vouch(scene);
  expect((await backUp(scene.full, 'web03', disk)).statistics.fresh).toBe(0);
  expect((await backUp(other, 'web04', disk)).statistics.fresh).toBe(0);
  await expectSound(scene.full);
});

test('a map grows from one’s own points and from those of whoever reads, never from another mover’s', async () => {
  await using scene = await moverScene();
  const [{ vault: edge }, { vault: other }] = [await scene.mover('edge'), await scene.mover('other')];
  const disk = testDisk(diskBytes(2 * MiB));
  const { point } = await backUp(edge, 'web01', disk);
  for (const vault of [other, scene.full]) {
    const session = await vault.beginSession({ vmId: vault.vmId('vc', 'web01') });
    expect(session.base).toBeUndefined();
    expect(session.notices.join()).toContain('was written by the write-only mover edge, so that nothing grows from it here');
    await session.end();
  }
  const own = await edge.beginSession({ vmId: edge.vmId('vc', 'web01') });
  expect(own.base?.id).toBe(point.id);
  await own.end();
  const { point: second } = await backUp(scene.full, 'web01', disk);
  expect(second.sequence).toBe(2);
  const after = await other.beginSession({ vmId: other.vmId('vc', 'web01') });
  expect(after.base?.id).toBe(second.id);
  await after.end();
});

test('what a mover’s key can’t do is refused in words, before anything happens', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(MiB)));
  const before = await Array.fromAsync(scene.store.list(''));
  const refused = { code: 'VAULT_WRITE_ONLY' };
  await expect(vault.beginRestore(point.id)).rejects.toMatchObject(refused);
  await expect(vault.deletePoint(point.id, 'x')).rejects.toMatchObject(refused);
  await expect(vault.holdPoint(point.id, 'x')).rejects.toMatchObject(refused);
  await expect(vault.releasePoint(point.id)).rejects.toMatchObject(refused);
  await expect(vault.undeletePoint(point.id)).rejects.toMatchObject(refused);
  await expect(collectVault(vault, { apply: true })).rejects.toMatchObject(refused);
  await expect(Array.fromAsync(checkVault(vault))).rejects.toMatchObject(refused);
  await expect(Array.fromAsync(repairIndex(vault))).rejects.toMatchObject(refused);
  await expect(addMover(vault, { name: 'mine', deliver: async () => {} })).rejects.toMatchObject(refused);
  expect(await Array.fromAsync(scene.store.list(''))).toEqual(before);
  expect((await Array.fromAsync(vault.points())).map(({ id }) => id)).toEqual([point.id]);
});

test('a wrapped key opens in its own header alone: no bit, no epoch, no other pack', () => {
  const root = Buffer.alloc(32, 1);
  const vaultId = 'ab'.repeat(16);
  const secret = epochSecretKey(root, vaultId, currentEpoch);
  const key = Buffer.alloc(32, 7);
  const headerOf = (packId: string) => {
    const header = Buffer.alloc(128);
    writePackHeader(header, vaultId, packId, 'data');
    wrapPackKey(header, currentEpoch, publicKeyOf('x25519', epochPublicKey(root, vaultId, currentEpoch)), key, environment.random.bytes(32));
    return header;
  };
  const [header, other] = [headerOf('11'.repeat(16)), headerOf('22'.repeat(16))];
  expect(unwrapPackKey(header, secret)).toEqual(key);
  expect(unwrapPackKey(header, epochSecretKey(root, vaultId, currentEpoch + 1))).toBeUndefined();
  expect(unwrapPackKey(header, epochSecretKey(root, 'ac'.repeat(16), currentEpoch))).toBeUndefined();
  for (let bit = 0; bit < header.length * 8; bit++) {
    const altered = Buffer.from(header);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    expect(unwrapPackKey(altered, secret)).toBeUndefined();
  }
  expect(unwrapPackKey(Buffer.concat([header.subarray(0, 48), other.subarray(48)]), secret)).toBeUndefined();
});

test('a pack whose header was exchanged, or that another pretends to be, is refused by restores and named by checks', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(12 * MiB)));
  const packs = await Array.fromAsync(scene.store.list('data/'));
  const [one, other] = packs.sort((a, b) => b.size - a.size).map(({ key }) => key);
  const bytes = Buffer.from(await scene.store.get(one!));
  const headers = {
    'of another pack': (await scene.store.get(other!)).subarray(48, 128),
    'without a byte': Buffer.concat([bytes.subarray(48, 127), Buffer.from([bytes[127]! ^ 1])]),
  };
  for (const wrapped of Object.values(headers)) {
    const store = await copyOf(scene.store);
    await store.delete([one!]);
    await store.put(one!, Buffer.concat([bytes.subarray(0, 48), wrapped, bytes.subarray(128)]));
    const reader = await scene.open({ passphrase }, store);
    await expect(restoredBy(reader, point)).rejects.toMatchObject({ code: 'PACK_DAMAGED' });
    const { findings } = await checked(reader);
    expect(findings.filter(({ state }) => state === 'damaged').map(({ object }) => object)).toContain(one);
  }
});

test('collection records count for a write-only mover as for everybody', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const disk = testDisk(diskBytes(4 * MiB));
  const { point, statistics } = await backUp(vault, 'web01', disk);
  await scene.full.deletePoint(point.id, 'test');
  expect(await collectVault(scene.full, { apply: true })).toMatchObject({ state: 'done' });
  expect(await Array.fromAsync(scene.store.list('data/'))).toEqual([]);
  const again = await backUp(vault, 'web01', disk);
  expect(again.statistics.fresh).toBe(statistics.fresh);
  expect(await restoredBy(scene.full, again.point)).toBe(sha256(disk.bytes));
});

test('half-dead packs of a mover are rewritten where the master key is, and the mover goes on growing from them', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const disk = testDisk(diskBytes(6 * MiB));
  const { point: first } = await backUp(vault, 'web01', disk);
  const changed = Array.from({ length: 12 }, (_, index) => ({ offset: index * 512 * 1024, length: 256 * 1024 }));
  for (const { offset, length } of changed) diskBytes(length).copy(disk.bytes, offset);
  const { point: second } = await backUp(vault, 'web01', disk, changed);
  await scene.full.deletePoint(first.id, 'old');
  await expect(rewritePacks(vault, { apply: true, below: 0.9, packBytes: 4 * MiB })).rejects.toMatchObject({ code: 'VAULT_WRITE_ONLY' });
  expect(await rewritePacks(scene.full, { apply: true, below: 0.9, packBytes: 4 * MiB })).toMatchObject({ state: 'done', notices: [] });
  expect(await collectVault(scene.full, { apply: true })).toMatchObject({ state: 'done' });
  expect(await restoredBy(scene.full, second)).toBe(sha256(disk.bytes));
  diskBytes(64 * 1024).copy(disk.bytes, 3 * MiB);
  const third = await backUp(vault, 'web01', disk, [{ offset: 3 * MiB, length: 64 * 1024 }]);
  expect(third.point.base).toBe(second.id);
  expect(await restoredBy(scene.full, third.point)).toBe(sha256(disk.bytes));
  await expectSound(scene.full);
});

test('a key file opens its own vault, as it was when the file was made, and with its passphrase', async () => {
  await using scene = await moverScene();
  let sealed = '';
  const deliver = async (text: string) => {
    sealed = text;
  };
  await addMover(scene.full, { name: 'edge', passphrase: 'its passphrase', passphraseCost: { memoryKiB: 64, passes: 1, parallelism: 1 }, deliver });
  for (const secret of Object.values((JSON.parse((await scene.mover('open')).keyFile) as { keys: object }).keys))
    if (typeof secret === 'string') expect(sealed).not.toContain(secret);
  const vault = await scene.open({ moverKey: sealed, moverPassphrase: 'its passphrase' });
  expect(vault.mover?.name).toBe('edge');
  await expect(scene.open({ moverKey: sealed })).rejects.toMatchObject({ code: 'MOVER_KEY_WRONG' });
  await expect(scene.open({ moverKey: sealed, moverPassphrase: 'another' })).rejects.toMatchObject({ code: 'MOVER_KEY_WRONG' });
  await expect(scene.open({ moverKey: '{}' })).rejects.toMatchObject({ code: 'MOVER_KEY_MALFORMED' });
  await expect(scene.open({ moverKey: sealed.slice(1) })).rejects.toMatchObject({ code: 'MOVER_KEY_MALFORMED' });
  await using another = await moverScene();
  const { keyFile } = await another.mover('edge');
  await expect(scene.open({ moverKey: keyFile })).rejects.toMatchObject({ code: 'MOVER_KEY_WRONG' });
  const altered = await copyOf(another.store);
  const description = Buffer.from(await altered.get('vault.json'))
    .toString()
    .replace('page-cdc', 'grid');
  await altered.delete(['vault.json']);
  await altered.put('vault.json', Buffer.from(description));
  await expect(scene.open({ moverKey: keyFile }, altered)).rejects.toMatchObject({ code: 'VAULT_ALTERED' });
});

test('a vault that wasn’t made for write-only movers takes none, and one that was says so to older readers', async () => {
  await using fixture = await testVault();
  await expect(addMover(fixture.vault, { name: 'edge', deliver: async () => {} })).rejects.toMatchObject({ code: 'VAULT_WITHOUT_MOVERS' });
  await using scene = await moverScene();
  expect(JSON.parse(Buffer.from(await scene.store.get('vault.json')).toString())).toMatchObject({ required: ['write-only-movers'] });
  const refused = addMover(scene.full, { name: 'no name!', deliver: async () => {} });
  await expect(refused).rejects.toMatchObject({ code: 'MOVER_NAME' });
});

test('a mover’s user of the store need not be able to read key slots', async () => {
  await using scene = await moverScene();
  const { keyFile } = await scene.mover('edge');
  const asked: string[] = [];
  const watched = new Proxy(scene.store, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        asked.push(String(parameters[0]));
        return Reflect.apply(value, target, parameters);
      };
    },
  });
  const vault = await openVault(watched, { moverKey: keyFile }, environment, { workers: 1, packBytes: 4 * MiB });
  try {
    await backUp(vault, 'web01', testDisk(diskBytes(MiB)));
  } finally {
    await vault.close();
  }
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((key) => key.startsWith('keys'))).toEqual([]);
});
