import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spawnVsphereSimulator } from '../src/index.ts';

const MiB = 1024 * 1024;

test('a simulator in its own process has the same handle: guest writes, faults, journal, and an end that leaves no process behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-vsphere-'));
  try {
    const image = join(folder, 'first.img');
    await writeFile(image, Buffer.alloc(MiB, 7));
    const simulator = await spawnVsphereSimulator({
      folder: join(folder, 'vcenter'),
      username: 'root',
      password: 'pass word "quoted"',
      estate: { datacenters: [{ name: 'DC0', vms: [{ name: 'web01', disks: [{ capacityBytes: 5 * MiB, image }] }] }] },
      taskMs: 4,
    });
    const guest = simulator.guest('web01');
    expect([...(await guest.readDisk(0, MiB - 1, 2))]).toEqual([7, 0]);
    await Promise.all([guest.writeExtent(0, 2 * MiB, Buffer.from('first')), guest.writeExtent(0, 3 * MiB, Buffer.from('second'))]);
    const second = Buffer.alloc(MiB, 7);
    second.fill(8, 0, 4096);
    await writeFile(image, second);
    expect(await guest.writeImage(0, image)).toEqual({ compared: MiB, written: 4096 });
    const whole = Buffer.from(await guest.readDisk(0));
    expect(whole.byteLength).toBe(5 * MiB);
    expect(whole.subarray(3 * MiB, 3 * MiB + 6).toString()).toBe('second');
    expect((await simulator.vm('web01')).disks[0]).toMatchObject({ capacityBytes: 5 * MiB, fileName: '[datastore01] web01/web01.vmdk', chainLength: 1 });
    await expect(simulator.vm('web02')).rejects.toThrow('there is no virtual machine web02');
    await simulator.faults.add({ method: 'Login', effect: { kind: 'status', status: 503 } });
    const reply = await fetch(`${simulator.url.replace('https', 'http')}/`).catch((error: Error) => error);
    expect(reply).toBeInstanceOf(Error);
    expect(await simulator.journal.calls()).toEqual([]);
    await simulator.close();
    await expect(simulator.vms()).rejects.toThrow('the simulated vCenter ended (code 0)');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a simulator that cannot start says why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-vsphere-'));
  try {
    const vms = [{ name: 'web01', cluster: 'nowhere', disks: [] }];
    const starting = spawnVsphereSimulator({ folder, username: 'u', password: 'p', estate: { datacenters: [{ name: 'DC0', vms }] } });
    await expect(starting).rejects.toThrow("names the cluster nowhere, which DC0 doesn't have");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
