import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MiB, systemClock, systemRandom } from '@holdfast/kit';
import { startVsphereSimulator, type VsphereSimulator } from '@holdfast/simulators';
import {
  type CapturedDisk,
  captureConfiguration,
  changedAreas,
  connect,
  createSnapshot,
  datastoreFiles,
  type ImportLease,
  importVm,
  listVms,
  type MoRef,
  readInventory,
  readSnapshot,
  type SnapshotDisk,
  toConfigSpec,
  type Vcenter,
} from '@holdfast/vsphere';
import { expect, test } from 'vitest';
import { type DiskSource, datastoreSource, leaseSink } from '../src/index.ts';
import { scratchFolder } from '../src/testing/scratch-folder.ts';

const account = { username: 'backup@vsphere.local', password: 'for-tests-only' };
const capacity = 80 * MiB + 512;

interface Scene extends AsyncDisposable {
  readonly simulator: VsphereSimulator;
  readonly vcenter: Vcenter;
  readonly vm: MoRef;
  /** The disk as it was at a snapshot, by the simulator's own reading. */
  atSnapshot(name: string): Promise<Buffer>;
  snapshot(name: string): Promise<MoRef>;
  open(snapshot: MoRef): Promise<{ readonly source: DiskSource; readonly disk: SnapshotDisk }>;
}

async function openScene(): Promise<Scene> {
  const folder = await scratchFolder();
  const vms = [{ name: 'web01', disks: [{ capacityBytes: capacity }], changeTracking: true }];
  const simulator = await startVsphereSimulator({ ...account, folder: folder.file('vcenter'), estate: { datacenters: [{ name: 'DC', vms }] }, taskMs: 1 });
  const trust = { kind: 'thumbprint', sha256: simulator.thumbprintSha256 } as const;
  const vcenter = await connect({ url: simulator.url, ...account, trust, clock: systemClock, random: systemRandom });
  const [found] = await Array.fromAsync(listVms(vcenter));
  const vm = found?.ref as MoRef;
  const files = datastoreFiles(vcenter, { datacenter: 'DC' });
  return {
    simulator,
    vcenter,
    vm,
    atSnapshot: async (name) => {
      const file = folder.file(`${name}.raw`);
      await simulator.guest('web01').exportDisk(0, file, { snapshot: name });
      return await readFile(file);
    },
    snapshot: (name) => createSnapshot(vcenter, vm, { name, description: '', quiesce: false }),
    open: async (snapshot) => {
      const [disk] = (await readSnapshot(vcenter, snapshot)).disks as [SnapshotDisk];
      const source = await datastoreSource({
        files,
        disk: disk.file,
        parents: disk.parents,
        capacity: disk.capacity,
        changedAreas: (changeId) => changedAreas(vcenter, { vm, snapshot, deviceKey: disk.key, changeId, capacity }),
        allocatedAreasTrusted: true,
        clock: systemClock,
        random: systemRandom,
      });
      return { source, disk };
    },
    [Symbol.asyncDispose]: async () => {
      files[Symbol.dispose]();
      await vcenter[Symbol.asyncDispose]();
      await simulator.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Lays what a source names over what was there before. */
async function readOver(before: Buffer, source: DiskSource, since?: string): Promise<{ content: Buffer; bytesRead: number }> {
  const content = Buffer.from(before);
  let bytesRead = 0;
  for await (const { offset, length } of source.extents(since)) {
    await source.read(offset, content.subarray(offset, offset + length));
    bytesRead += length;
  }
  return { content, bytesRead };
}

test('a snapshot’s disk is read from the simulated vCenter as its guest had it, full and then by what changed, over a line that breaks', async () => {
  await using scene = await openScene();
  const guest = scene.simulator.guest('web01');
  await guest.writeExtent(0, MiB, randomBytes(20 * MiB));
  await guest.writeExtent(0, capacity - 512, randomBytes(512));
  const first = await scene.snapshot('first');
  await guest.writeExtent(0, 5 * MiB + 512, randomBytes(3 * MiB));
  await guest.unmap(0, 10 * MiB, MiB);
  const second = await scene.snapshot('second');
  await guest.writeExtent(0, 0, randomBytes(30 * MiB));
  await scene.simulator.faults.cutEveryBytes(3_333_333);

  const full = await scene.open(first);
  const one = await readOver(Buffer.alloc(capacity), full.source);
  expect(one.content.equals(await scene.atSnapshot('first'))).toBe(true);
  expect(one.bytesRead).toBeLessThan(22 * MiB);

  const incremental = await scene.open(second);
  expect(incremental.disk.parents).toHaveLength(1);
  const two = await readOver(one.content, incremental.source, full.disk.changeId);
  expect(two.content.equals(await scene.atSnapshot('second'))).toBe(true);
  expect(two.bytesRead).toBeLessThan(5 * MiB);
  await full.source.close();
  await incremental.source.close();
});

test('changes since a change id of another disk are unusable', async () => {
  await using scene = await openScene();
  const { source } = await scene.open(await scene.snapshot('only'));
  const asking = Array.fromAsync(source.extents('52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/81'));
  await expect(asking).rejects.toMatchObject({ code: 'CBT_UNUSABLE' });
});

test('the disk that a running VM writes to is locked', async () => {
  await using scene = await openScene();
  const [live] = (await scene.simulator.vm('web01')).disks;
  const opening = datastoreSource({
    files: datastoreFiles(scene.vcenter, { datacenter: 'DC' }),
    disk: live?.fileName as string,
    capacity,
    clock: systemClock,
    random: systemRandom,
  });
  await expect(opening.then((source) => source.read(0, new Uint8Array(512)))).rejects.toMatchObject({ code: 'DISK_FILE_LOCKED' });
});

async function openLease({ vcenter, vm }: Scene, snapshot: MoRef, name: string): Promise<{ lease: ImportLease; url: string }> {
  const captured = await captureConfiguration(vcenter, vm, await readSnapshot(vcenter, snapshot));
  const { clusters, datacenters, datastores } = await readInventory(vcenter);
  const { spec } = toConfigSpec(captured, { name, datastore: datastores[0]?.name as string, networks: {}, keepMac: false, keepUuids: false });
  const lease = await importVm(vcenter, { resourcePool: clusters[0]?.resourcePool as MoRef, folder: datacenters[0]?.vmFolder as MoRef, spec });
  const { controller, unit } = captured.disks[0] as CapturedDisk;
  return { lease, url: lease.deviceAt(controller.type, controller.bus, unit).url };
}

test('a disk sent to an import lease is the new VM’s disk', async () => {
  await using scene = await openScene();
  const snapshot = await scene.snapshot('only');
  const { lease, url } = await openLease(scene, snapshot, 'web02');
  await using opened = lease;
  const content = Buffer.alloc(capacity);
  const sink = leaseSink({ disk: 'web02', url, open: opened.open, capacity, clock: systemClock, random: systemRandom });
  for (const [offset, length] of [
    [512, 3 * MiB],
    [33 * MiB - 100, 200],
    [70 * MiB, 10 * MiB + 512],
  ] as const) {
    const bytes = randomBytes(length);
    content.set(bytes, offset);
    await sink.write(offset, bytes);
  }
  await sink.close();
  await opened.complete();
  expect(Buffer.from(await scene.simulator.guest('web02').readDisk(0)).equals(content)).toBe(true);
});

test('a disk given up half-way leaves no VM', async () => {
  await using scene = await openScene();
  const { lease, url } = await openLease(scene, await scene.snapshot('only'), 'web02');
  const sink = leaseSink({ disk: 'web02', url, open: lease.open, capacity, clock: systemClock, random: systemRandom });
  await sink.write(0, randomBytes(10 * MiB));
  await sink.abort(new Error('enough'));
  await lease.abort('enough');
  expect((await scene.simulator.vms()).map(({ name }) => name)).toEqual(['web01']);
});
