import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runInside } from './run-inside.ts';

let folder: string;
const path = (name: string) => join(folder, name);
const secretFile = (name: string, text: string) => writeFile(path(name), `${text}\n`, { mode: 0o600 });
const run = (...parameters: string[]) => runInside([...parameters, '--store', path('vault')]);
const opened = (...parameters: string[]) => run(...parameters, '--passphrase-file', path('passphrase.txt'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-movers-'));
  await secretFile('passphrase.txt', 'four herons on a roof');
  const created = await opened('vault', 'create', '--recovery-key-file', path('recovery.key'), '--write-only-movers');
  expect(created.code).toBe(0);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a mover is added, listed and removed, and its key goes into a file of its owner', async () => {
  const added = await opened('vault', 'mover', 'add', 'branch7', '--key-file', path('branch7.mover'), '--json');
  expect(JSON.parse(added.stdout)).toMatchObject({ ok: true, result: { name: 'branch7', keyFile: path('branch7.mover'), sealed: false } });
  expect((await stat(path('branch7.mover'))).mode & 0o777).toBe(0o600);
  const { keys } = JSON.parse(await readFile(path('branch7.mover'), 'utf8')) as { keys: Record<string, string | number> };
  for (const secret of Object.values(keys)) expect(added.stdout + added.stderr).not.toContain(String(secret));
  expect((await opened('vault', 'mover', 'list')).stdout).toMatch(/^branch7 +[0-9a-f]{32} +\d{4}-\S+Z *$/m);
  expect(await opened('vault', 'mover', 'add', 'branch7', '--key-file', path('other.mover'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('MOVER_EXISTS'),
  });
  await expect(stat(path('other.mover'))).rejects.toThrow();
  expect(await opened('vault', 'mover', 'vouch')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to vouch for') });
  expect(await opened('vault', 'mover', 'remove', 'branch7')).toMatchObject({ code: 0, stdout: expect.stringContaining('is listed no more') });
  expect((await opened('vault', 'mover', 'list')).stdout).toMatch(/^branch7 +[0-9a-f]{32} +\d{4}-\S+Z +\d{4}-\S+Z *$/m);
});

test('with a mover’s key points are listed, and everything that reads is refused in words', async () => {
  await secretFile('key-passphrase.txt', 'its own passphrase');
  await opened('vault', 'mover', 'add', 'branch7', '--key-file', path('branch7.mover'), '--key-passphrase-file', path('key-passphrase.txt'));
  const mover = ['--mover-key-file', path('branch7.mover'), '--mover-passphrase-file', path('key-passphrase.txt')];
  expect(await run('points', ...mover)).toMatchObject({ code: 0, stdout: expect.stringContaining('There are no points.') });
  expect(await run('vault', 'info', ...mover)).toMatchObject({ stdout: expect.stringContaining('the write-only mover branch7') });
  for (const verb of [
    ['vault', 'check'],
    ['vault', 'collect', '--apply'],
    ['vault', 'mover', 'list'],
  ]) {
    const { code, stderr } = await run(...verb, ...mover);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain('VAULT_WRITE_ONLY');
  }
  expect(await run('vault', 'key', 'test', ...mover)).toMatchObject({ code: 2, stderr: expect.stringContaining('opens no key slots') });
  expect(await run('points', '--mover-key-file', path('branch7.mover'))).toMatchObject({ stderr: expect.stringContaining('HOLDFAST_MOVER_PASSPHRASE') });
  const configured = { store: path('vault'), moverKeyFile: 'branch7.mover', moverPassphraseFile: 'key-passphrase.txt' };
  await writeFile(path('holdfast.json'), JSON.stringify({ vault: configured }));
  expect(await runInside(['points', '--config', path('holdfast.json')])).toMatchObject({ code: 0 });
});
