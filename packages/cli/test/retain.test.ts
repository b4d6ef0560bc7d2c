import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@holdfast/kit';
import { openStore } from '@holdfast/store';
import { createVault, openVault } from '@holdfast/vault';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../src/program.ts';

/** Runs the command within this process: these tests ask it often. */
async function runHere(arguments_: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({ write: (text: string) => (written[name] += text) }) as unknown as NodeJS.WriteStream;
  const surroundings = { clock: systemClock, random: systemRandom, host: 'mover1', version: '0', variables: {}, signal: new AbortController().signal };
  const code = await runCommand(arguments_, { ...surroundings, stdin: process.stdin, stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, ...written };
}

/** A vault in a folder with a few points of two VMs, taken at the times given; no vCenter is needed for any of this. */
async function openShelf(times: Readonly<Record<string, readonly string[]>>) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-shelf-'));
  const passphrase = 'a passphrase for tests';
  await writeFile(join(folder, 'passphrase.txt'), `${passphrase}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'holdfast.json'), JSON.stringify({ vault: { store: 'vault', passphraseFile: 'passphrase.txt' } }));
  const run = (...arguments_: string[]) => runHere([...arguments_, '--config', join(folder, 'holdfast.json')]);
  const environment = { clock: systemClock, random: systemRandom, host: 'mover1', version: '0' };
  const store = openStore(join(folder, 'vault'), { create: true }, environment);
  await createVault(store, { passphrase, passphraseCost: { memoryKiB: 64, passes: 1, parallelism: 1 } }, environment);
  const vault = await openVault(store, { passphrase }, environment, { workers: 1 });
  for (const [name, taken] of Object.entries(times)) {
    for (const takenAt of taken) {
      const session = await vault.beginSession({ vmId: vault.vmId('vc', name) });
      await session.commit({
        vm: { name, vcenter: 'vc', instanceUuid: name, path: `/DC/vm/${name}` },
        takenAt,
        consistency: { asked: 'crash', got: 'crash' },
        ...{ disks: [], excluded: [], configuration: {}, files: {} },
      });
      await session.end();
    }
  }
  await vault.close();
  await store.close();
  return {
    folder,
    run,
    json: async (...arguments_: string[]) => {
      const { code, stdout } = await run(...arguments_, '--json');
      return { code, result: JSON.parse(stdout).result, error: JSON.parse(stdout).error };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

describe('retention and deletion, with the command', () => {
  let shelf: Awaited<ReturnType<typeof openShelf>>;
  let web: string[];
  beforeAll(async () => {
    shelf = await openShelf({
      web01: ['2026-03-28T22:30:00Z', '2026-03-28T23:30:00Z', '2026-03-29T21:30:00Z', '2026-03-29T22:30:00Z'],
      db01: ['2026-03-29T10:00:00Z'],
    });
    web = (await shelf.json('points', '--vm', 'web01')).result.points.map(({ id }: { id: string }) => id);
  });
  afterAll(() => shelf[Symbol.asyncDispose]());
  const session = (index: number) => web[index]!.split('/')[1]!;

  test('a policy that would keep nothing, and one for a zone that nobody knows, are refused', async () => {
    expect(await shelf.json('retain', '--apply')).toMatchObject({ code: 2, error: { code: 'RETENTION_POLICY' } });
    expect(await shelf.json('retain', '--daily', '1', '--time-zone', 'Europe/Nowhere')).toMatchObject({ code: 2, error: { code: 'RETENTION_POLICY' } });
    expect((await shelf.run('retain', '--daily', '1', '--apply', '--dry-run')).code).toBe(2);
    expect((await shelf.run('retain', '--daily', '1', '--vm', 'nobody')).code).toBe(5);
  });

  test('without --apply it explains each point and changes nothing', async () => {
    const { code, stdout } = await shelf.run('retain', '--daily', '3', '--time-zone', 'Europe/Prague', '--vm', 'web*');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^VM +taken +point +verdict +why$/m);
    expect(stdout).toMatch(new RegExp(`^web01 +2026-03-28T22:30:00Z +${session(0)} +keep +daily 2026-03-28 \\(3 of 3\\)$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^web01 +2026-03-28T23:30:00Z +${session(1)} +remove +no rule keeps it$`, 'm'));
    expect(stdout).toMatch(/keep +newest point; daily 2026-03-30 \(1 of 3\)$/m);
    expect(stdout).toMatch(/^1 point would be deleted, 3 stay\. This was a dry run; --apply does it\.$/m);
    expect(stdout).toMatch(/Nothing is physically removed yet: "holdfast vault collect --apply" frees the space/);
    expect((await shelf.json('points')).result.points).toHaveLength(5);
  });

  test('a hold keeps a point from deletion and from retention, and is shown', async () => {
    expect((await shelf.run('points', 'hold', session(1), '--reason', 'case 42')).code).toBe(0);
    expect(await shelf.json('points', 'delete', session(1))).toMatchObject({ code: 1, error: { code: 'POINT_HELD' } });
    const { result } = await shelf.json('retain', '--daily', '3', '--time-zone', 'Europe/Prague');
    expect(result).toMatchObject({ dryRun: true, policy: '3 daily (Europe/Prague)', kept: 5, toRemove: 0, deleted: 0 });
    expect(result.vms.find(({ name }: { name: string }) => name === 'web01').points[1]).toMatchObject({ id: web[1], verdict: 'keep', reasons: ['legal hold'] });
    expect((await shelf.run('points')).stdout).toMatch(new RegExp(`^Legal hold +${web[1]}, by mover1 on .+: case 42$`, 'm'));
    expect((await shelf.run('points', session(1))).stdout).toMatch(/^Legal hold .*case 42$/m);
    expect((await shelf.run('points', 'release', session(1))).code).toBe(0);
    expect(await shelf.json('points', 'release', session(1))).toMatchObject({ code: 2, error: { code: 'POINT_NOT_MARKED' } });
  });

  test('with --apply it deletes what no rule keeps, says why, and a point comes back', async () => {
    const applied = await shelf.run('retain', '--daily', '3', '--time-zone', 'Europe/Prague', '--apply');
    expect(applied.code).toBe(0);
    expect(applied.stdout).toMatch(new RegExp(`${session(1)} +deleted +no rule keeps it$`, 'm'));
    expect(applied.stdout).toMatch(/^1 point deleted, 4 stay\.$/m);
    const { stdout } = await shelf.run('points', '--deleted');
    expect(stdout).toMatch(new RegExp(`^web01 +2026-03-28T23:30:00Z +${session(1)} .* retention: 3 daily \\(Europe/Prague\\)$`, 'm'));
    expect(stdout).toMatch(/"holdfast vault collect --apply" frees the space/);
    const { result } = await shelf.json('points', '--deleted', '--vm', 'web01');
    expect(result.deleted).toMatchObject([{ id: web[1], sequence: 2, vm: { name: 'web01' }, record: { reason: 'retention: 3 daily (Europe/Prague)' } }]);
    expect((await shelf.json('points', '--deleted', '--vm', 'db01')).result.deleted).toEqual([]);
    expect((await shelf.run('points', session(1))).code).toBe(5);
    expect(await shelf.json('points', 'undelete', session(1).slice(0, 10))).toMatchObject({ code: 0, result: { point: web[1] } });
    expect((await shelf.run('points', '--deleted')).stdout).toBe('There are no deleted points.\n');
    expect((await shelf.json('points', '--vm', 'web01')).result.points.map(({ id }: { id: string }) => id)).toEqual(web);
  });

  test('one point is deleted by its id, also when it can’t be read; options of the list are not taken for it', async () => {
    expect((await shelf.run('points', 'delete', session(0), '--vm', 'web01')).code).toBe(2);
    expect((await shelf.run('points', 'delete', 'ffffffffff')).code).toBe(5);
    const path = join(shelf.folder, 'vault', 'points', web[0]!);
    await unlink(path);
    await writeFile(path, 'HFPOINT1, but nothing of use');
    const judged = await shelf.run('retain', '--keep-last', '1', '--vm', 'web01');
    expect(judged.code).toBe(7);
    expect(judged.stdout).toMatch(new RegExp(`${session(0)} +keep +can’t be read, so it stays: `));
    expect((await shelf.run('points', 'delete', session(0), '--reason', 'damaged')).stdout).toMatch(/is deleted.*Nothing is physically removed/);
    const listed = await shelf.run('points', '--deleted');
    expect(listed).toMatchObject({ code: 7, stdout: expect.stringMatching(/damaged$/m), stderr: expect.stringMatching(/^unreadable: /m) });
  });
});
