import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeSegment, encodeSegment, rowBytes, writeRow } from '../src/index/segment.ts';
import { collectVault, listMovers, type RecoveryPoint, removeMover, repairIndex } from '../src/index.ts';
import type { VaultKeys } from '../src/keys/derive.ts';
import { moverVaultKeys, parseMoverKey } from '../src/mover/key-file.ts';
import { doubtAbout } from '../src/mover/signing.ts';
import { pointKeyOf, sealManifest } from '../src/point/manifest.ts';
import { openSigned, sealObject } from '../src/sealed-object.ts';
import { checked } from './expect-sound.ts';
import { copyOf, moverScene } from './mover-fixture.ts';
import { backUp, diskBytes, environment, passphrase, testDisk } from './vault-fixture.ts';

const MiB = 1024 * 1024;
const { random } = environment;

/** What a thief of the key file seals with, as the mover or in another's name. */
async function thiefKeys(keyFile: string, signer?: string): Promise<VaultKeys> {
  const keys = moverVaultKeys(await parseMoverKey(keyFile));
  const signing = keys.signing!;
  return signer === undefined ? keys : { ...keys, signing: { ...signing, own: { ...signing.own, signer } } };
}

const forged = (point: RecoveryPoint, sessionId: string): RecoveryPoint => ({
  ...point,
  id: `${point.vmId}/${sessionId}`,
  sessionId,
  sequence: point.sequence + 7,
});

test('points say whose signature they carry: the vault’s, a mover’s, a stranger’s, or a false one', async () => {
  await using scene = await moverScene();
  const { vault, keyFile, id } = await scene.mover('edge');
  const disk = testDisk(diskBytes(MiB));
  const { point } = await backUp(vault, 'web01', disk);
  await backUp(scene.full, 'web02', disk);
  const signers = { stranger: 'ee'.repeat(16), vault: '00'.repeat(16) };
  for (const [number, signer] of Object.values(signers).entries()) {
    const sessionId = `0${number}`.repeat(16);
    const false_ = forged(point, sessionId);
    await scene.store.put(pointKeyOf(point.vmId, sessionId), sealManifest(await thiefKeys(keyFile, signer), false_, random));
  }
  const points = (await Array.fromAsync(scene.full.points())) as RecoveryPoint[];
  const found = Object.fromEntries(points.map(({ sessionId, signedBy }) => [sessionId, signedBy]));
  expect(Object.values(found)).toHaveLength(4);
  expect(found[point.sessionId]).toEqual({ state: 'mover', id, name: 'edge' });
  expect(points.find(({ vm }) => vm.name === 'web02')?.signedBy).toEqual({ state: 'vault' });
  expect(found['00'.repeat(16)]).toEqual({ state: 'unlisted', id: signers.stranger });
  expect(found['01'.repeat(16)]).toEqual({ state: 'false', id: signers.vault });
  expect(points.map(({ signedBy }) => doubtAbout(signedBy!)).filter((doubt) => doubt !== undefined)).toHaveLength(2);
  const said = (await checked(scene.full)).findings.filter(({ code }) => code.startsWith('POINT'));
  expect(said.map(({ state, object }) => [state, object.slice(-32)])).toEqual([
    ['notice', '00'.repeat(16)],
    ['damaged', '01'.repeat(16)],
  ]);
  // Nobody grows from them, and no sequence follows theirs.
  const session = await vault.beginSession({ vmId: point.vmId });
  expect(session.base?.id).toBe(point.id);
  await session.end();
  expect((await backUp(vault, 'web01', disk)).point.sequence).toBe(point.sequence + 1);
});

test('a byte of a signature that changes is noticed, and costs no content', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(MiB)));
  const key = pointKeyOf(point.vmId, point.sessionId);
  const bytes = Buffer.from(await scene.store.get(key));
  for (const back of [1, 64, 65, 80]) {
    const store = await copyOf(scene.store);
    const altered = Buffer.from(bytes);
    altered[bytes.length - back]! ^= 1;
    await store.delete([key]);
    await store.put(key, altered);
    const signedBy = (await (await scene.open({ passphrase }, store)).point(point.id)).signedBy!;
    expect(['false', 'unlisted']).toContain(signedBy.state);
  }
});

test('once a mover is removed, what it wrote before counts, and nothing that its key signs later', async () => {
  await using scene = await moverScene();
  const { vault, keyFile } = await scene.mover('edge');
  const disk = testDisk(diskBytes(MiB));
  const { point } = await backUp(vault, 'web01', disk);
  expect(await removeMover(scene.full, 'edge')).toMatchObject({ name: 'edge', objects: 2 });
  const late = forged(point, '77'.repeat(16));
  await scene.store.put(pointKeyOf(point.vmId, late.sessionId), sealManifest(await thiefKeys(keyFile), late, random));
  const inPlace = await copyOf(scene.store);
  await inPlace.delete([pointKeyOf(point.vmId, point.sessionId)]);
  await inPlace.put(pointKeyOf(point.vmId, point.sessionId), sealManifest(await thiefKeys(keyFile), { ...point, takenAt: '2020-01-01T00:00:00Z' }, random));
  expect((await scene.full.point(point.id)).signedBy?.state).toBe('mover');
  expect((await scene.full.point(late.id)).signedBy?.state).toBe('removed');
  const reopened = await scene.open({ passphrase }, inPlace);
  expect((await reopened.point(point.id)).signedBy?.state).toBe('removed');
  const { movers, unreadable } = await listMovers(scene.full);
  expect(movers).toMatchObject([{ name: 'edge', removedAt: expect.any(String) }]);
  expect(unreadable).toEqual([]);
  // The name is free again, and the new mover doesn't grow from what the old one wrote.
  const next = await scene.mover('edge');
  const session = await next.vault.beginSession({ vmId: point.vmId });
  expect(session.base).toBeUndefined();
  await session.end();
});

test('a mover lists no movers: a record that its key signs counts for nothing', async () => {
  await using scene = await moverScene();
  const { keyFile, id } = await scene.mover('edge');
  const keys = await thiefKeys(keyFile);
  const record = (key: string) =>
    sealObject(
      keys,
      { kind: 'HFMOVER1', key },
      Buffer.from(JSON.stringify({ name: 'evil', publicKey: Buffer.alloc(32, 1).toString('base64'), addedAt: '' })),
      random,
    );
  const key = `movers/${'ab'.repeat(16)}`;
  await scene.store.put(key, record(key));
  const { movers, unreadable } = await listMovers(scene.full);
  expect(movers.map((mover) => mover.id)).toEqual([id]);
  expect(unreadable.map((one) => one.key)).toEqual([key]);
});

test('an outcome that a mover forges deletes nothing, although it opens for whoever only looks at it', async () => {
  await using scene = await moverScene();
  const { vault, keyFile } = await scene.mover('edge');
  const { point } = await backUp(vault, 'web01', testDisk(diskBytes(2 * MiB)));
  const packs = point.introduced.packs.map(({ id }) => id);
  const keys = await thiefKeys(keyFile);
  for (const [key, kind] of [
    ['gc/0.condemned', 'HFCONDM1'],
    ['gc/0.outcome', 'HFOUTCM1'],
  ] as const) {
    const sealed = sealObject(keys, { kind, key }, Buffer.from(JSON.stringify({ packs })), random);
    expect(JSON.parse(openSigned(keys, { kind, key }, sealed).content.toString())).toEqual({ packs });
    await scene.store.put(key, sealed);
  }
  await expect(collectVault(scene.full, { apply: true })).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' });
  expect((await Array.fromAsync(scene.store.list('data/'))).length + (await Array.fromAsync(scene.store.list('meta/'))).length).toBe(packs.length);
});

test('no false index entry of a stolen mover reaches anybody else’s point, vouched for or not', async () => {
  await using scene = await moverScene({ chunker: 'grid' });
  const { vault, keyFile } = await scene.mover('edge');
  const keys = await thiefKeys(keyFile);
  // The thief knows what web02 holds, and says of its chunks that they lie where others do.
  const precious = testDisk(randomBytes(4 * MiB));
  const ids = Array.from({ length: 16 }, (_, chunk) =>
    createHmac('sha256', keys.chunkId)
      .update(precious.bytes.subarray(chunk * 262_144, (chunk + 1) * 262_144))
      .digest(),
  );
  const { point } = await backUp(vault, 'web01', testDisk(randomBytes(2 * MiB)));
  const key = point.introduced.segments[0]!;
  const name = { kind: 'HFINDEX1', key, sessionId: point.sessionId } as const;
  const segment = decodeSegment(openSigned(keys, name, await scene.store.get(key)).content);
  const places = [...segment.rows()];
  const rows = Buffer.alloc(ids.length * rowBytes);
  for (const [number, id] of ids.entries()) writeRow(rows, number, { ...places[number % places.length]!, id });
  const perPack = segment.packs.map((_, pack) => (pack === places[0]!.pack ? rows : Buffer.alloc(0)));
  await scene.store.delete([key]);
  await scene.store.put(key, sealObject(keys, name, encodeSegment(segment.packs, perPack), random));

  const trusting = await copyOf(scene.store);
  expect((await backUp(await scene.open({ moverKey: keyFile }, trusting), 'web02', precious)).statistics.fresh).toBe(0); // a forgery that works on whoever believes it
  expect((await backUp(scene.full, 'web02', precious)).statistics.reused).toBe(0);
  const vouched = await scene.open({ passphrase }, await copyOf(scene.store));
  for await (const _ of repairIndex(vouched, { vouch: true }));
  const other = await backUp(vouched, 'web03', precious);
  expect(other.statistics.fresh).toBe(0); // what was read of web02 is what a reader wrote
  const { findings } = await checked(vouched);
  expect(findings.flatMap(({ costs }) => costs)).toEqual([]);
});
