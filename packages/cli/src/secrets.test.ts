import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@holdfast/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redact } from './redact.ts';
import { readSecret } from './secrets.ts';
import type { Surroundings } from './surroundings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

const surroundings = (variables: Record<string, string> = {}): Surroundings => ({
  variables,
  stdin: { isTTY: false } as NodeJS.ReadStream,
  stdout: process.stdout,
  stderr: { isTTY: false } as NodeJS.WriteStream,
  clock: systemClock,
  random: systemRandom,
  host: 'here',
  version: '0',
  signal: new AbortController().signal,
});

const source = (file?: string) => ({ what: 'the passphrase', file, variables: ['FIRST', 'SECOND'], flag: '--passphrase-file' });

async function secretFile(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

test('a secret is read from its file, without the line break at its end', async () => {
  expect(await readSecret(source(await secretFile('one', ' with spaces \n')), surroundings())).toBe(' with spaces ');
});

test('a file wins over the environment, and the first variable over the second', async () => {
  expect(await readSecret(source(await secretFile('two', 'from file')), surroundings({ FIRST: 'from variable' }))).toBe('from file');
  expect(await readSecret(source(), surroundings({ FIRST: 'one', SECOND: 'two' }))).toBe('one');
  expect(await readSecret(source(), surroundings({ FIRST: '', SECOND: 'two' }))).toBe('two');
});

test.each([
  ['is empty', '\n', 0o600, /empty/],
  ['everybody can read', 'secret', 0o644, /every user/],
])('a file that %s is refused', async (name, text, mode, reason) => {
  const path = await secretFile(name, text, mode);
  await expect(readSecret(source(path), surroundings())).rejects.toMatchObject({ code: 'CLI_SECRET_UNREADABLE', message: expect.stringMatching(reason) });
});

test('a file that is not there is refused, and the environment is not tried instead', async () => {
  await expect(readSecret(source(join(folder, 'absent')), surroundings({ FIRST: 'x' }))).rejects.toMatchObject({ code: 'CLI_SECRET_UNREADABLE' });
});

test('without a terminal the message names flag and variables', async () => {
  await expect(readSecret(source(), surroundings())).rejects.toMatchObject({
    code: 'CLI_SECRET_MISSING',
    advice: 'To run unattended, give --passphrase-file FILE or set FIRST or SECOND.',
  });
});

test('what was read as a secret never reaches the output', async () => {
  await readSecret(source(), surroundings({ FIRST: 'correct horse battery' }));
  expect(redact('sign-in with "correct horse battery" failed')).toBe('sign-in with "[secret]" failed');
});
