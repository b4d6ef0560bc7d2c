import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHoldfast } from './run-holdfast.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('help', () => {
  test('names the verbs and the exit codes', async () => {
    const { code, stdout } = await runHoldfast(['--help']);
    expect(code).toBe(0);
    for (const word of ['vault', 'backup', 'points', 'restore', 'store', 'sweep', 'demo', 'Exit codes:', '130  interrupted']) expect(stdout).toContain(word);
  });

  test.each([['vault', 'create'], ['vault', 'info'], ['backup'], ['points'], ['restore', 'vm'], ['restore', 'disk'], ['store', 'probe'], ['sweep'], ['demo']])(
    'of %s %s has an example',
    async (...verb) => {
      const { code, stdout } = await runHoldfast([...verb, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples?:\\n  holdfast ${verb.join(' ')}`));
      expect(stdout).toContain('--json');
    },
  );

  test('is shown when nothing is asked, as a usage error', async () => {
    const { code, stdout, stderr } = await runHoldfast([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: holdfast');
  });

  test('the version is printed', async () => {
    expect(await runHoldfast(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('a command line that is wrong', () => {
  test.each([
    [['backpu'], /Did you mean backup\?/],
    [['backup', '--exclud', 'x'], /Did you mean --exclude\?/],
    [['vault', 'info', '--store'], /argument missing/],
    [['backup', 'web01', '--vms-at-once', '0'], /whole number from 1 to 64/],
    [['restore', 'disk', '--to', 'x.raw', '--format', 'vhd'], /Allowed choices are raw, qcow2, vmdk/],
    [['restore', 'vm', 'abc', '--map-network', 'old'], /form OLD=NEW/],
  ])('%j is refused with a hint', async (line, hint) => {
    const { code, stdout, stderr } = await runHoldfast(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(hint);
  });

  test('that carries a secret is refused before anything, and the secret is not shown', async () => {
    const { code, stdout, stderr } = await runHoldfast(['backup', '--all', '--password', 'hunter22', '--json']);
    expect(code).toBe(2);
    expect(stderr + stdout).not.toContain('hunter22');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 2, error: { code: 'CLI_SECRET_ARGUMENT' } });
  });

  test('is answered with one JSON document when JSON is asked for', async () => {
    const { stdout } = await runHoldfast(['backup', '--frobnicate', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 2, error: { code: 'CLI_USAGE', kind: 'usage' } });
  });

  test.each([
    [['points'], 'CLI_NOT_CONFIGURED'],
    [['points', '--store', '/nonexistent'], 'CLI_SECRET_MISSING'],
    [['points', '--config', '/nonexistent.json'], 'CLI_CONFIGURATION'],
    [['backup', '--store', '/nonexistent'], 'CLI_USAGE'],
    [['backup', 'web01', '--all'], 'CLI_USAGE'],
    [['restore', 'disk', '--to', 'disk.raw'], 'CLI_USAGE'],
    [['restore', 'disk', 'abc', '--to', 'disk.vhdx'], 'CLI_USAGE'],
    [['restore', 'disk', '--vm', 'web01', '--at', 'noon', '--to', 'disk.raw'], 'CLI_USAGE'],
  ])('%j says what is missing (%s)', async (line, expected) => {
    const { code, stdout, stderr } = await runHoldfast([...line, '--json'], { cwd: folder });
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe(expected);
    expect(stderr).toMatch(/error: .*\n {2}code .*\n(?: {2}.*\n)*? {2}you can /);
  });
});

describe('a vault', () => {
  const passphrase = 'a passphrase for tests';
  const open = { variables: { HOLDFAST_PASSPHRASE: passphrase } };

  test('is created, its recovery key goes into a file of its owner, and both keys open it', async () => {
    const store = join(folder, 'vault');
    const key = join(folder, 'recovery.key');
    const created = await runHoldfast(['vault', 'create', '--store', store, '--recovery-key-file', key, '--json'], open);
    expect(created).toMatchObject({ code: 0 });
    expect(JSON.parse(created.stdout)).toMatchObject({ verb: 'vault create', ok: true, result: { recoveryKeyFile: key } });
    expect(created.stdout).not.toMatch(/HF1-/);
    expect((await stat(key)).mode & 0o777).toBe(0o600);

    const byPassphrase = await runHoldfast(['vault', 'info', '--store', store, '--json'], open);
    expect(JSON.parse(byPassphrase.stdout).result).toMatchObject({ points: 0, unreadable: [], description: { format: 1 } });
    const byRecoveryKey = await runHoldfast(['vault', 'info', '--store', store, '--recovery-key-file', key]);
    expect(byRecoveryKey).toMatchObject({ code: 0, stdout: expect.stringContaining('Points     0 of 0 VMs') });

    const again = await runHoldfast(['vault', 'create', '--store', store, '--recovery-key-file', join(folder, 'second.key'), '--json'], open);
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: false, error: { code: 'VAULT_EXISTS' } });
    await expect(stat(join(folder, 'second.key'))).rejects.toMatchObject({ code: 'ENOENT' });
    const taken = await runHoldfast(['vault', 'create', '--store', join(folder, 'other'), '--recovery-key-file', key, '--json'], open);
    expect(JSON.parse(taken.stdout)).toMatchObject({ ok: false, error: { code: 'CLI_FILE_EXISTS' } });
  });

  test('does not open with another passphrase, and the exit code says so', async () => {
    const store = join(folder, 'locked');
    const created = await runHoldfast(['vault', 'create', '--store', store], open);
    expect(created.stdout).toMatch(/^ {4}HF1-/m);
    const { code, stderr } = await runHoldfast(['points', '--store', store], { variables: { HOLDFAST_PASSPHRASE: 'another passphrase' } });
    expect(code).toBe(4);
    expect(stderr).toContain('VAULT_KEY_WRONG');
    expect(stderr).not.toContain('another passphrase');
  });

  test('that is not there is not found, which is another exit code', async () => {
    const { code, stderr } = await runHoldfast(['points', '--store', folder], open);
    expect(code).toBe(5);
    expect(stderr).toContain('VAULT_ABSENT');
  });

  test('is found through the configuration', async () => {
    await writeFile(join(folder, 'phrase.txt'), passphrase, { mode: 0o600 });
    await writeFile(join(folder, 'holdfast.json'), JSON.stringify({ vault: { store: 'vault', passphraseFile: 'phrase.txt' } }));
    const { code, stdout } = await runHoldfast(['points'], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'There are no points.\n' });
  });

  test('has no point of a VM that was never backed up', async () => {
    const { code, stdout } = await runHoldfast(['restore', 'disk', '--vm', 'web01', '--to', join(folder, 'disk.raw'), '--json'], { cwd: folder });
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ verb: 'restore disk', error: { code: 'ENGINE_POINT_ABSENT' } });
  });
});

describe('a store', () => {
  test('is probed, and left as it was', async () => {
    const store = join(folder, 'probed');
    const { code, stdout } = await runHoldfast(['store', 'probe', '--store', store, '--json']);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ ok: true, exitCode: 0 });
    expect(document.result.checks.every((check: { ok: boolean }) => check.ok)).toBe(true);
    expect(code).toBe(0);
  });
});
