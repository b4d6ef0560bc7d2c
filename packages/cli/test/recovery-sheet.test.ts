import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSite } from './estate.ts';
import { binary } from './run-holdfast.ts';

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A machine that has nothing of the site's but the vault's storage, with the command where `npm ci` would put it. */
async function machineElsewhere(folder: string) {
  await mkdir(folder);
  await writeFile(join(folder, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${binary}' "$@"\n`);
  await chmod(join(folder, 'npx'), 0o755);
  return (command: string, typed = '') =>
    new Promise<string>((resolve, reject) => {
      const options = { cwd: folder, env: { PATH: `${folder}:${process.env.PATH}` } };
      const child = execFile('/bin/sh', ['-ec', command], options, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`${command}: ${stderr}`)),
      );
      child.stdin!.end(typed);
    });
}

test('a recovery sheet is all that is needed to restore: followed word for word, it brings the disk back', async () => {
  await using site = await openSite();
  expect((await site.run(['backup', 'web01'])).code).toBe(0);
  expect((await site.run(['vault', 'key', 'sheet', '--recovery-key-file', 'recovery.key', '--out', 'sheet.txt'])).code).toBe(0);
  expect((await stat(join(site.folder, 'sheet.txt'))).mode & 0o777).toBe(0o600);
  const sheet = await readFile(join(site.folder, 'sheet.txt'), 'utf8');

  const commands = [...sheet.matchAll(/^ {4}(\(umask.*|npx holdfast .*)$/gm)].map((match) => match[1]!.replaceAll('NAME', 'web01'));
  const [typeKey, testKey, points, restoreDisk, restoreVm, addPassphrase, ...more] = commands as [string, string, string, string, string, string];
  const key = sheet.match(/^ {4}HF1-.*\n(?: {4} .*\n)*/m)![0];
  const [, vaultId] = sheet.match(/^Vault +([0-9a-f]{32})$/m)!;

  const elsewhere = join(site.folder, 'elsewhere');
  const follow = await machineElsewhere(elsewhere);
  await follow(typeKey, key);
  expect(await follow(testKey)).toContain(vaultId);
  expect(await follow(points)).toContain('web01');
  await follow(restoreDisk);
  expect(hash(await readFile(join(elsewhere, 'web01.raw')))).toBe(hash(await site.simulator.guest('web01').readDisk(0)));

  await writeFile(join(elsewhere, 'password.txt'), 'vcenter-password\n', { mode: 0o600 });
  const vcenter = restoreVm.replace('https://VCENTER', site.simulator.url).replace('USER', 'backup@vsphere.local');
  await follow(`${vcenter} --password-file password.txt --thumbprint ${site.simulator.thumbprintSha256} --name web01-back`);
  expect(hash(await site.simulator.guest('web01-back').readDisk(0))).toBe(hash(await site.simulator.guest('web01').readDisk(0)));

  await writeFile(join(elsewhere, 'new.txt'), 'four herons on a roof\n', { mode: 0o600 });
  await follow(`${addPassphrase} --new-passphrase-file new.txt`);
  expect((await site.run(['points', '--passphrase-file', 'elsewhere/new.txt'])).code).toBe(0);
  expect(more).toEqual([]);
});
