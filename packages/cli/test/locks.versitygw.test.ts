import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVersitygw } from '@holdfast/store/testing';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { runHoldfast } from './run-holdfast.ts';
import { runInside } from './run-inside.ts';

describe.skipIf(judge('versitygw') === undefined)('a bucket of versitygw with Object Lock', () => {
  test('holds an immutable vault, and vault locks says until when', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-locks-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const { options } = stack.use(await startVersitygw({ folder, plain: true, locks: true }));
    const { accessKeyId, secretAccessKey } = options.credentials;
    const variables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, HOLDFAST_PASSPHRASE: 'a passphrase for tests' };
    const place = ['--store', `s3://${options.bucket}/site-a`, '--endpoint', options.endpoint, '--region', 'us-east-1'];
    const run = (...arguments_: string[]) => runHoldfast([...arguments_, ...place], { variables });

    const half = await runInside(['vault', 'create', '--immutable', 'compliance', ...place], variables);
    expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining('--immutable-days') });
    expect(await run('vault', 'create', '--immutable', 'compliance', '--immutable-days', '30')).toMatchObject({ code: 0 });
    const told = await run('vault', 'locks', '--verify');
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Mode {7}compliance; a point can’t be deleted for 30 days/) });
    expect(told.stdout).toMatch(/the whole vault can be deleted from \d{4}-\d\d-\d\d on/);
    const { code, stdout } = await run('vault', 'locks', '--json');
    expect(code).toBe(0);
    const { locks } = JSON.parse(stdout).result;
    expect(locks).toMatchObject({ immutability: { mode: 'compliance', days: 30 }, packs: 0, generations: [] });
    expect(Date.parse(locks.deletableFrom)).toBeGreaterThan(Date.now() + 29 * 24 * 3600 * 1000);
  });

  test('a folder, which can’t lock, is refused, and nothing is left in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-locks-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const store = join(folder, 'vault');
    const created = await runInside(['vault', 'create', '--immutable', 'governance', '--immutable-days', '7', '--store', store], {
      HOLDFAST_PASSPHRASE: 'a passphrase for tests',
    });
    expect(created).toMatchObject({ code: 2, stderr: expect.stringContaining('LOCKS_UNSUPPORTED') });
  });

  test('a vault without immutability says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-locks-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const store = ['--store', join(folder, 'vault')];
    const variables = { HOLDFAST_PASSPHRASE: 'a passphrase for tests' };
    expect(await runInside(['vault', 'create', ...store], variables)).toMatchObject({ code: 0 });
    expect(await runInside(['vault', 'locks', ...store], variables)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing in this vault is locked'),
    });
  });
});
