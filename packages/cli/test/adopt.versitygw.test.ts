import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVsphereSimulator } from '@holdfast/simulators';
import { startVersitygw } from '@holdfast/store/testing';
import { accessPolicy, type accessRoles } from '@holdfast/vault';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { MiB } from './estate.ts';
import { runHoldfast } from './run-holdfast.ts';

const roles = ['writer', 'auditor', 'administrator'] as const;

describe.skipIf(judge('versitygw') === undefined)('a second machine with a configuration of its own', () => {
  test('looks at the first one’s vault with rights to read, restores, is refused a backup, and with rights to write goes on', {
    timeout: 180_000,
  }, async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-adopt-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const account = { username: 'backup@vsphere.local', password: 'vcenter-password' };
    const vms = [{ name: 'web01', disks: [{ capacityBytes: 8 * MiB }], nics: [{ network: 'VM Network' }] }];
    const simulator = await startVsphereSimulator({ ...account, folder: join(folder, 'vcenter'), estate: { datacenters: [{ name: 'DC', vms }] }, taskMs: 1 });
    stack.defer(() => simulator.close());
    await simulator.guest('web01').writeExtent(0, MiB, randomBytes(MiB));
    const server = stack.use(await startVersitygw({ folder: join(folder, 'buckets'), plain: true, users: roles }));
    const { bucket, endpoint } = server.options;
    const Statement = roles.flatMap((role) => accessPolicy({ role, bucket, prefix: 'site-a', principals: [role] }).Statement);
    await server.setPolicy({ Version: '2012-10-17', Statement });

    const machine = async (installation: string, key: object) => {
      const home = join(folder, installation);
      await mkdir(home);
      await writeFile(join(home, 'vcenter-password.txt'), `${account.password}\n`, { mode: 0o600 });
      await writeFile(join(home, 'passphrase.txt'), 'a passphrase for tests\n', { mode: 0o600 });
      const main = { url: simulator.url, username: account.username, passwordFile: 'vcenter-password.txt', thumbprint: simulator.thumbprintSha256 };
      const vault = { store: `s3://${bucket}/site-a`, endpoint, region: 'us-east-1', ...key };
      await writeFile(join(home, 'holdfast.json'), JSON.stringify({ installation, vcenters: { main }, vault }));
      return async (role: keyof typeof accessRoles, ...arguments_: string[]) => {
        const { accessKeyId, secretAccessKey } = server.credentialsOf(role);
        const variables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
        const { code, stdout } = await runHoldfast([...arguments_, '--json'], { cwd: home, variables });
        return { code, ...JSON.parse(stdout) };
      };
    };
    const first = await machine('site-a', { passphraseFile: 'passphrase.txt' });
    expect(await first('administrator', 'vault', 'create', '--recovery-key-file', join(folder, 'recovery.key'))).toMatchObject({ code: 0 });
    expect(await first('writer', 'backup', 'web01')).toMatchObject({ code: 0 });

    const second = await machine('site-b', { recoveryKeyFile: join(folder, 'recovery.key') });
    expect(await second('auditor', 'vault', 'info')).toMatchObject({ code: 0, result: { points: 1, writers: [{ installation: 'site-a', points: 1 }] } });
    expect(await second('auditor', 'vault', 'check')).toMatchObject({ code: 0 });
    expect(await second('auditor', 'restore', 'disk', '--vm', 'web01', '--to', join(folder, 'web01.raw'))).toMatchObject({ code: 0 });
    expect(await second('auditor', 'backup', 'web01')).toMatchObject({ code: 4, result: { vms: [{ error: { code: 'VAULT_READ_ONLY' } }] } });
    const next = await second('writer', 'backup', 'web01');
    expect(next).toMatchObject({ code: 0, result: { vms: [{ point: { disks: [{ mode: 'incremental' }] } }] } });
    const info = await first('writer', 'vault', 'info');
    expect(info.result.writers).toMatchObject([
      { installation: 'site-b', points: 1 },
      { installation: 'site-a', points: 1 },
    ]);
  });
});
