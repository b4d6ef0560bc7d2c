import { systemClock } from '@holdfast/kit';
import type { MoRef } from '@holdfast/vsphere/wire';
import { expect, test } from 'vitest';
import { MiB, openScene } from './scene.ts';
import { serviceInstance, soapClient } from './soap-client.ts';

const order = { name: 's', memory: false, quiesce: true };

test('a scripted fault hits the nth call and no other', async () => {
  await using scene = await openScene();
  await scene.simulator.faults.add({ method: 'CurrentTime', nth: 2, effect: { kind: 'fault', fault: { $type: 'HostNotConnected' }, message: 'gone' } });
  await expect(scene.client.call(serviceInstance, 'CurrentTime')).resolves.toBeInstanceOf(Date);
  await expect(scene.client.call(serviceInstance, 'CurrentTime')).rejects.toThrow('HostNotConnected: gone');
  await expect(scene.client.call(serviceInstance, 'CurrentTime')).resolves.toBeInstanceOf(Date);
  const calls = (await scene.simulator.journal.calls()).filter((call) => call.method === 'CurrentTime');
  expect(calls.map((call) => [call.outcome, call.operationId])).toEqual([
    ['ok', 'op-CurrentTime'],
    ['HostNotConnected', 'op-CurrentTime'],
    ['ok', 'op-CurrentTime'],
  ]);
});

test('a task that fails before its work leaves nothing; one that fails after it leaves the work done', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const vm = await scene.vm('web01');
  const fault = { $type: 'ApplicationQuiesceFault' };
  await simulator.faults.add(
    { method: 'CreateSnapshot_Task', entity: 'web01', nth: 1, effect: { kind: 'taskFault', fault } },
    { method: 'CreateSnapshot_Task', entity: 'web01', nth: 2, effect: { kind: 'taskFault', fault, after: true } },
  );
  await expect(client.task(vm, 'CreateSnapshot_Task', order)).rejects.toThrow('ApplicationQuiesceFault');
  expect((await simulator.vm('web01')).snapshots).toEqual([]);
  await expect(client.task(vm, 'CreateSnapshot_Task', order)).rejects.toThrow('ApplicationQuiesceFault');
  expect((await simulator.vm('web01')).snapshots).toMatchObject([{ name: 's', quiesced: true, isCurrent: true }]);
});

test('a connection cut before or after the work tells the caller the same, and the journal the difference', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const vm = await scene.vm('web01');
  await simulator.faults.add(
    { method: 'CreateSnapshot_Task', nth: 1, effect: { kind: 'cut', when: 'before' } },
    { method: 'CreateSnapshot_Task', nth: 2, effect: { kind: 'cut', when: 'after' } },
  );
  await expect(client.call(vm, 'CreateSnapshot_Task', order)).rejects.not.toThrow('Fault');
  expect((await simulator.vm('web01')).snapshots).toEqual([]);
  await expect(client.call(vm, 'CreateSnapshot_Task', order)).rejects.not.toThrow('Fault');
  await expect.poll(async () => (await simulator.vm('web01')).snapshots.length).toBe(1);
});

test('a VM does one thing at a time', async () => {
  await using scene = await openScene({ taskMs: 200 });
  const vm = await scene.vm('web01');
  const task = (await scene.client.call(vm, 'CreateSnapshot_Task', order)) as MoRef;
  await expect(scene.client.call(vm, 'ReconfigVM_Task', { spec: { annotation: 'x' } })).rejects.toMatchObject({ fault: { $type: 'TaskInProgress', task } });
});

test('disabled methods are refused in the name of whoever disabled them, until they are enabled or the session ends', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const vm = await scene.vm('web01');
  const manager = { type: 'AuthorizationManager', value: 'AuthorizationManager' };
  const method = [{ method: 'ReconfigVM_Task', reasonId: 'why' }];
  await client.call(manager, 'DisableMethods', { entity: [vm], method, sourceId: 'us' });
  expect((await simulator.vm('web01')).disabledMethods).toEqual(['ReconfigVM_Task']);
  expect(await client.property(vm, 'disabledMethod')).toContain('ReconfigVM_Task');
  await expect(client.call(vm, 'ReconfigVM_Task', { spec: {} })).rejects.toMatchObject({ fault: { $type: 'MethodDisabled', source: 'us' } });
  await client.call(manager, 'EnableMethods', { entity: [vm], method: ['ReconfigVM_Task'], sourceId: 'us' });
  await client.task(vm, 'ReconfigVM_Task', { spec: {} });
  await client.call(manager, 'DisableMethods', { entity: [vm], method, sourceId: 'us', sessionScope: true });
  await simulator.faults.dropSessions();
  expect((await simulator.vm('web01')).disabledMethods).toEqual([]);
});

test('a snapshot somebody else removed is gone from the tree', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const snapshot = (await client.task(await scene.vm('web01'), 'CreateSnapshot_Task', order)) as MoRef;
  await simulator.faults.loseSnapshot('web01', 's');
  await expect(client.property(snapshot, 'config')).rejects.toThrow('ManagedObjectNotFound');
  expect(await client.property(await scene.vm('web01'), 'snapshot')).toBeUndefined();
});

test('quiescing is left out without running tools, and the tree says so', async () => {
  await using scene = await openScene({
    estate: { datacenters: [{ name: 'DC0', vms: [{ name: 'web01', disks: [{ capacityBytes: MiB }], tools: 'notRunning' }] }] },
  });
  await scene.client.task(await scene.vm('web01'), 'CreateSnapshot_Task', order);
  expect((await scene.simulator.vm('web01')).snapshots).toMatchObject([{ name: 's', quiesced: false }]);
});

test('change tracking is refused on hardware too old for it', async () => {
  await using scene = await openScene();
  await expect(scene.client.task(await scene.vm('old'), 'ReconfigVM_Task', { spec: { changeTrackingEnabled: true } })).rejects.toThrow('NotSupported');
});

test('a lease nobody keeps alive times out, and takes the half-made VM with it', async () => {
  let nowMs = 1_000_000;
  const sleeping = new Set<{ untilMs: number; wake: () => void }>();
  const clock = {
    ...systemClock,
    now: () => nowMs,
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      milliseconds < 1000
        ? systemClock.sleep(milliseconds, signal)
        : new Promise<void>((resolve, reject) => {
            sleeping.add({ untilMs: nowMs + milliseconds, wake: resolve });
            signal?.addEventListener('abort', () => reject(signal.reason as Error));
          }),
  };
  await using scene = await openScene({ clock });
  const { client, simulator } = scene;
  const content = (await client.call(serviceInstance, 'RetrieveServiceContent')) as { searchIndex: MoRef };
  const pool = (await client.call(content.searchIndex, 'FindByInventoryPath', { inventoryPath: 'Europe/DC0/host/cluster01/Resources' })) as MoRef;
  const folder = (await client.call(content.searchIndex, 'FindByInventoryPath', { inventoryPath: 'Europe/DC0/vm' })) as MoRef;
  const configSpec = { name: 'restored', guestId: 'otherGuest64', files: { vmPathName: '[datastore01]' }, numCPUs: 1, memoryMB: 128 };
  const lease = (await client.call(pool, 'ImportVApp', { spec: { $type: 'VirtualMachineImportSpec', configSpec }, folder })) as MoRef;
  await expect.poll(() => client.property(lease, 'state')).toBe('ready');
  expect((await simulator.vms()).map((vm) => vm.name)).toContain('restored');
  await expect(client.call(await scene.vm('restored'), 'Destroy_Task')).rejects.toThrow('InvalidState');
  const advance = (milliseconds: number) => {
    nowMs += milliseconds;
    for (const one of [...sleeping].filter(({ untilMs }) => untilMs <= nowMs)) {
      sleeping.delete(one);
      one.wake();
    }
  };
  await expect.poll(() => sleeping.size).toBeGreaterThan(0);
  advance(299_000);
  await client.call(lease, 'HttpNfcLeaseProgress', { percent: 50 });
  advance(299_000);
  expect(await client.property(lease, 'state')).toBe('ready');
  await expect.poll(() => [...sleeping].some(({ untilMs }) => untilMs <= nowMs + 2000)).toBe(true);
  advance(2000);
  await expect.poll(() => client.property(lease, 'state')).toBe('error');
  expect((await simulator.vms()).map((vm) => vm.name)).not.toContain('restored');
  await expect(client.call(lease, 'HttpNfcLeaseProgress', { percent: 60 })).rejects.toThrow('Timedout');
});

test('a full vCenter lets nobody else in', async () => {
  await using scene = await openScene({ sessionsMax: 1 });
  const other = soapClient(scene.simulator);
  await expect(other.login()).rejects.toThrow('maximum number of sessions');
  other.close();
});
