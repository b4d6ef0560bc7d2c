import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@holdfast/kit';
import { openStore } from '@holdfast/store';
import { createVault } from '@holdfast/vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runInside } from './run-inside.ts';

const old = 'a passphrase for tests';
const next = 'four herons on a roof';
/** Cheap on purpose: these tests aren't about guessing. Keys that the command adds have the full cost. */
const passphraseCost = { memoryKiB: 64, passes: 1, parallelism: 1 };

let folder: string;
const path = (name: string) => join(folder, name);
const secretFile = (name: string, text: string) => writeFile(path(name), `${text}\n`, { mode: 0o600 });

/** `vault key …` on the test's vault, opened with the old passphrase unless another key is named. */
async function key(verb: string, ...parameters: string[]) {
  const opener = verb === 'list' || parameters.some((one) => /^--(passphrase|recovery-key)-file$/.test(one)) ? [] : ['--passphrase-file', path('old.txt')];
  const { code, stdout, stderr } = await runInside(['vault', 'key', verb, '--store', path('vault'), ...opener, ...parameters]);
  return { code, stdout, stderr };
}
async function keyJson(verb: string, ...parameters: string[]) {
  const { code, stdout, stderr } = await key(verb, ...parameters, '--json');
  return { code, stderr, stdout, ...JSON.parse(stdout) };
}
const slots = async () => (await keyJson('list')).result.slots as { id: string; kind: string }[];
const opens = async (flag: string, name: string) => (await key('test', flag, path(name))).code === 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-keys-'));
  const surroundings = { clock: systemClock, random: systemRandom, host: 'test', version: '0' };
  const store = openStore(path('vault'), { create: true }, surroundings);
  const { recoveryKey } = await createVault(store, { passphrase: old, passphraseCost }, surroundings);
  await store.close();
  await secretFile('old.txt', old);
  await secretFile('next.txt', next);
  await secretFile('recovery.key', recoveryKey);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the keys of a vault', () => {
  test('are listed without a key', async () => {
    const { code, stdout } = await key('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^slot +kind +added +state\n─.*\n([0-9a-f]{32} +(passphrase|recovery) +\d{4}-.*Z +usable\n){2}$/m);
    await writeFile(path(`vault/keys/${'e'.repeat(32)}`), 'no slot');
    expect(await key('list')).toMatchObject({ code: 7, stdout: expect.stringMatching(/^e{32} +\? +\? +damaged: /m) });
  });

  test('a second recovery key goes into a file of its owner', async () => {
    const added = await keyJson('add', '--kind', 'recovery', '--new-recovery-key-file', path('second.key'));
    expect(added).toMatchObject({ ok: true, result: { kind: 'recovery', existed: false, recoveryKeyFile: path('second.key') } });
    expect(added.stdout + added.stderr).not.toMatch(/HF1-/);
    expect((await stat(path('second.key'))).mode & 0o777).toBe(0o600);
    const tested = await key('test', '--recovery-key-file', path('second.key'));
    expect(tested).toMatchObject({ code: 0, stdout: expect.stringContaining(`slot ${added.result.id}, added `) });
    const removed = await key('remove', added.result.id.slice(0, 12));
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining(`${added.result.id} removed`) });
    expect(await key('test', '--recovery-key-file', path('second.key'))).toMatchObject({ code: 4, stderr: expect.stringContaining('VAULT_KEY_WRONG') });
  });

  test('or is printed once', async () => {
    const { stdout } = await key('add', '--kind', 'recovery');
    expect(stdout).toMatch(/shown only now/);
    await secretFile('printed.key', stdout.match(/HF1(-[0-9A-Z]{5}){11}/)![0]);
    expect(await opens('--recovery-key-file', 'printed.key')).toBe(true);
  });

  test('a file that is there is never written over, a wrong key leaves none behind, and neither adds a key', async () => {
    const before = await slots();
    const add = (...parameters: string[]) => keyJson('add', '--kind', 'recovery', '--new-recovery-key-file', ...parameters);
    expect(await add(path('next.txt'))).toMatchObject({ ok: false, error: { code: 'CLI_FILE_EXISTS' } });
    expect(await readFile(path('next.txt'), 'utf8')).toBe(`${next}\n`);
    expect(await add(path('none.key'), '--passphrase-file', path('next.txt'))).toMatchObject({ error: { code: 'VAULT_KEY_WRONG' } });
    await expect(stat(path('none.key'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await slots()).toEqual(before);
  });

  test('a short passphrase is refused unless one insists, an empty one always, and a common one is warned about', async () => {
    await secretFile('short.txt', 'gT7#mP2!xQ9');
    await secretFile('empty.txt', '');
    await secretFile('common.txt', 'Password2026!');
    const add = (file: string, ...parameters: string[]) => keyJson('add', '--kind', 'passphrase', '--new-passphrase-file', path(file), ...parameters);
    expect(await add('short.txt')).toMatchObject({ code: 2, error: { code: 'CLI_PASSPHRASE_WEAK' } });
    expect(await add('empty.txt', '--allow-weak')).toMatchObject({ ok: false, error: { code: 'CLI_SECRET_UNREADABLE' } });
    const insisted = await add('short.txt', '--allow-weak');
    expect(insisted).toMatchObject({ code: 0, result: { kind: 'passphrase', existed: false } });
    expect(await add('short.txt', '--allow-weak')).toMatchObject({ result: { id: insisted.result.id, existed: true } });
    expect(await add('common.txt')).toMatchObject({ code: 0, stderr: expect.stringMatching(/^warning: .*common word/m) });
    const create = await runInside(['vault', 'create', '--store', path('another'), '--passphrase-file', path('short.txt'), '--json']);
    expect(JSON.parse(create.stdout)).toMatchObject({ exitCode: 2, error: { code: 'CLI_PASSPHRASE_WEAK' } });
  });

  test('the passphrase is changed: the new one opens, the old one no more, and the file that still holds it is named', async () => {
    const byRecoveryKey = await keyJson('change', '--recovery-key-file', path('recovery.key'), '--new-passphrase-file', path('next.txt'));
    expect(byRecoveryKey).toMatchObject({ ok: false, exitCode: 2, error: { advice: expect.stringContaining('vault key add') } });
    const changed = await key('change', '--new-passphrase-file', path('next.txt'));
    expect(changed).toMatchObject({ code: 0, stdout: expect.stringMatching(/old\.txt still holds the old passphrase/) });
    expect(changed.stdout + changed.stderr).not.toMatch(new RegExp(`${old}|${next}`));
    expect([await opens('--passphrase-file', 'old.txt'), await opens('--passphrase-file', 'next.txt')]).toEqual([false, true]);
    expect(await opens('--recovery-key-file', 'recovery.key')).toBe(true);
  });

  test('a key is removed only on the strength of another, and the last recovery key only by force', async () => {
    const [passphraseId, recoveryId] = await Promise.all(
      ['passphrase', 'recovery'].map(async (kind) => (await slots()).find((slot) => slot.kind === kind)!.id),
    );
    expect(await keyJson('remove', passphraseId!)).toMatchObject({ exitCode: 4, error: { code: 'KEY_PROOF_MISSING' } });
    expect(await keyJson('remove', recoveryId!)).toMatchObject({ exitCode: 1, error: { code: 'KEY_LAST_RECOVERY' } });
    expect(await keyJson('remove', 'zz')).toMatchObject({ exitCode: 2 });
    expect(await keyJson('remove', '0'.repeat(32))).toMatchObject({ exitCode: 5, error: { code: 'KEY_SLOT_ABSENT' } });
    const proven = await keyJson('remove', passphraseId!, '--proof-recovery-key-file', path('recovery.key'));
    expect(proven).toMatchObject({ ok: true, result: { id: passphraseId, proof: recoveryId } });
    const last = await keyJson('remove', recoveryId!, '--recovery-key-file', path('recovery.key'), '--force');
    expect(last).toMatchObject({ exitCode: 1, error: { code: 'KEY_LAST' } });
  });

  test('a new passphrase is no argument', async () => {
    expect(await key('change', '--new-passphrase', next)).toMatchObject({ code: 2, stderr: expect.stringContaining('HOLDFAST_NEW_PASSPHRASE') });
  });
});

describe('a recovery sheet', () => {
  test('can be made for a new key, as a page for a browser', async () => {
    const { result } = await keyJson('sheet', '--new', '--out', path('sheet.html'));
    expect((await stat(path('sheet.html'))).mode & 0o777).toBe(0o600);
    const page = await readFile(path('sheet.html'), 'utf8');
    await secretFile('printed.key', page.match(/<pre>(HF1-[^<]*)<\/pre>/)![1]!);
    const tested = await keyJson('test', '--recovery-key-file', path('printed.key'));
    expect(tested.result.opens).toEqual([expect.objectContaining({ id: result.id })]);
  });

  test('is not made without a key that opens the vault, and leaves no file then', async () => {
    await secretFile('foreign.key', 'HF1-000G4-0R40M-30E20-9185G-R38E1-W8124-GK2GA-HC5RR-34D1P-70X3R-FP638');
    const foreign = ['--recovery-key-file', path('foreign.key')];
    const before = await slots();
    expect((await keyJson('sheet', '--out', path('none.txt'))).error.advice).toContain('--new');
    expect((await keyJson('sheet', '--out', path('none.pdf'), '--new')).exitCode).toBe(2);
    expect((await keyJson('sheet', '--out', path('none.txt'), ...foreign)).error.code).toBe('VAULT_KEY_WRONG');
    expect((await keyJson('sheet', '--out', path('none.txt'), ...foreign, '--new')).error.code).toBe('VAULT_KEY_WRONG');
    await expect(stat(path('none.txt'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await slots()).toEqual(before);
  });
});
