import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStore, type S3StoreOptions, s3Store } from '@holdfast/store';
import { cephIsHere, startCeph, startVersitygw } from '@holdfast/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import {
  type AccessRole,
  accessPolicy,
  accessRoles,
  addKey,
  collectVault,
  createVault,
  newRecoveryKey,
  objectPrefixes,
  openVault,
  removeKey,
  rotateKey,
  type Vault,
} from '../src/index.ts';
import { expectSound } from './expect-sound.ts';
import { slotIds } from './key-fixture.ts';
import { backUp, diskBytes, environment, passphrase, passphraseCost, restored, sha256, testDisk } from './vault-fixture.ts';

const roles = Object.keys(accessRoles) as AccessRole[];
const refused = { code: 'STORE_ACCESS' };
const MiB = 1024 * 1024;

test('no role may overwrite by its condition, list outside the prefix, or bypass a lock', () => {
  for (const role of roles) {
    const { Statement } = accessPolicy({ role, bucket: 'backups', prefix: 'site-a', objectLock: true, writeOnce: true });
    expect(Statement.find(({ Sid }) => Sid === 'List')?.Condition).toEqual({ StringLike: { 's3:prefix': 'site-a/*' } });
    expect(Statement.flatMap(({ Action }) => Action).filter((action) => /Bypass|PutBucket|\*/.test(action))).toEqual([]);
    for (const { Sid, Resource } of Statement)
      for (const one of Resource) expect(one).toMatch(/^(List|ReadSettings)$/.test(Sid) ? /:::backups$/ : /:::backups\/site-a\//);
  }
  const kms = accessPolicy({ role: 'writer', bucket: 'b', prefix: '', kmsKey: 'arn:aws:kms:eu-central-1:111122223333:key/1', vaultId: 'v' }).Statement.at(-1);
  expect(kms).toMatchObject({ Action: ['kms:Decrypt'], Condition: { StringEquals: { 'kms:EncryptionContext:holdfast-vault': 'v' } } });
});

/** A bucket with a user for each role, who may do what the role’s policy says. */
interface PolicyServer {
  readonly options: S3StoreOptions;
  credentialsOf(role: AccessRole): { accessKeyId: string; secretAccessKey: string };
}

async function onVersitygw(stack: AsyncDisposableStack, prefix: string): Promise<PolicyServer> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-access-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const server = stack.use(await startVersitygw({ folder, plain: true, users: roles }));
  const { bucket } = server.options;
  const Statement = roles.flatMap((role) => accessPolicy({ role, bucket, prefix, principals: [role] }).Statement);
  await server.setPolicy({ Version: '2012-10-17', Statement });
  return server;
}

async function onCeph(stack: AsyncDisposableStack, prefix: string): Promise<PolicyServer> {
  const ceph = stack.use(await startCeph());
  const options = await ceph.bucket('access', { plain: true });
  const users = Object.fromEntries(await Promise.all(roles.map(async (role) => [role, await ceph.user(role)] as const)));
  const Statement = roles.flatMap((role) => accessPolicy({ role, bucket: 'access', prefix, principals: [`arn:aws:iam:::user/${role}`] }).Statement);
  await ceph.setPolicy('access', { Version: '2012-10-17', Statement });
  return { options, credentialsOf: (role) => users[role]! };
}

const servers = [
  { name: 'versitygw', here: judge('versitygw') !== undefined, start: onVersitygw, prefix: 'site-a' },
  // Its release 16 tells absence only to whoever may list the whole bucket.
  { name: 'Ceph', here: cephIsHere, start: onCeph, prefix: '' },
] as const;

for (const { name, here, start, prefix: ownPrefix } of servers)
  describe.skipIf(!here)(`on ${name}, which enforces policies, each role can do its whole work and no more`, { timeout: 120_000 }, () => {
    const stack = new AsyncDisposableStack();
    let server: PolicyServer;
    let recoveryKey: string;
    const disk = testDisk(diskBytes(3 * MiB));

    const storeOf = (role: AccessRole, prefix: string = ownPrefix): ObjectStore =>
      stack.adopt(s3Store({ ...server.options, credentials: server.credentialsOf(role), prefix }), (store) => store.close());
    const open = async (role: AccessRole): Promise<Vault> => {
      const vault = await openVault(storeOf(role), { passphrase }, environment, { workers: 1, packBytes: 4 * MiB });
      return stack.adopt(vault, (one) => one.close());
    };
    const pointsOf = async (vault: Vault) => (await Array.fromAsync(vault.points())).map(({ id }) => id);
    /** What the store says to a deletion: nothing, or why not. */
    const deleting = async (store: ObjectStore, key: string) => (await store.delete([key]).catch(({ code }) => ({ failed: [code] }))).failed.length === 0;
    const firstKey = async (prefix: string) => (await Array.fromAsync(storeOf('auditor').list(prefix)))[0]!.key;

    beforeAll(async () => {
      server = await start(stack, ownPrefix);
      ({ recoveryKey } = await createVault(storeOf('administrator'), { passphrase, passphraseCost }, environment));
      await backUp(await open('writer'), 'web01', disk);
    }, 180_000);
    afterAll(() => stack.disposeAsync());

    test('writer: backs up and restores; deletes no point, pack or key, and makes no key or hold', async () => {
      const vault = await open('writer');
      const { point, statistics } = await backUp(vault, 'web02', disk);
      expect(statistics.fresh).toBe(0);
      expect(sha256(await restored(vault, point.id))).toBe(sha256(disk.bytes));
      expect(await Array.fromAsync(vault.store.list('sessions/'))).toEqual([]);
      await expect(vault.deletePoint(point.id, 'by a thief')).rejects.toMatchObject(refused);
      await expect(vault.holdPoint(point.id, 'by a thief')).rejects.toMatchObject(refused);
      await expect(collectVault(vault, { apply: true }).then(({ state }) => state)).resolves.toBe('nothing to do');
      await expect(
        addKey(vault.store, { opener: { passphrase }, secret: { recoveryKey: newRecoveryKey(environment.random) } }, environment),
      ).rejects.toMatchObject(refused);
      for (const prefix of ['data/', 'meta/', 'index/', 'points/', 'keys/']) expect(await deleting(vault.store, await firstKey(prefix))).toBe(false);
      for (const key of ['vault.json', `gc/0.condemned`, `deleted/${point.id}`])
        await expect(vault.store.put(key, Buffer.from('x'))).rejects.toMatchObject(refused);
    });

    test('reader: lists, checks and restores while it holds collection off; writes nothing else', async () => {
      const vault = await open('reader');
      const [id] = await pointsOf(vault);
      const session = await vault.beginRestore(id!);
      expect(session.notices).toEqual([]);
      expect(await Array.fromAsync(vault.store.list('sessions/'))).toHaveLength(1);
      await session.end();
      expect(sha256(await restored(vault, id!))).toBe(sha256(disk.bytes));
      await expect(backUp(vault, 'web03', testDisk(randomBytes(MiB)))).rejects.toMatchObject(refused);
      await expect(vault.deletePoint(id!, 'by a thief')).rejects.toMatchObject(refused);
      expect(await Array.fromAsync(vault.store.list('sessions/'))).toEqual([]);
    });

    test('auditor: looks at all, and restores, told that collection isn’t held off; writes nothing at all', async () => {
      const vault = await open('auditor');
      const before = await Array.fromAsync(vault.store.list(''));
      await expectSound(vault);
      const [id] = await pointsOf(vault);
      const session = await vault.beginRestore(id!);
      expect(session.notices).toEqual([expect.stringContaining('may not write')]);
      await session.end();
      expect(sha256(await restored(vault, id!))).toBe(sha256(disk.bytes));
      await expect(backUp(vault, 'web01', disk)).rejects.toMatchObject({ code: 'VAULT_READ_ONLY', did: 'Nothing was begun.' });
      for (const prefix of objectPrefixes) await expect(vault.store.put(`${prefix}x`, Buffer.from('x'))).rejects.toMatchObject(refused);
      expect(await deleting(vault.store, await firstKey('points/'))).toBe(false);
      expect(await Array.fromAsync(vault.store.list(''))).toEqual(before);
    });

    test('collector: deletes points and what they alone needed; touches no key, hold or deletion of others', async () => {
      const { point } = await backUp(await open('writer'), 'old01', testDisk(diskBytes(2 * MiB)));
      const vault = await open('collector');
      const packs = async () => (await Array.fromAsync(vault.store.list('data/'))).length;
      const before = await packs();
      await vault.deletePoint(point.id, 'by policy');
      expect(await collectVault(vault, { apply: true })).toMatchObject({ state: 'done' });
      expect(await packs()).toBeLessThan(before);
      await expect(vault.undeletePoint(point.id)).rejects.toThrow();
      const [id] = await pointsOf(vault);
      await expect(vault.holdPoint(id!, 'by a thief')).rejects.toMatchObject(refused);
      const { recovery } = await slotIds(vault.store);
      await expect(removeKey(vault.store, { id: recovery![0]!, proofs: [{ passphrase }], force: true }, environment)).rejects.toMatchObject(refused);
      expect(await deleting(vault.store, await firstKey('keys/'))).toBe(false);
      expect(await deleting(vault.store, await firstKey('points/'))).toBe(false);
      expect(sha256(await restored(await open('reader'), id!))).toBe(sha256(disk.bytes));
    });

    test('administrator: keys, holds and bringing back; deletes no pack and no point for good', async () => {
      const vault = await open('administrator');
      const { recovery } = await slotIds(vault.store);
      const next = { recoveryKey: newRecoveryKey(environment.random) };
      await rotateKey(vault.store, { id: recovery![0]!, opener: { recoveryKey }, secret: next }, environment);
      const [id] = await pointsOf(vault);
      await vault.holdPoint(id!, 'case 7');
      await vault.releasePoint(id!);
      await (await open('collector')).deletePoint(id!, 'by mistake');
      await vault.undeletePoint(id!);
      expect(await pointsOf(vault)).toContain(id);
      for (const prefix of ['data/', 'meta/', 'points/']) expect(await deleting(vault.store, await firstKey(prefix))).toBe(false);
    });

    if (ownPrefix !== '')
      test('nobody reaches beyond the prefix', async () => {
        for (const role of roles) {
          const elsewhere = storeOf(role, 'site-b');
          await expect(Array.fromAsync(elsewhere.list(''))).rejects.toMatchObject(refused);
          await expect(elsewhere.get('vault.json')).rejects.toMatchObject(refused);
          await expect(elsewhere.put('sessions/x', Buffer.from('x'))).rejects.toMatchObject(refused);
        }
      });
  });
