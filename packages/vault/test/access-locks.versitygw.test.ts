import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStore, s3Store } from '@holdfast/store';
import { startVersitygw, type Versitygw } from '@holdfast/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { type AccessRole, accessPolicy, accessRoles, collectVault, createVault, openVault, readVaultLocks, type Vault } from '../src/index.ts';
import { expectSound } from './expect-sound.ts';
import { backUp, diskBytes, environment, passphrase, passphraseCost, restored, sha256, testDisk } from './vault-fixture.ts';

const roles = Object.keys(accessRoles) as AccessRole[];
const MiB = 1024 * 1024;

describe.skipIf(judge('versitygw') === undefined)('in a bucket with Object Lock, the policies for it are enough, and unlock nothing', () => {
  const stack = new AsyncDisposableStack();
  let server: Versitygw;
  const disk = testDisk(diskBytes(3 * MiB));

  const storeOf = (role: AccessRole): ObjectStore =>
    stack.adopt(s3Store({ ...server.options, credentials: server.credentialsOf(role), prefix: 'site-a' }), (store) => store.close());
  const open = async (role: AccessRole): Promise<Vault> => {
    const vault = await openVault(storeOf(role), { passphrase }, environment, { workers: 1, packBytes: 4 * MiB });
    return stack.adopt(vault, (one) => one.close());
  };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-access-locks-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    server = stack.use(await startVersitygw({ folder, plain: true, locks: true, users: roles }));
    const { bucket } = server.options;
    const Statement = roles.flatMap((role) => accessPolicy({ role, bucket, prefix: 'site-a', principals: [role], objectLock: true }).Statement);
    await server.setPolicy({ Version: '2012-10-17', Statement });
    await createVault(storeOf('administrator'), { passphrase, passphraseCost, immutability: { mode: 'governance', days: 14 } }, environment);
  });
  afterAll(() => stack.disposeAsync());

  test('a writer locks what it writes, and what its points share for longer; nobody can delete it, and all who may read restore', async () => {
    const writer = await open('writer');
    await backUp(writer, 'web01', disk);
    const { point, statistics } = await backUp(writer, 'web02', disk);
    expect(statistics.fresh).toBe(0);
    const locked = (await Array.fromAsync(storeOf('auditor').versions!.list(''))).filter(({ key }) => /^(data|meta|points|keys)\//.test(key));
    expect(locked.length).toBeGreaterThan(4);
    for (const role of roles) {
      const { failed } = await storeOf(role).versions!.delete(locked.map(({ key, version }) => ({ key, version })));
      expect(failed, role).toHaveLength(locked.length);
    }
    for (const role of ['reader', 'auditor'] as const) {
      const vault = await open(role);
      expect(sha256(await restored(vault, point.id))).toBe(sha256(disk.bytes));
      await expectSound(vault);
      await readVaultLocks(vault);
    }
  });

  test('a collector takes a point out of use, and what it needs stays until its lock has ended', async () => {
    const { point } = await backUp(await open('writer'), 'old01', testDisk(diskBytes(2 * MiB)));
    const collector = await open('collector');
    await collector.deletePoint(point.id, 'by policy').catch((error: { code?: string }) => expect(error.code).toMatch(/^(POINT_|IMMUTABLE)/));
    const before = (await Array.fromAsync(collector.store.list('data/'))).length;
    await collectVault(collector, { apply: true });
    expect((await Array.fromAsync(collector.store.list('data/'))).length).toBe(before);
  });
});
