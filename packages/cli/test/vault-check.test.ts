import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSite } from './estate.ts';

test('a vault is checked, what is damaged is told with its exit code, and the index is repaired', { timeout: 300_000 }, async () => {
  await using site = await openSite();
  await site.run(['backup', '--all']);
  const sound = await site.run(['vault', 'check', '--level', '4', '--state', 'check.json']);
  expect(sound).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/Level 4: 2 points.*\nRead in full: \d+ packs\.\nEverything checked is as it was written\.\n$/),
  });
  const sampled = await site.run(['vault', 'check', '--level', '3', '--budget', '10GiB', '--state', 'check.json']);
  expect(sampled).toMatchObject({ code: 0, stdout: expect.stringMatching(/One damaged slot anywhere would be found with [\d.]+ %/) });

  const index = join(site.folder, 'vault', 'index');
  await rm(join(index, (await readdir(index))[0]!));
  const missing = await site.json(['vault', 'check']);
  expect(missing).toMatchObject({ code: 7, document: { ok: false, result: { findings: [{ code: 'INDEX_ABSENT', state: 'absent' }] } } });
  const repaired = await site.run(['vault', 'repair', '--index']);
  expect(repaired).toMatchObject({ code: 0, stdout: expect.stringMatching(/have index entries again, in index\/repair-/) });
  expect((await site.run(['vault', 'check'])).code).toBe(0);

  const folder = join(site.folder, 'vault', 'data');
  const [one] = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const path = join(one!.parentPath, one!.name);
  const bytes = await readFile(path);
  bytes[300]! ^= 1;
  await writeFile(path, bytes);
  const damaged = await site.run(['vault', 'check', '--level', '4']);
  expect(damaged).toMatchObject({
    code: 7,
    stdout: expect.stringMatching(/PACK_DAMAGED {2}data\/.*\n {4}(web01|db01), Hard disk 1, point .*: .*, bytes \d+ to \d+/),
  });
  expect(damaged.stdout).toContain('1 damaged, 0 absent, 0 unreadable.');
});

test('what a second copy holds is put back, when that is asked for; the damaged description, too', { timeout: 300_000 }, async () => {
  await using site = await openSite();
  await site.run(['backup', '--all']);
  const vault = join(site.folder, 'vault');
  await cp(vault, join(site.folder, 'copy'), { recursive: true });
  const files = (await readdir(vault, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && !entry.parentPath.endsWith('keys'));
  const before = new Map<string, Buffer>();
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    const bytes = await readFile(path);
    before.set(path, Buffer.from(bytes));
    bytes[bytes.length >> 1]! ^= 1;
    await chmod(path, 0o600);
    if (parentPath.includes('meta')) await rm(path);
    else await writeFile(path, bytes);
  }
  expect((await site.run(['vault', 'repair'])).code).not.toBe(0);
  const dry = await site.json(['vault', 'repair', '--from', 'copy']);
  expect(dry).toMatchObject({
    code: 7,
    document: { result: { repaired: 0, steps: expect.arrayContaining([expect.objectContaining({ object: 'vault.json' })]) } },
  });
  const applied = await site.run(['vault', 'repair', '--from', 'copy', '--apply']);
  expect(applied).toMatchObject({ code: 0, stdout: expect.stringMatching(/REPAIRED {2}data\/.*from the copy.*/) });
  expect(applied.stdout).toMatch(/\d+ repaired, 0 not\./);
  for (const [path, bytes] of before) expect((await readFile(path)).equals(bytes), path).toBe(true);
  expect(await site.run(['vault', 'repair', '--from', 'copy'])).toMatchObject({ code: 0, stdout: 'Nothing is damaged or lost.\n' });
  expect((await site.run(['vault', 'check', '--level', '4'])).code).toBe(0);
});

test('a size that is none, and an index from a copy, are refused', async () => {
  await using site = await openSite();
  expect(await site.run(['vault', 'check', '--budget', 'much'])).toMatchObject({ code: 2, stderr: expect.stringContaining('a size such as') });
  expect(await site.run(['vault', 'repair', '--index', '--from', 'copy'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--index') });
});
