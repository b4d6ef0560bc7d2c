import type { MoRef } from '@holdfast/vsphere/wire';
import { expect, test } from 'vitest';
import { openScene, type Scene } from './scene.ts';
import { propertyCollector, soapClient } from './soap-client.ts';

interface Updates {
  readonly version: string;
  readonly filterSet: {
    readonly objectSet: { readonly kind: string; readonly changeSet?: { readonly name: string; readonly op: string; readonly val?: unknown }[] }[];
  }[];
}

const wait = (scene: Scene, version: string, maxWaitSeconds = 30, collector = propertyCollector) =>
  scene.client.call(collector, 'WaitForUpdatesEx', { version, options: { maxWaitSeconds } }) as Promise<Updates | undefined>;

const watch = async (scene: Scene, vm: MoRef, pathSet: string[], partialUpdates = true) =>
  await scene.client.call(propertyCollector, 'CreateFilter', {
    spec: { propSet: [{ type: 'VirtualMachine', pathSet }], objectSet: [{ obj: vm }] },
    partialUpdates,
  });

test('a device that comes and goes is told by its key', async () => {
  await using scene = await openScene();
  const vm = await scene.vm('web01');
  await watch(scene, vm, ['config.hardware.device']);
  const first = (await wait(scene, ''))!;
  const device = { $type: 'VirtualVmxnet3', key: -1, backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: 'VM Network' } };
  await scene.client.task(vm, 'ReconfigVM_Task', { spec: { deviceChange: [{ operation: 'add', device }] } });
  const second = (await wait(scene, first.version))!;
  const changes = second.filterSet[0]!.objectSet[0]!.changeSet!;
  // The PCI controller lists one more device, and the device is there.
  expect(changes.map((change) => [change.name, change.op])).toEqual([
    ['config.hardware.device[100]', 'assign'],
    ['config.hardware.device[4001]', 'add'],
  ]);
  await scene.client.task(vm, 'ReconfigVM_Task', { spec: { deviceChange: [{ operation: 'remove', device: changes[1]!.val }] } });
  const third = (await wait(scene, second.version))!;
  expect(third.filterSet[0]!.objectSet[0]!.changeSet).toContainEqual(expect.objectContaining({ name: 'config.hardware.device[4001]', op: 'remove' }));
});

test('a waiting call is woken by a change, answered empty when the time is up, and cancelled by a newer one', async () => {
  await using scene = await openScene();
  const vm = await scene.vm('web01');
  await watch(scene, vm, ['config.annotation'], false);
  const first = (await wait(scene, ''))!;
  expect(await wait(scene, first.version, 1)).toBeUndefined();
  const cancelled = expect(wait(scene, first.version)).rejects.toThrow('RequestCanceled');
  await scene.client.property(vm, 'name');
  const woken = wait(scene, first.version);
  await cancelled;
  await scene.client.task(vm, 'ReconfigVM_Task', { spec: { annotation: 'awake' } });
  expect((await woken)?.filterSet[0]?.objectSet[0]?.changeSet).toEqual([expect.objectContaining({ name: 'config.annotation', val: 'awake' })]);
});

test('collectors of one session do not disturb each other, and no session sees another’s', async () => {
  await using scene = await openScene();
  const vm = await scene.vm('web01');
  const own = (await scene.client.call(propertyCollector, 'CreatePropertyCollector')) as MoRef;
  await watch(scene, vm, ['name']);
  expect(await wait(scene, '', 0, own)).toBeUndefined();
  expect(await wait(scene, '', 0)).toBeDefined();
  const other = soapClient(scene.simulator);
  await other.login();
  expect(await other.call(propertyCollector, 'WaitForUpdatesEx', { version: '', options: { maxWaitSeconds: 0 } })).toBeUndefined();
  other.close();
  await scene.client.call(own, 'DestroyPropertyCollector');
  await expect(wait(scene, '', 0, own)).rejects.toThrow('ManagedObjectNotFound');
});

test('a list view holds what it was given and names what it could not take', async () => {
  await using scene = await openScene();
  const manager = { type: 'ViewManager', value: 'ViewManager' };
  const [web, proxy, gone] = [await scene.vm('web01'), await scene.vm('proxy'), { type: 'VirtualMachine', value: 'vm-999' }];
  const view = (await scene.client.call(manager, 'CreateListView', { obj: [web] })) as MoRef;
  expect(await scene.client.call(view, 'ModifyListView', { add: [proxy, gone], remove: [web] })).toEqual([gone]);
  expect(await scene.client.property(view, 'view')).toEqual([proxy]);
  await scene.client.call(view, 'DestroyView');
  await expect(scene.client.property(view, 'view')).rejects.toThrow('ManagedObjectNotFound');
});

test('a task can be cancelled while it is queued, and then did nothing', async () => {
  await using scene = await openScene({ taskMs: 400 });
  const task = (await scene.client.call(await scene.vm('web01'), 'CreateSnapshot_Task', { name: 's', memory: false, quiesce: false })) as MoRef;
  expect(await scene.client.property(task, 'info')).toMatchObject({ state: 'queued', cancelable: true, name: 'CreateSnapshot_Task', entityName: 'web01' });
  await scene.client.call(task, 'CancelTask');
  await expect.poll(() => scene.client.property(task, 'info.state')).toBe('error');
  expect(await scene.client.property(task, 'info')).toMatchObject({ cancelled: true, error: { fault: { $type: 'RequestCanceled' } } });
  expect((await scene.simulator.vm('web01')).snapshots).toEqual([]);
  await scene.client.task(await scene.vm('web01'), 'ReconfigVM_Task', { spec: { annotation: 'free again' } });
});

test('a second VM with the same instance UUID gets another', async () => {
  await using scene = await openScene();
  const { instanceUuid } = await scene.simulator.vm('web01');
  const index = { type: 'SearchIndex', value: 'SearchIndex' };
  const folder = (await scene.client.call(index, 'FindByInventoryPath', { inventoryPath: 'Europe/DC0/vm' })) as MoRef;
  const pool = (await scene.client.call(index, 'FindByInventoryPath', { inventoryPath: 'Europe/DC0/host/cluster01/Resources' })) as MoRef;
  const config = { name: 'twin', guestId: 'otherGuest64', instanceUuid, files: { vmPathName: '[datastore01]' }, numCPUs: 1, memoryMB: 64 };
  await scene.client.task(folder, 'CreateVM_Task', { config, pool });
  const twin = await scene.simulator.vm('twin');
  expect(twin.instanceUuid).not.toBe(instanceUuid);
  expect(await scene.client.call(index, 'FindByUuid', { uuid: twin.instanceUuid, vmSearch: true, instanceUuid: true })).toEqual(await scene.vm('twin'));
});
