import type { MoRef } from '@holdfast/vsphere/wire';
import { expect, test } from 'vitest';
import { MiB, openScene, type Scene } from './scene.ts';

interface DiskDevice {
  readonly $type: string;
  readonly key: number;
  readonly backing: { readonly fileName: string; readonly changeId?: string; readonly parent?: { readonly fileName: string } };
}

async function disks(scene: Scene, object: MoRef): Promise<DiskDevice[]> {
  const devices = (await scene.client.property(object, 'config.hardware.device')) as DiskDevice[];
  return devices.filter((device) => device.$type === 'VirtualDisk');
}

const take = async (scene: Scene, name: string): Promise<MoRef> =>
  (await scene.client.task(await scene.vm('web01'), 'CreateSnapshot_Task', { name, memory: false, quiesce: false })) as MoRef;

test('another VM attaches a snapshot’s disk, sees its frozen bytes, and lets go without harm', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  await simulator.guest('web01').writeExtent(0, 4096, Buffer.from('frozen'));
  const snapshot = await take(scene, 's');
  await simulator.guest('web01').writeExtent(0, 4096, Buffer.from('moving'));
  const proxy = await scene.vm('proxy');
  const fileName = (await disks(scene, snapshot))[0]!.backing.fileName;
  const backing = { $type: 'VirtualDiskFlatVer2BackingInfo', fileName, diskMode: 'independent_nonpersistent' };
  const device = { $type: 'VirtualDisk', key: -1, backing, controllerKey: 1000, unitNumber: 5, capacityInKB: 0 };
  await client.task(proxy, 'ReconfigVM_Task', { spec: { deviceChange: [{ operation: 'add', device }] } });
  const added = (await disks(scene, proxy))[1]!;
  expect([added.key, added.backing.fileName]).toEqual([2005, fileName]);
  expect(Buffer.from(await simulator.guest('proxy').readDisk(1, 4096, 6)).toString()).toBe('frozen');
  await expect(simulator.guest('proxy').writeExtent(1, 0, Buffer.of(1))).rejects.toThrow('never written');
  await client.task(proxy, 'ReconfigVM_Task', { spec: { deviceChange: [{ operation: 'remove', device: added }] } });
  expect(await disks(scene, proxy)).toHaveLength(1);
  await client.task(snapshot, 'RemoveSnapshot_Task', { removeChildren: false });
  expect(Buffer.from(await simulator.guest('web01').readDisk(0, 4096, 6)).toString()).toBe('moving');
});

test('the live file of a running VM cannot be attached for writing', async () => {
  await using scene = await openScene();
  const backing = { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '[datastore01] web01/web01.vmdk', diskMode: 'persistent' };
  const device = { $type: 'VirtualDisk', key: -1, backing, controllerKey: 1000, capacityInKB: 0 };
  const spec = { deviceChange: [{ operation: 'add', device }] };
  await expect(scene.client.task(await scene.vm('proxy'), 'ReconfigVM_Task', { spec })).rejects.toThrow('FileLocked');
});

test('reverting brings back bytes and configuration, and begins tracking anew', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const vm = await scene.vm('web01');
  await simulator.guest('web01').writeExtent(0, 0, Buffer.from('then'));
  const snapshot = await take(scene, 'then');
  const before = (await disks(scene, snapshot))[0]!.backing.changeId!;
  await simulator.guest('web01').writeExtent(0, 0, Buffer.from('now!'));
  await client.task(vm, 'ReconfigVM_Task', { spec: { annotation: 'changed' } });
  await client.task(snapshot, 'RevertToSnapshot_Task');
  expect(await client.property(vm, 'config.annotation')).toBe('');
  expect(await client.property(vm, 'runtime.powerState')).toBe('poweredOff');
  expect(Buffer.from(await simulator.guest('web01').readDisk(0, 0, 4)).toString()).toBe('then');
  const after = await take(scene, 'after');
  expect((await disks(scene, after))[0]!.backing.changeId?.split('/')[0]).not.toBe(before.split('/')[0]);
  await expect(client.call(vm, 'QueryChangedDiskAreas', { snapshot: after, deviceKey: 2000, startOffset: 0, changeId: before })).rejects.toThrow('FileFault');
});

test('the snapshot below a removed one moves to the file that now holds its bytes, and keeps its change id', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const vm = await scene.vm('web01');
  const first = await take(scene, 'first');
  await simulator.guest('web01').writeExtent(0, 65536, Buffer.from('second'));
  const second = await take(scene, 'second');
  const before = (await disks(scene, second))[0]!.backing;
  expect(before.parent?.fileName).toBe('[datastore01] web01/web01.vmdk');
  await client.task(first, 'RemoveSnapshot_Task', { removeChildren: false });
  const after = (await disks(scene, second))[0]!.backing;
  expect([after.fileName, after.parent, after.changeId]).toEqual(['[datastore01] web01/web01.vmdk', undefined, before.changeId]);
  expect((await disks(scene, vm))[0]!.backing.parent?.fileName).toBe('[datastore01] web01/web01.vmdk');
  const layout = (await client.property(vm, 'layoutEx')) as { disk: { key: number; chain: unknown[] }[]; snapshot: { key: MoRef }[] };
  expect([layout.disk[0]?.key, layout.disk[0]?.chain.length, layout.snapshot.map((one) => one.key.value)]).toEqual([2000, 2, [second.value]]);
});

test('a disk added after a snapshot is not part of it; one that is removed and destroyed is gone', async () => {
  await using scene = await openScene();
  const { client } = scene;
  const vm = await scene.vm('web01');
  const snapshot = await take(scene, 's');
  const backing = { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '[second] web01/more.vmdk', diskMode: 'persistent', thinProvisioned: true };
  const device = { $type: 'VirtualDisk', key: -1, backing, controllerKey: 1000, capacityInKB: 1024 };
  await client.task(vm, 'ReconfigVM_Task', { spec: { deviceChange: [{ operation: 'add', fileOperation: 'create', device }] } });
  expect((await disks(scene, vm)).map((disk) => disk.key)).toEqual([2000, 2001, 2002]);
  expect((await disks(scene, snapshot)).map((disk) => disk.key)).toEqual([2000, 2001]);
  const added = (await disks(scene, vm))[2];
  await client.task(vm, 'ReconfigVM_Task', { spec: { deviceChange: [{ operation: 'remove', fileOperation: 'destroy', device: added }] } });
  expect((await client.http('GET', '/folder/web01/more.vmdk?dcPath=Europe%2fDC0&dsName=second')).status).toBe(404);
});

test('a spec that fails halfway changes nothing and leaves no file behind', async () => {
  await using scene = await openScene();
  const { client } = scene;
  const vm = await scene.vm('web01');
  const backing = { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '[datastore01] web01/made.vmdk', diskMode: 'persistent' };
  const device = { $type: 'VirtualDisk', key: -1, backing, controllerKey: 1000, capacityInKB: 1024 };
  const deviceChange = [
    { operation: 'add', fileOperation: 'create', device },
    { operation: 'remove', device: { ...device, key: 2009 } },
  ];
  await expect(client.task(vm, 'ReconfigVM_Task', { spec: { annotation: 'no', deviceChange } })).rejects.toMatchObject({
    fault: { $type: 'InvalidDeviceSpec', deviceIndex: 1 },
  });
  expect(await client.property(vm, 'config.annotation')).toBe('');
  expect((await client.http('GET', '/folder/web01/made.vmdk?dcPath=Europe%2fDC0&dsName=datastore01')).status).toBe(404);
});

test('the capacity grows by editing the disk, but not under a snapshot', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const vm = await scene.vm('web01');
  const grown = { ...(await disks(scene, vm))[1]!, capacityInKB: 8192, capacityInBytes: 8 * MiB };
  const spec = { deviceChange: [{ operation: 'edit', device: grown }] };
  await client.task(vm, 'ReconfigVM_Task', { spec });
  expect((await simulator.vm('web01')).disks[1]?.capacityBytes).toBe(8 * MiB);
  await take(scene, 's');
  const more = { deviceChange: [{ operation: 'edit', device: { ...grown, capacityInKB: 16_384, capacityInBytes: 16 * MiB } }] };
  await expect(client.task(vm, 'ReconfigVM_Task', { spec: more })).rejects.toThrow('InvalidDeviceOperation');
});
