import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemRandom } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { type CreateDiskOptions, createVirtualDisk, openVirtualDisk, type VirtualDisk } from './index.ts';

const MiB = 1024 * 1024;

async function withDisk(options: Partial<CreateDiskOptions>, work: (disk: VirtualDisk, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
  try {
    await using disk = await createVirtualDisk({ folder, name: 'web01', capacity: 16 * MiB, random: systemRandom, ...options });
    await work(disk, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function read(disk: VirtualDisk, offset: number, length: number, layer?: string): Promise<Buffer> {
  const bytes = Buffer.alloc(length, 'not read');
  await disk.read(offset, bytes, layer);
  return bytes;
}

async function tracked(disk: VirtualDisk): Promise<string> {
  await disk.setTracking(true, { poweredOn: true });
  return (await disk.freeze()).changeId as string;
}

test('a snapshot keeps what was, the guest writes into the delta, and removal brings both together again', async () => {
  await withDisk({}, async (disk, folder) => {
    await disk.write(0, Buffer.from('monday'));
    const monday = await disk.freeze();
    expect(monday).toMatchObject({ fileName: 'web01.vmdk', frozen: true, role: 'snapshot' });
    expect(disk.live).toMatchObject({ fileName: 'web01-000001.vmdk', role: 'live', parent: monday.id });
    const before = await readFile(join(folder, 'web01-flat.vmdk'));
    await disk.write(0, Buffer.from('tuesday'));
    expect((await readFile(join(folder, 'web01-flat.vmdk'))).equals(before)).toBe(true);
    expect((await read(disk, 0, 7, monday.id)).toString('latin1')).toBe('monday\0');
    expect((await disk.files()).map(({ name, live }) => [name, live])).toEqual([
      ['web01.vmdk', false],
      ['web01-flat.vmdk', false],
      ['web01-000001.vmdk', false],
      ['web01-000001-delta.vmdk', true],
    ]);
    await disk.removeSnapshot(monday.id);
    expect((await read(disk, 0, 7)).toString()).toBe('tuesday');
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual(['web01-flat.vmdk', 'web01.vmdk']);
    expect(disk.live.fileName).toBe('web01.vmdk');
  });
});

test('a frozen state keeps its name while the files behind it move', async () => {
  await withDisk({}, async (disk) => {
    const [one, two] = [await disk.freeze(), await disk.freeze()];
    expect(disk.layer(two.id).fileName).toBe('web01-000001.vmdk');
    await disk.removeSnapshot(one.id);
    expect(disk.layer(two.id).fileName).toBe('web01.vmdk');
    expect(disk.chain().map((layer) => layer.fileName)).toEqual(['web01-000002.vmdk', 'web01.vmdk']);
    await expect(async () => disk.layer(one.id)).rejects.toMatchObject({ code: 'LAYER_ABSENT' });
  });
});

test('descriptors say what a host would write', async () => {
  await withDisk({ uuid: '6000C29a-bbcc-ddee-ff00-112233445566', adapterType: 'pvscsi' }, async (disk, folder) => {
    await disk.write(0, Buffer.from('x'));
    await tracked(disk);
    const base = await readFile(join(folder, 'web01.vmdk'), 'utf8');
    const cid = /^CID=([0-9a-f]{8})$/m.exec(base)![1]!;
    expect(base).toContain(`RW ${(16 * MiB) / 512} VMFS "web01-flat.vmdk"\n`);
    expect(base).toContain('ddb.uuid = "60 00 C2 9a bb cc dd ee-ff 00 11 22 33 44 55 66"');
    expect(base).toContain('changeTrackPath="web01-ctk.vmdk"');
    expect(base).toContain('ddb.thinProvisioned = "1"');
    const delta = await readFile(join(folder, 'web01-000001.vmdk'), 'utf8');
    expect(delta).toContain(`parentCID=${cid}\ncreateType="vmfsSparse"\nparentFileNameHint="web01.vmdk"\n`);
    expect(delta).toContain('VMFSSPARSE "web01-000001-delta.vmdk"');
    await disk.write(0, Buffer.from('y'));
    expect(/^CID=([0-9a-f]{8})$/m.exec(await readFile(join(folder, 'web01-000001.vmdk'), 'utf8'))![1]).not.toBe(cid);
  });
});

test('a removal that failed leaves the files until they are consolidated', async () => {
  await withDisk({}, async (disk, folder) => {
    await disk.write(0, Buffer.from('kept'));
    const one = await disk.freeze();
    await disk.write(2 * MiB, Buffer.from('new'));
    await disk.removeSnapshot(one.id, { leaveFiles: true });
    expect(disk.consolidationNeeded).toBe(true);
    expect(disk.layers().map((layer) => layer.role)).toEqual(['leftover', 'live']);
    await expect(disk.revert(one.id)).rejects.toMatchObject({ code: 'LAYER_ABSENT' });
    await disk.close();
    await using again = await openVirtualDisk({ folder, name: 'web01', random: systemRandom });
    expect(again.consolidationNeeded).toBe(true);
    await again.consolidate();
    expect(again.layers().length).toBe(1);
    expect((await read(again, 2 * MiB, 3)).toString()).toBe('new');
    expect((await read(again, 0, 4)).toString()).toBe('kept');
  });
});

test('a removal that a killed process left half done is finished when the disk is opened', async () => {
  await withDisk({}, async (disk, folder) => {
    const one = await disk.freeze();
    await disk.write(0, Buffer.from('new'));
    await disk.close();
    const path = join(folder, '.web01.disk.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"named": true', '"named": false'));
    await writeFile(join(folder, 'web01-000007-delta.vmdk'), 'of a snapshot that never was committed');
    await using again = await openVirtualDisk({ folder, name: 'web01', random: systemRandom });
    expect(again.layers().map((layer) => layer.id)).not.toContain(one.id);
    expect((await readdir(folder)).filter((name) => name.includes('-0000'))).toEqual([]);
    expect((await read(again, 0, 3)).toString()).toBe('new');
  });
});

test('a chain holds 32 snapshots and no more, and reads through all of them', async () => {
  await withDisk({}, async (disk) => {
    for (let link = 0; link < 32; link++) {
      await disk.write(link * 4096, Buffer.from([link + 1]));
      await disk.freeze();
    }
    await expect(disk.freeze()).rejects.toMatchObject({ code: 'CHAIN_TOO_LONG' });
    expect([...(await read(disk, 0, 32 * 4096))].filter((byte) => byte !== 0)).toEqual(Array.from({ length: 32 }, (_, link) => link + 1));
  });
});

test('tracking begins with the next snapshot of a running VM, at once on one that is off', async () => {
  await withDisk({}, async (disk) => {
    expect((await disk.freeze()).changeId).toBeUndefined();
    await disk.setTracking(true, { poweredOn: true });
    expect(disk.trackingActive).toBe(false);
    const { changeId } = await disk.freeze();
    expect(changeId).toMatch(/^([0-9a-f]{2} ){7}[0-9a-f]{2}-([0-9a-f]{2} ){7}[0-9a-f]{2}\/1$/);
    expect(disk.live.changeId).toBe(changeId!.replace(/1$/, '2'));
  });
  await withDisk({}, async (disk) => {
    await disk.setTracking(true, { poweredOn: false });
    expect(disk.trackingActive).toBe(true);
  });
  await withDisk({}, async (disk) => {
    disk.lie({ beginsAfterFreeze: true });
    expect(await tracked(disk)).toBeUndefined();
    expect((await disk.freeze()).changeId).toMatch(/\/1$/);
  });
});

test('changed areas come in pages that add up to the disk', async () => {
  await withDisk({}, async (disk) => {
    const changeId = await tracked(disk);
    const written = [0, 3, 4, 9, 100, 255].map((block) => block * 64 * 1024);
    for (const offset of written) await disk.write(offset + 5, Buffer.from('changed'));
    const { id: layer } = await disk.freeze();
    await disk.write(50 * 64 * 1024, Buffer.from('later'));
    const areas = [];
    let startOffset = 0;
    for (let pages = 0; startOffset < disk.capacity; pages++) {
      expect(pages).toBeLessThan(10);
      const page = await disk.changedAreas({ changeId, layer, startOffset, extentsMax: 2 });
      expect(page.startOffset).toBe(startOffset);
      expect(page.areas.length).toBeLessThanOrEqual(2);
      areas.push(...page.areas);
      startOffset += page.length;
    }
    expect(areas).toEqual([
      { start: 0, length: 65536 },
      { start: 3 * 65536, length: 2 * 65536 },
      { start: 9 * 65536, length: 65536 },
      { start: 100 * 65536, length: 65536 },
      { start: 255 * 65536, length: 65536 },
    ]);
    await expect(disk.changedAreas({ changeId, layer, startOffset: disk.capacity })).rejects.toMatchObject({ code: 'START_OFFSET_REFUSED' });
    disk.lie({ dropOneAreaIn: 2 });
    expect((await disk.changedAreas({ changeId, layer })).areas).toEqual([areas[1], areas[3]]);
  });
});

test('`*` names what is in use, also what was there before tracking', async () => {
  await withDisk({}, async (disk) => {
    await disk.write(MiB, Buffer.from('early'));
    await tracked(disk);
    await disk.write(9 * MiB, Buffer.from('late'));
    const { id: layer } = await disk.freeze();
    const { areas } = await disk.changedAreas({ changeId: '*', layer });
    expect(areas).toEqual([
      { start: MiB, length: 65536 },
      { start: 9 * MiB, length: 65536 },
    ]);
  });
});

test('what makes a change id worthless gives it away by another UUID', async () => {
  const resets: Record<string, (disk: VirtualDisk) => Promise<unknown>> = {
    'off and on': async (disk) => {
      await disk.setTracking(false, { poweredOn: true });
      await disk.stun();
      await disk.setTracking(true, { poweredOn: true });
    },
    revert: async (disk) => await disk.revert(disk.layers()[0]!.id),
    'hard power-off': async (disk) => await disk.stun({ hard: true }),
    extension: async (disk) => {
      await disk.removeSnapshot(disk.layers()[0]!.id);
      await disk.extend(disk.capacity + MiB);
    },
  };
  for (const [what, reset] of Object.entries(resets)) {
    await withDisk({}, async (disk) => {
      const changeId = await tracked(disk);
      await reset(disk);
      const after = await disk.freeze();
      expect(after.changeId, what).toMatch(/\/1$/);
      await expect(disk.changedAreas({ changeId, layer: after.id }), what).rejects.toMatchObject({ code: 'CHANGE_ID_REFUSED', subject: { reason: 'foreign' } });
    });
  }
});

test('a change id that can not be answered is refused with its reason', async () => {
  await withDisk({}, async (disk) => {
    const untracked = await disk.freeze();
    await expect(disk.changedAreas({ changeId: '*', layer: untracked.id })).rejects.toMatchObject({ subject: { reason: 'untracked' } });
    await disk.setTracking(true, { poweredOn: true });
    const first = await disk.freeze();
    const second = await disk.freeze();
    await expect(disk.changedAreas({ changeId: second.changeId!, layer: first.id })).rejects.toMatchObject({ subject: { reason: 'future' } });
    for (const changeId of ['', '**', second.changeId!.replace(/\/.*/, ''), `${second.changeId}x`]) {
      await expect(disk.changedAreas({ changeId, layer: second.id })).rejects.toMatchObject({ subject: { reason: 'malformed' } });
    }
  });
});

test('a disk begins from an image without taking room for its holes, and becomes another image by what differs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-image-'));
  const image = join(folder, 'day1.raw');
  await promisify(execFile)('dd', ['if=/dev/urandom', `of=${image}`, 'bs=64k', 'count=20', 'seek=500', 'status=none']);
  for (const take of ['copy', 'move'] as const) {
    await withDisk({ capacity: 128 * MiB, image: { path: image, take } }, async (disk, own) => {
      expect((await stat(join(own, 'web01-flat.vmdk'))).blocks * 512).toBeLessThan(3 * MiB);
      const used = await Array.fromAsync(disk.areasInUse());
      expect(used).toEqual([{ start: 500 * 65536, length: 20 * 65536 }]);
      const day2 = join(folder, 'day2.raw');
      await disk.export(day2);
      await promisify(execFile)('dd', ['if=/dev/urandom', `of=${day2}`, 'bs=4k', 'count=3', 'seek=8005', 'conv=notrunc', 'status=none']);
      const changeId = await tracked(disk);
      expect((await disk.writeImage(day2)).written).toBe(3 * 4096);
      expect((await disk.writeImage(day2)).written).toBe(0);
      const after = await disk.freeze();
      expect((await disk.changedAreas({ changeId, layer: after.id })).areas).toEqual([{ start: 500 * 65536, length: 65536 }]);
      await disk.export(join(folder, 'exported.raw'));
      await promisify(execFile)('cmp', [day2, join(folder, 'exported.raw')]);
    });
  }
  expect(await readdir(folder)).not.toContain('day1.raw');
  await rm(folder, { recursive: true });
});

test('a disk refuses what lies outside of it, a second of its name, and to shrink', async () => {
  await withDisk({}, async (disk, folder) => {
    await expect(disk.write(16 * MiB - 1, Buffer.from('xx'))).rejects.toMatchObject({ code: 'DISK_RANGE_REFUSED' });
    await expect(disk.read(-1, Buffer.alloc(1))).rejects.toMatchObject({ code: 'DISK_RANGE_REFUSED' });
    await expect(disk.extend(8 * MiB)).rejects.toMatchObject({ code: 'DISK_RESIZE_REFUSED' });
    await expect(createVirtualDisk({ folder, name: 'web01', capacity: MiB, random: systemRandom })).rejects.toMatchObject({ code: 'DISK_EXISTS' });
    await expect(openVirtualDisk({ folder, name: 'none', random: systemRandom })).rejects.toMatchObject({ code: 'DISK_ABSENT' });
    for (const name of ['', '../x', '.x', 'a-000001', 'a-flat']) {
      await expect(createVirtualDisk({ folder, name, capacity: MiB, random: systemRandom })).rejects.toMatchObject({ code: 'DATASTORE_PATH_REFUSED' });
    }
    await disk.destroy();
    expect(await readdir(folder)).toEqual([]);
    await expect(disk.write(0, Buffer.from('x'))).rejects.toMatchObject({ code: 'DISK_CLOSED' });
  });
});

const churn = `
import { createVirtualDisk } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
import { systemRandom } from ${JSON.stringify(import.meta.resolve('@holdfast/kit'))};
const disk = await createVirtualDisk({ folder: process.argv[1], name: 'web01', capacity: 8 * 1024 * 1024, random: systemRandom });
await disk.setTracking(true, { poweredOn: false });
for (let round = 1; ; round++) {
  const value = (round % 255) + 1;
  await disk.write(4096 * (round % 16), Buffer.alloc(1024 * 1024, value));
  await disk.write(6 * 1024 * 1024, Buffer.alloc(1024 * 1024, value));
  await disk.write(4096 * (round % 16), Buffer.alloc(1024 * 1024, value));
  const layer = await disk.freeze();
  if (round === 3) console.log('under way');
  const snapshots = disk.layers().filter((one) => one.role === 'snapshot');
  if (round % 7 === 0) await disk.revert(snapshots[0].id);
  if (snapshots.length > 3) await disk.removeSnapshot(snapshots[round % 3].id);
}
`;

test('killed at any moment, a disk opens with every frozen state whole', async () => {
  for (let kill = 0; kill < 6; kill++) {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-kill-'));
    const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', churn, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout!, 'data');
    await sleep(systemRandom.fraction() * 200);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using disk = await openVirtualDisk({ folder, name: 'web01', random: systemRandom });
    const snapshots = disk.layers().filter((layer) => layer.role === 'snapshot');
    expect(snapshots.length).toBeGreaterThan(0);
    for (const layer of snapshots) {
      const tail = await read(disk, 6 * MiB, MiB, layer.id);
      expect(tail.equals(Buffer.alloc(MiB, tail[0])), `end of ${layer.id}`).toBe(true);
      const head = await read(disk, 4096 * 16, MiB - 4096 * 16, layer.id);
      expect(head.equals(Buffer.alloc(head.length, tail[0])), `begin of ${layer.id}`).toBe(true);
    }
    await disk.freeze();
    await rm(folder, { recursive: true });
  }
});
