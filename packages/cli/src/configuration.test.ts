import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfiguration, parseConfiguration } from './configuration.ts';
import type { Surroundings } from './surroundings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-configuration-'));
});
afterAll(() => rm(folder, { recursive: true }));

const surroundings = (variables: Record<string, string> = {}) => ({ variables }) as unknown as Surroundings;

const whole = {
  installation: 'east',
  vcenters: { main: { url: 'https://vcenter.example.com', username: 'backup@vsphere.local', passwordFile: 'password.txt', thumbprint: 'AB:CD' } },
  vault: { store: 'vault', passphraseVariable: 'VAULT_PASSPHRASE' },
  limits: { vmsAtOnce: 4 },
};

test('paths in a configuration count from its own folder', async () => {
  const path = join(folder, 'holdfast.json');
  await writeFile(path, JSON.stringify(whole));
  const loaded = await loadConfiguration(path, surroundings());
  expect(loaded.vcenters.main?.passwordFile).toBe(join(folder, 'password.txt'));
  expect(loaded.vault?.store).toBe(join(folder, 'vault'));
  expect(await loadConfiguration(undefined, surroundings({ HOLDFAST_CONFIG: path }))).toEqual(loaded);
});

test('an S3 address is not taken for a path', async () => {
  const path = join(folder, 's3.json');
  await writeFile(path, JSON.stringify({ vault: { store: 's3://bucket/prefix' } }));
  expect((await loadConfiguration(path, surroundings())).vault?.store).toBe('s3://bucket/prefix');
});

test('a configuration that is named must be there', async () => {
  await expect(loadConfiguration(join(folder, 'absent.json'), surroundings())).rejects.toMatchObject({ code: 'CLI_CONFIGURATION' });
});

test.each([
  ['is not JSON', '{', /not JSON/],
  ['has a field that is not known', '{"vcentres":{}}', /vcentres/],
  ['says something impossible', '{"limits":{"vmsAtOnce":0}}', /limits\.vmsAtOnce/],
])('a configuration that %s is refused, saying where', (_case, text, reason) => {
  expect(() => parseConfiguration(text, 'holdfast.json')).toThrow(reason);
});

test('a secret in a configuration is refused with the way to do it', () => {
  try {
    parseConfiguration(JSON.stringify({ vcenters: { main: { url: 'a', username: 'b', password: 'hunter22' } } }), 'holdfast.json');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'CLI_CONFIGURATION', advice: expect.stringContaining('passwordFile') });
    expect(JSON.stringify(error)).not.toContain('hunter22');
  }
});
