import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVersitygw } from '@holdfast/store/testing';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { openSite } from './estate.ts';
import { runHoldfast } from './run-holdfast.ts';

/** A machine that knows nothing: an empty home, an empty working folder, and the recovery key in it. */
async function bareMachine(folder: string, recoveryKeyFile: string) {
  const [home, work] = [join(folder, 'home'), join(folder, 'work')];
  await mkdir(home);
  await mkdir(work);
  await cp(recoveryKeyFile, join(work, 'recovery.key'));
  const run = (arguments_: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
    runHoldfast(arguments_, { cwd: work, variables: { HOME: home, ...variables } });
  return { home, work, run };
}

/** Backs two VMs up to a vault that the options name, and lets the site burn down. What is left: the vault, its recovery key, and what web01's disk was. */
async function lostSite(folder: string, place: readonly string[], variables: Readonly<Record<string, string>>): Promise<string> {
  await using site = await openSite();
  const created = await site.run(['vault', 'create', ...place, '--recovery-key-file', join(folder, 'recovery.key')], { variables });
  expect(created).toMatchObject({ code: 0 });
  expect(await site.run(['backup', '--all', ...place], { variables })).toMatchObject({ code: 0 });
  return sha256(await site.simulator.guest('web01').readDisk(0));
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** On a machine of its own, with the options for the vault and no other knowledge. */
async function expectRecovery(folder: string, place: readonly string[], variables: Readonly<Record<string, string>>, expected: string): Promise<void> {
  const { home, work, run } = await bareMachine(folder, join(folder, 'recovery.key'));
  const vault = [...place, '--recovery-key-file', 'recovery.key'];
  const points = await run(['points', ...vault], variables);
  expect(points).toMatchObject({ code: 0, stdout: expect.stringContaining('web01') });
  const restored = await run(['restore', 'disk', '--vm', 'web01', '--to', 'web01.raw', ...vault], variables);
  expect(restored, restored.stderr).toMatchObject({ code: 0 });
  expect(sha256(await readFile(join(work, 'web01.raw')))).toBe(expected);
  expect(await readdir(home)).toEqual([]);
  expect((await readdir(work)).sort()).toEqual(['recovery.key', 'web01.raw']);
}

describe('with nothing left but a vault and its recovery key', () => {
  test('a disk comes back from a folder', async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-bare-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const place = ['--store', join(folder, 'vault')];
    await expectRecovery(folder, place, {}, await lostSite(folder, place, {}));
  });

  test.skipIf(judge('versitygw') === undefined)('a disk comes back from a bucket', async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-bare-s3-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const { options } = stack.use(await startVersitygw({ folder: join(folder, 'buckets'), plain: true }));
    const variables = { AWS_ACCESS_KEY_ID: options.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey };
    const place = ['--store', `s3://${options.bucket}/site-a`, '--endpoint', options.endpoint, '--region', 'us-east-1'];
    await expectRecovery(folder, place, variables, await lostSite(folder, place, variables));
  });
});
