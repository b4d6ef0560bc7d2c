import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MiB, openSite, type Site } from './estate.ts';

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('from a backup to a restore, with the command', () => {
  let site: Site;
  let firstDay: string;
  let secondDay: string;
  beforeAll(async () => {
    site = await openSite();
    firstDay = hash(await site.simulator.guest('web01').readDisk(0));
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test('a dry run says what a backup would do', async () => {
    const { code, stdout } = await site.run(['backup', '--all', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/web01: would be backed up\n/);
    expect(stdout).toMatch(/Hard disk 1 \(16\.0 MiB\): full, this is the first point of the VM/);
    expect((await site.json(['points'])).document.result.points).toEqual([]);
  });

  test('a backup of all VMs prints plain lines and a table', async () => {
    const { code, stdout, stderr } = await site.run(['backup', '--all']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^web01: started$/m);
    expect(stderr).toMatch(/^web01: Hard disk 1: full \(this is the first point of the VM\)$/m);
    expect(stderr).toMatch(/^web01: done in .*, point [0-9a-f]{32}\/[0-9a-f]{32}$/m);
    expect(stdout).toMatch(/^VM +mode +read +zero +reused +new +stored +time$/m);
    expect(stdout).toMatch(/^db01 +full /m);
    expect(stdout).toMatch(/^zeros \d+%, deduplication .*:1, compression .*:1$/m);
  });

  test('the next one is incremental, and its JSON has statistics and points', async () => {
    await site.simulator.guest('web01').writeExtent(0, 5 * MiB, randomBytes(MiB));
    secondDay = hash(await site.simulator.guest('web01').readDisk(0));
    const { code, document } = await site.json(['backup', 'web*']);
    expect(code).toBe(0);
    expect(document).toMatchObject({ verb: 'backup', ok: true, exitCode: 0 });
    expect(document.result.vms).toHaveLength(1);
    const [{ vm, outcome, point, notices }] = document.result.vms;
    expect({ name: vm.name, outcome, notices }).toEqual({ name: 'web01', outcome: 'done', notices: [] });
    expect(point.disks[0]).toMatchObject({ mode: 'incremental', transport: { mode: 'datastore-https' } });
    const { read, zero, reused, fresh } = document.result.statistics;
    expect(read).toBe(zero + reused + fresh);
    expect(read).toBeLessThan(8 * MiB);
  });

  test('events are JSON lines on standard error', async () => {
    const { stderr } = await site.run(['backup', 'db01', '--events', '--quiet']);
    const events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ type: 'selected' });
    expect(events.at(-1)).toMatchObject({ type: 'vm-finished', outcome: 'done' });
  });

  test('points are listed by VM, and one is shown in full by the beginning of its id', async () => {
    const { document } = await site.json(['points', '--vm', 'web01']);
    expect(document.result.points.map((point: { mode: string; sequence: number }) => [point.sequence, point.mode])).toEqual([
      [1, 'full'],
      [2, 'incremental'],
    ]);
    const id: string = document.result.points[1].id;
    const shown = await site.run(['points', id.split('/')[1]!.slice(0, 8)]);
    expect(shown.stdout).toContain(`Point        ${id}`);
    expect(shown.stdout).toMatch(/deduplication .*, compression /);
    expect((await site.run(['points', 'ffffffffffff'])).code).toBe(5);
    expect((await site.run(['points', 'ff'])).code).toBe(2);
  });

  test('a disk comes back as a file, of either day, and never over another file', async () => {
    const { document } = await site.json(['points', '--vm', 'web01']);
    const [first] = document.result.points;
    for (const [arguments_, expected] of [
      [['--vm', 'web01', '--to', 'second.raw'], secondDay],
      [[first.id, '--to', 'first.raw'], firstDay],
    ] as const) {
      const restored = await site.json(['restore', 'disk', ...arguments_]);
      expect(restored).toMatchObject({ code: 0, document: { result: { format: 'raw' } } });
      expect(hash(await readFile(join(site.folder, arguments_.at(-1)!)))).toBe(expected);
    }
    const again = await site.json(['restore', 'disk', first.id, '--to', 'first.raw']);
    expect(again.document).toMatchObject({ ok: false, exitCode: 1, error: { code: 'DISK_TARGET_EXISTS' } });
    expect((await site.run(['restore', 'disk', first.id, '--to', 'other.raw', '--dry-run'])).stdout).toMatch(/^Would write Hard disk 1 of web01/);
    await expect(stat(join(site.folder, 'other.raw'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await site.json(['restore', 'disk', first.id, '--disk', '7', '--to', 'other.raw'])).document.error.code).toBe('ENGINE_DISK_ABSENT');
  });

  test('a VM comes back beside the old one, never over it', async () => {
    const refused = await site.json(['restore', 'vm', '--vm', 'web01']);
    expect(refused.document).toMatchObject({ ok: false, error: { code: 'ENGINE_NAME_TAKEN' } });
    const planned = await site.run(['restore', 'vm', '--vm', 'web01', '--name', 'web01-back', '--dry-run']);
    expect(planned.stdout).toMatch(/Would restore web01, as it was on .*, as web01-back:\n {2}in the folder DC\/vm/);
    const { code, stdout } = await site.run(['restore', 'vm', '--vm', 'web01', '--name', 'web01-back']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/is back as web01-back \(vm-\d+\) in DC\/vm/);
    expect(hash(await site.simulator.guest('web01-back').readDisk(0))).toBe(secondDay);
  });

  test('the vault tells what it holds', async () => {
    const { document } = await site.json(['vault', 'info']);
    expect(document.result).toMatchObject({ points: 4, unreadable: [], writers: [{ installation: 'tests', points: 4, vms: 2 }] });
    const byKey = await site.run(['vault', 'info', '--recovery-key-file', 'recovery.key', '--store', 'vault']);
    expect(byKey).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Points {5}4 of 2 VMs\nWriters {4}tests on \S+ \(.*\): 4 points of 2 VMs, the latest \d/),
    });
  });
});

describe('what goes wrong has an exit code and says what can be done', () => {
  test('some VMs fail, and others are done', async () => {
    await using site = await openSite();
    await site.simulator.faults.add({ method: 'CreateSnapshot_Task', entity: 'db01', effect: { kind: 'taskFault', fault: { $type: 'SnapshotFault' } } });
    const { code, document, stderr } = await site.json(['backup', '--all']);
    expect(code).toBe(3);
    expect(document).toMatchObject({ ok: false, exitCode: 3 });
    expect(document.result.vms.find((one: { vm: { name: string } }) => one.vm.name === 'db01')).toMatchObject({
      outcome: 'failed',
      error: { code: expect.any(String) },
    });
    expect(stderr).toMatch(/error: db01: .*\n {2}code /);
    const none = await site.run(['backup', 'nobody']);
    expect(none).toMatchObject({ code: 5, stderr: expect.stringContaining('ENGINE_VM_ABSENT') });
  });

  test('a wrong password, a wrong certificate and a server that is not there', async () => {
    await using site = await openSite();
    await writeFile(join(site.folder, 'wrong.txt'), 'not the password\n', { mode: 0o600 });
    const password = await site.run(['backup', '--all', '--password-file', 'wrong.txt']);
    expect(password).toMatchObject({ code: 4, stderr: expect.stringContaining('VSPHERE_SIGN_IN') });
    expect(password.stderr).not.toContain('not the password');

    const print = `${'00:'.repeat(31)}00`;
    const certificate = await site.run(['backup', '--all', '--thumbprint', print]);
    expect(certificate).toMatchObject({ code: 4, stderr: expect.stringContaining(site.simulator.thumbprintSha256) });
    expect(certificate.stderr).toContain('VSPHERE_CERTIFICATE');

    const absent = await site.json(['sweep', '--vcenter', 'https://127.0.0.1:1', '--username', 'x', '--password-file', 'wrong.txt']);
    expect(absent).toMatchObject({ code: 6, document: { error: { code: 'VSPHERE_UNREACHABLE' } } });
  });

  test('a vault with a damaged point says which one, and the others stay usable', async () => {
    await using site = await openSite();
    await site.run(['backup', '--all']);
    const { document } = await site.json(['points', '--vm', 'db01']);
    const path = join(site.folder, 'vault', 'points', document.result.points[0].id);
    const bytes = await readFile(path);
    bytes[bytes.length - 20]! ^= 1;
    await rm(path);
    await writeFile(path, bytes);
    const listed = await site.run(['points']);
    expect(listed).toMatchObject({ code: 7, stderr: expect.stringContaining(document.result.points[0].id), stdout: expect.stringContaining('web01') });
    expect((await site.run(['restore', 'disk', '--vm', 'db01', '--to', 'db01.raw'])).code).toBe(7);
    expect((await site.run(['restore', 'disk', '--vm', 'web01', '--to', 'web01.raw'])).code).toBe(0);
  });
});

describe('an interruption', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s removes the snapshot, and the exit code says so', async (name) => {
    await using site = await openSite();
    await site.simulator.faults.add({ method: 'GET /folder', effect: { kind: 'delay', milliseconds: 300 } });
    let sent = false;
    const { code, stderr } = await site.run(['backup', 'web01'], {
      onStderr: (text, signal) => {
        if (sent || !text.includes('Hard disk 1')) return;
        sent = true;
        signal(name);
      },
    });
    expect(sent).toBe(true);
    expect(code).toBe(130);
    expect(stderr).toContain(`${name}: giving up what is under way and cleaning up`);
    expect((await site.simulator.vm('web01')).snapshots).toEqual([]);
    await site.simulator.faults.clear();
    expect((await site.run(['backup', 'web01'])).code).toBe(0);
  });

  test('a second signal leaves at once, and sweeping removes what is left', async () => {
    await using site = await openSite();
    await site.simulator.faults.add(
      { method: 'GET /folder', effect: { kind: 'delay', milliseconds: 300 } },
      { method: 'RemoveSnapshot_Task', effect: { kind: 'delay', milliseconds: 20_000 } },
    );
    let signals = 0;
    const { code } = await site.run(['backup', 'web01'], {
      onStderr: (text, signal) => {
        if (signals === 0 && text.includes('Hard disk 1')) {
          signals += 1;
          signal('SIGINT');
          // A terminal and a launcher both pass on one Ctrl-C: that is not a second one.
          signal('SIGINT');
        }
        if (signals === 1 && text.includes('cleaning up')) {
          signals += 1;
          setTimeout(() => signal('SIGINT'), 1_000);
        }
      },
    });
    expect(code).toBe(130);
    await site.simulator.faults.clear();
    expect((await site.simulator.vm('web01')).snapshots).toHaveLength(1);
    const tried = await site.run(['sweep', '--dry-run']);
    expect(tried.stdout).toMatch(/^web01: holdfast-[0-9a-f]{8}: would be removed, the process that took it has ended$/m);
    const swept = await site.json(['sweep']);
    expect(swept.document.result.snapshots).toMatchObject([{ verdict: 'removed', vm: { name: 'web01' } }]);
    expect((await site.simulator.vm('web01')).snapshots).toEqual([]);
  });
});
