import { createHash, randomBytes } from 'node:crypto';
import { type MemoryStore, memoryStore } from '@holdfast/store/testing';
import { collect } from '../../src/collect/collect.ts';
import { createVault, openVault, type RecoveryPoint, repairIndex, type Vault, type VaultKey } from '../../src/index.ts';
import { insideOf } from '../../src/inside.ts';
import { noteDamagedPack } from '../../src/pack/damaged-packs.ts';
import { startLease } from '../../src/session/lease.ts';
import { backUp, environment, passphrase, passphraseCost, type TestDisk, testDisk } from '../vault-fixture.ts';

export interface SmallVault {
  readonly store: MemoryStore;
  readonly vault: Vault;
  /** by key slot: what opens it */
  readonly secrets: ReadonlyMap<string, VaultKey>;
  /** points that can be restored, and the hash of what they hold */
  readonly points: readonly { readonly point: RecoveryPoint; readonly hash: string }[];
  readonly disk: TestDisk;
}

const text = (seed: string, bytes: number) => Buffer.alloc(bytes, `${seed}: a line of text that compresses to nearly nothing\n`);

/**
 * A vault that has one of everything in few bytes: two VMs; full and incremental points; a disk of two segments, so that its map has
 * an inner node; compressed and stored slots; deleted, held and collected points; a passphrase, a recovery key and a note of a removal;
 * collection records, a fence, sessions that were left, a rebuilt index segment, a note of a damaged pack.
 */
export async function smallVault(chunker: 'page-cdc' | 'grid' = 'page-cdc'): Promise<SmallVault> {
  const store = memoryStore();
  const { recoveryKey } = await createVault(store, { passphrase, passphraseCost, chunker }, environment);
  const vault = await openVault(store, { passphrase }, environment, { workers: 1, packBytes: 4 * 1024 * 1024 });
  const disk = testDisk(Buffer.concat([text('web', 131_072), randomBytes(4096), Buffer.alloc(16 * 1024 ** 2), text('log', 8192)]));
  const change = async (name: string, of: TestDisk, offset: number) => {
    text(String(Math.random()), 4096).copy(of.bytes, offset);
    return await backUp(vault, name, of, [{ offset, length: 4096 }]);
  };
  const gone = await backUp(vault, 'tmp01', testDisk(text('temporary', 65_536)));
  const points = [await backUp(vault, 'web01', disk)];
  points.push(await change('web01', disk, 65_536));
  const deleted = await change('web01', disk, disk.capacity - 4096);
  const other = testDisk(Buffer.concat([text('db', 65_536), randomBytes(4096)]));
  points.push(await backUp(vault, 'db01', other), await change('db01', other, 0));
  await vault.deletePoint(gone.point.id, 'test');
  const inside = insideOf(vault);
  const fenced = await startLease(store, inside.keys, environment, 'f0'.repeat(16), { kind: 'backup', vmId: vault.vmId('vc', 'db01') });
  const late = { ...environment, clock: { ...environment.clock, now: () => environment.clock.now() + 86_400_000 } };
  await collect({ ...inside, environment: late }, { apply: true });
  await fenced.leave();
  await vault.deletePoint(deleted.point.id, 'test');
  await vault.holdPoint(points[2]!.point.id, 'test');
  const left = await startLease(store, inside.keys, environment, 'f1'.repeat(16), { kind: 'backup', vmId: vault.vmId('vc', 'web01') });
  await left.leave();
  const segments = points[3]!.point.introduced.segments;
  for (const key of segments) store.objects.delete(key);
  for await (const _ of repairIndex(vault));
  await noteDamagedPack(inside, 'd0'.repeat(16), 'test');
  const slots = [...store.objects.keys()].filter((key) => key.startsWith('keys/'));
  const secrets = new Map<string, VaultKey>();
  for (const key of slots) {
    const { kind, id } = JSON.parse(Buffer.from(store.objects.get(key)!.body).toString()) as { kind: string; id: string };
    secrets.set(key, kind === 'passphrase' ? { passphrase } : { recoveryKey });
    if (kind === 'passphrase') await store.put(`key-removals/${id}-${'a0'.repeat(16)}`, Buffer.from('{"magic":"holdfast-key-removal","format":1}'));
  }
  const hashes = await Promise.all(points.map(async ({ point }) => ({ point, hash: await contentHash(vault, point.id) })));
  return { store, vault, secrets, points: hashes, disk };
}

/** Hash of what a restore writes and where; zeros aren't written. */
export async function contentHash(vault: Vault, pointId: string): Promise<string> {
  const session = await vault.beginRestore(pointId);
  try {
    const writes: { offset: number; bytes: Buffer }[] = [];
    const { key, capacity } = session.point.disks[0]!;
    const write = async (offset: number, bytes: Uint8Array) => void writes.push({ offset, bytes: Buffer.from(bytes) });
    await session.restoreDisk({ disk: key, sink: { order: 'any', write, zero: async () => {} } });
    const hash = createHash('sha256').update(`${capacity}`);
    for (const { offset, bytes } of writes.sort((a, b) => a.offset - b.offset)) hash.update(`|${offset}|`).update(bytes);
    return hash.digest('hex');
  } finally {
    await session.end();
  }
}
