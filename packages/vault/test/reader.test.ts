import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MiB } from '@holdfast/kit';
import { localStore } from '@holdfast/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { collectVault, type RecoveryPoint, repairIndex, rewritePacks } from '../src/index.ts';
import { goldenDisk, goldenPassphrase } from './golden-vault.ts';
import { backUp, diskBytes, draft, passphrase, sha256, type TestVault, testDisk, testVault, whole } from './vault-fixture.ts';

const python = judge('python-reader');
const vaults = new URL('./vaults/', import.meta.url).pathname;

/** The reader of `tools/judges/reader`, written in another language from `docs/vault-format.md` alone. */
describe.skipIf(python === undefined)('a stranger who has the specification, a vault and one key', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-reader-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function read(vault: string, secret: Record<string, string>, ...command: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const env = { PATH: process.env.PATH, ...secret };
      execFile(python!, [vault, ...command], { env, maxBuffer: 16 * MiB }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  async function restoredBy(vault: string, secret: Record<string, string>, point: string, diskKey: number): Promise<string> {
    const file = join(folder, 'restored.raw');
    const { code, stderr } = await read(vault, secret, 'restore', point, String(diskKey), file);
    if (code !== 0) return stderr;
    const hash = sha256(await readFile(file));
    await rm(file);
    return hash;
  }

  test.each([
    ['format-1-page-cdc', '2 points, 2 disks, 4 packs'],
    ['format-1-grid', '2 points, 2 disks, 4 packs'],
    ['format-1-write-only', '3 points, 3 disks, 7 packs'],
  ])('restores and checks the stored vault %s with either key', async (name, all) => {
    const vault = join(vaults, name);
    const recoveryKey = await readFile(`${vault}.recovery-key`, 'utf8');
    for (const secret of [{ HOLDFAST_PASSPHRASE: goldenPassphrase }, { HOLDFAST_RECOVERY_KEY: recoveryKey }]) {
      const listed = await read(vault, secret, 'list');
      expect(listed).toMatchObject({ code: 0, stderr: '' });
      for (const day of [1, 2] as const) {
        const point = listed.stdout.split('\n').find((line) => line.includes(`web01 no. ${day}`))!;
        expect(await restoredBy(vault, secret, point.split(' ')[0]!, 2000)).toBe(sha256(goldenDisk(day)));
      }
      expect(await read(vault, secret, 'check')).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`${all}.*; 0 problems\\n$`)) });
    }
  });

  test('follows forwards to slots whose packs were rewritten, once and again, and collected', async () => {
    const place = join(folder, 'rewritten');
    await using fixture = await testVault({ store: localStore(place, { create: true }), sound: false });
    const { vault } = fixture;
    const secret = { HOLDFAST_PASSPHRASE: passphrase };
    const disk = testDisk(randomBytes(4 * MiB));
    let before = await backUp(vault, 'web01', disk);
    for (const [turn, quarter] of [0, 2].entries()) {
      randomBytes(MiB).copy(disk.bytes, quarter * MiB);
      const next = await backUp(vault, 'web01', disk, [{ offset: quarter * MiB, length: MiB }]);
      await vault.deletePoint(before.point.id, 'old');
      expect(await rewritePacks(vault, { apply: true, below: 1, packBytes: 4 * MiB })).toMatchObject({ state: 'done', notices: [] });
      expect(await collectVault(vault, { apply: true })).toMatchObject({ state: 'done' });
      expect((await readdir(join(place, 'forwards'))).length).toBe(turn + 1);
      expect(await restoredBy(place, secret, next.point.id, 2000)).toBe(sha256(disk.bytes));
      expect(await read(place, secret, 'check')).toMatchObject({ code: 0, stdout: expect.stringMatching(/; 0 problems\n$/) });
      before = next;
    }
    await rm(join(place, 'forwards'), { recursive: true });
    expect(await restoredBy(place, secret, before.point.id, 2000)).toMatch(/absent: (data|meta)/);
  });

  describe.each(['page-cdc', 'grid'] as const)('and a new vault cut by %s', (chunker) => {
    const secret = { HOLDFAST_PASSPHRASE: passphrase };
    let fixture: TestVault;
    let place: string;
    /** what the disks were at each point */
    const expected: { point: RecoveryPoint; hashes: Record<number, string> }[] = [];

    beforeAll(async () => {
      place = join(folder, chunker);
      fixture = await testVault({ store: localStore(place, { create: true }), chunker });
      // Disks of several segments, one that ends within a page, an empty one, and one of a single leaf.
      const disks = [diskBytes(50 * MiB), diskBytes(17 * MiB + 512), Buffer.alloc(20 * MiB), diskBytes(3 * MiB)].map((bytes) => testDisk(bytes));
      const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'db01') });
      const written = await Promise.all(disks.map((source) => session.writeDisk({ source, extents: whole(source.capacity) })));
      const nvram = await session.writeFile(Buffer.from('the firmware’s variables'));
      const points = written.map(({ map, statistics }, index) => ({ ...draft('db01', map, statistics).disks[0]!, key: 2000 + index }));
      const first = await session.commit({ ...draft('db01', written[0]!.map, written[0]!.statistics), disks: points, files: { nvram } });
      await session.end();
      expected.push({ point: first, hashes: Object.fromEntries(disks.map((disk, index) => [2000 + index, sha256(disk.bytes)])) });

      const disk = testDisk(diskBytes(40 * MiB + 1024));
      const full = await backUp(fixture.vault, 'web01', disk);
      expected.push({ point: full.point, hashes: { 2000: sha256(disk.bytes) } });
      disk.bytes.fill('changed on the second day', 17 * MiB, 17 * MiB + 300_000);
      disk.bytes.fill(0, 33 * MiB, 34 * MiB);
      const changed = [
        { offset: 17 * MiB, length: 303_104 },
        { offset: 33 * MiB, length: MiB },
      ];
      const incremental = await backUp(fixture.vault, 'web01', disk, changed);
      expect(incremental.point.base).toBe(full.point.id);
      expected.push({ point: incremental.point, hashes: { 2000: sha256(disk.bytes) } });
    });
    afterAll(() => fixture.vault.close());

    test('restores every disk of every point, bit for bit', async () => {
      expect(expected[0]!.point.introduced.packs.length).toBeGreaterThan(3);
      for (const { point, hashes } of expected)
        for (const [key, hash] of Object.entries(hashes)) expect(await restoredBy(place, secret, point.id, Number(key)), `${point.id} ${key}`).toBe(hash);
    });

    test('opens it with the recovery key, and shows what a point says of itself', async () => {
      const shown = await read(place, { HOLDFAST_RECOVERY_KEY: fixture.recoveryKey }, 'show', expected[2]!.point.sessionId);
      expect(JSON.parse(shown.stdout)).toEqual(expected[2]!.point);
    });

    test('finds nothing wrong with it', async () => {
      const checked = await read(place, secret, 'check');
      expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 points, 6 disks, .*; 0 problems$/m) });
    });

    test('leaves alone what was deleted, until it is brought back', async () => {
      const { id } = expected[2]!.point;
      await fixture.vault.deletePoint(id, 'to see what a stranger makes of it');
      expect((await read(place, secret, 'list')).stdout).toMatch(new RegExp(`^${id} .* web01 no. 2  deleted `, 'm'));
      expect(await restoredBy(place, secret, id, 2000)).toContain(`${id} is out of use`);
      expect(await read(place, secret, 'check')).toMatchObject({ code: 0, stdout: expect.stringMatching(/; 0 problems$/m) });
      await fixture.vault.undeletePoint(id);
      expect(await restoredBy(place, secret, id, 2000)).toBe(expected[2]!.hashes[2000]);
    });

    test('understands an index that was rebuilt from the packs', async () => {
      await rm(join(place, 'index'), { recursive: true });
      const steps = await Array.fromAsync(repairIndex(fixture.vault));
      expect(steps.at(-1)).toMatchObject({ kind: 'repaired', segments: [expect.stringContaining('index/repair-')] });
      const checked = await read(place, secret, 'check');
      expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/ 1 index segments, .*; 0 problems$/m) });
    });

    test('has nothing of it with a wrong key', async () => {
      const wrong = await read(place, { HOLDFAST_PASSPHRASE: 'something else' }, 'list');
      expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no key slot opens with this passphrase') });
      const typingError = await read(place, { HOLDFAST_RECOVERY_KEY: fixture.recoveryKey.replace(/.$/, (last) => (last === '0' ? '8' : '0')) }, 'list');
      expect(typingError).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('typing error') });
    });
  });

  test('finds its way through a disk of more than 256 segments', async () => {
    const place = join(folder, 'large');
    await using fixture = await testVault({ store: localStore(place, { create: true }) });
    const capacity = 4100 * MiB + 512;
    const written = [0, 2049 * MiB, 4100 * MiB - 4096].map((offset) => ({ offset, length: 4096 }));
    const source = { capacity, read: async (offset: number, into: Uint8Array) => void into.fill(1 + Math.floor(offset / (1024 * MiB))) };
    const session = await fixture.vault.beginSession({ vmId: fixture.vault.vmId('vc', 'files01') });
    const { map, statistics } = await session.writeDisk({
      source,
      extents: (async function* () {
        yield* written;
      })(),
    });
    expect(map.height).toBe(2);
    const { id } = await session.commit(draft('files01', map, statistics));
    await session.end();
    const file = join(folder, 'large.raw');
    expect(await read(place, { HOLDFAST_PASSPHRASE: passphrase }, 'restore', id, '2000', file)).toMatchObject({ code: 0 });
    await using restored = await open(file);
    expect((await restored.stat()).size).toBe(capacity);
    for (const [index, { offset, length }] of written.entries()) {
      // One page more on either side is zeros still.
      const { buffer } = await restored.read(Buffer.alloc(3 * length), 0, 3 * length, Math.max(0, offset - length));
      const page = Buffer.alloc(length, [1, 3, 5][index]);
      const around = Buffer.alloc(length);
      const expected = index === 0 ? [page, around, around] : [around, page, around];
      expect(buffer.equals(Buffer.concat(expected))).toBe(true);
    }
    expect((await read(place, { HOLDFAST_PASSPHRASE: passphrase }, 'check')).stdout).toMatch(/^1 points, 1 disks, .*; 0 problems$/m);
  });

  test('refuses each object of which one byte is another, and says where', async () => {
    const name = 'format-1-page-cdc';
    const secret = { HOLDFAST_RECOVERY_KEY: await readFile(join(vaults, `${name}.recovery-key`), 'utf8') };
    const vault = join(folder, 'damaged');
    await cp(join(vaults, name), vault, { recursive: true });
    const kinds = ['data', 'meta', 'points', 'index'] as const;
    const listed = await readdir(vault, { recursive: true, withFileTypes: true });
    const files = listed.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const kind of kinds) {
      const path = files.find((file) => file.startsWith(join(vault, kind)))!;
      const whole = await readFile(path);
      // The first slot's body, a sealed slot table or manifest, and the end (a trailer, a tag).
      for (const at of [190, whole.length - 60, whole.length - 3]) {
        await writeFile(path, whole.with(at, whole[at]! ^ 1));
        const { code, stdout } = await read(vault, secret, 'check');
        expect({ code, stdout }, `${kind}, byte ${at}`).toMatchObject({ code: 1, stdout: expect.stringContaining('altered: ') });
        expect(stdout).toContain(path.split('/').at(-1));
      }
      await writeFile(path, whole);
    }
    const description = join(vault, 'vault.json');
    const before = await readFile(description, 'utf8');
    await writeFile(description, before.replace('"createdAt": "2', '"createdAt": "3').replace('"createdAt":"2', '"createdAt":"3'));
    expect(await read(vault, secret, 'list')).toMatchObject({ code: 1, stderr: expect.stringContaining('vault.json is not the one') });
    await writeFile(description, before);
    expect((await read(vault, secret, 'check')).code).toBe(0);
  });

  test('leaves no file of a disk that a damaged pack belongs to, and names the place on the disk', async () => {
    const vault = join(folder, 'lost');
    const name = 'format-1-grid';
    const secret = { HOLDFAST_PASSPHRASE: goldenPassphrase };
    await cp(join(vaults, name), vault, { recursive: true });
    const listed = (await read(vault, secret, 'list')).stdout.split('\n').find((line) => line.includes('web01 no. 1'))!;
    const point = listed.split(' ')[0]!;
    for (const [damage, said] of [
      [(path: string) => readFile(path).then((bytes) => writeFile(path, bytes.with(400, bytes[400]! ^ 1))), 'altered: '],
      [(path: string) => rm(path), 'absent: data/'],
    ] as const) {
      for (const folderOfPacks of await readdir(join(vault, 'data')))
        for (const pack of await readdir(join(vault, 'data', folderOfPacks))) await damage(join(vault, 'data', folderOfPacks, pack));
      const outcome = await restoredBy(vault, secret, point, 2000);
      expect(outcome).toMatch(/the disk can't be restored: 262144 bytes from byte \d+: /);
      expect(outcome).toContain(said);
      expect(await readdir(folder)).not.toContain('restored.raw');
    }
  });
});
