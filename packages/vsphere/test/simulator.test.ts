import {
  captureConfiguration,
  changedAreas,
  createSnapshot,
  createVm,
  datastoreFiles,
  describeVm,
  destroyVm,
  ensureChangeTracking,
  importVm,
  listSnapshots,
  listVms,
  type MoRef,
  powerOff,
  powerOn,
  readConfig,
  readInventory,
  readSnapshot,
  reconfigureVm,
  registerVm,
  removeSnapshot,
  toConfigSpec,
  toFinishingSpec,
  vsphereErrors,
} from '@holdfast/vsphere';
import { describe, expect, test } from 'vitest';
import { estate, MiB, openSimulated, type Simulated } from './simulated.ts';

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'nothing',
    (error) => (vsphereErrors.is(error) ? error.code : String(error)),
  );
}

const request = { name: 'holdfast-test', description: '{"product":"holdfast"}', quiesce: false };

async function freeze(scene: Simulated, vm: MoRef) {
  const snapshot = await createSnapshot(scene.vcenter, vm, request);
  return { snapshot, state: await readSnapshot(scene.vcenter, snapshot) };
}

describe('on a simulated vCenter, the client', () => {
  test('finds VMs with their paths, whatever the version it has to speak', async () => {
    for (const apiVersion of ['6.7.3', '8.0.3.0']) {
      await using scene = await openSimulated({ estate: { ...estate, apiVersion } });
      expect(scene.vcenter.apiVersion).toBe(apiVersion);
      const vms = await Array.fromAsync(listVms(scene.vcenter));
      expect(vms.map(({ name, path, datacenter, template }) => [name, path, datacenter, template])).toEqual([
        ['web01', 'Europe/DC0/vm/Production/Web/web01', 'Europe/DC0', false],
        ['old', 'Europe/DC0/vm/old', 'Europe/DC0', false],
        ['gold', 'Europe/DC0/vm/gold', 'Europe/DC0', true],
      ]);
      expect(await describeVm(scene.vcenter, vms[0]!.ref)).toMatchObject({
        hardwareVersion: 19,
        guestId: 'debian12_64Guest',
        toolsRunning: true,
        path: vms[0]!.path,
      });
      const inventory = await readInventory(scene.vcenter);
      expect(inventory.datastores.map(({ name, datacenter }) => [name, datacenter])).toEqual([
        ['datastore01', 'Europe/DC0'],
        ['datastore02', 'Europe/DC0'],
      ]);
    }
  });

  test('tells exactly what a guest wrote between two snapshots', async () => {
    await using scene = await openSimulated();
    const vm = await scene.vm('web01');
    const guest = scene.simulator.guest('web01');
    await guest.writeExtent(0, 10 * MiB, new Uint8Array(MiB).fill(1));
    expect(await ensureChangeTracking(scene.vcenter, vm)).toEqual({ state: 'enabled', stunNeeded: true });
    await removeSnapshot(scene.vcenter, vm, (await freeze(scene, vm)).snapshot);
    expect(await ensureChangeTracking(scene.vcenter, vm)).toEqual({ state: 'on' });

    const first = await freeze(scene, vm);
    const disk = first.state.disks[0]!;
    const ask = async (snapshot: MoRef, changeId: string) =>
      await Array.fromAsync(changedAreas(scene.vcenter, { vm, snapshot, deviceKey: disk.key, changeId, capacity: disk.capacity }));
    const allocated = await ask(first.snapshot, '*');
    expect(allocated.some(({ offset, length }) => offset <= 10 * MiB && offset + length >= 11 * MiB)).toBe(true);
    await removeSnapshot(scene.vcenter, vm, first.snapshot);

    await guest.writeExtent(0, 3 * MiB, new Uint8Array(65_536).fill(7));
    await guest.writeExtent(0, 20 * MiB, new Uint8Array(2 * 65_536).fill(9));
    const second = await freeze(scene, vm);
    expect(await ask(second.snapshot, disk.changeId!)).toEqual([
      { offset: 3 * MiB, length: 65_536 },
      { offset: 20 * MiB, length: 2 * 65_536 },
    ]);
    expect(await codeOf(ask(second.snapshot, '52 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00/1'))).toBe('VSPHERE_CHANGES_UNKNOWN');
    expect(await removeSnapshot(scene.vcenter, vm, second.snapshot)).toEqual({ removed: 'removed', consolidation: 'unneeded' });
    expect((await scene.simulator.vm('web01')).disks[0]?.chainLength).toBe(1);
  });

  test('does not switch change tracking on where it may not', async () => {
    await using scene = await openSimulated();
    expect(await ensureChangeTracking(scene.vcenter, await scene.vm('old'))).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining('hardware version'),
    });
    expect(await ensureChangeTracking(scene.vcenter, await scene.vm('gold'))).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining('template'),
    });
    const vm = await scene.vm('web01');
    await freeze(scene, vm);
    expect(await ensureChangeTracking(scene.vcenter, vm)).toMatchObject({ state: 'unavailable', reason: expect.stringContaining('snapshots') });
  });

  test('consolidates what a removal leaves behind, and says so when it cannot', async () => {
    await using scene = await openSimulated();
    const vm = await scene.vm('web01');
    await scene.simulator.faults.consolidationNeededAfterRemovals(2);
    const first = await freeze(scene, vm);
    expect(await removeSnapshot(scene.vcenter, vm, first.snapshot)).toEqual({ removed: 'removed', consolidation: 'done' });
    expect((await scene.simulator.vm('web01')).consolidationNeeded).toBe(false);
    const second = await freeze(scene, vm);
    await scene.simulator.faults.add({
      method: 'ConsolidateVMDisks_Task',
      effect: { kind: 'taskFault', fault: { $type: 'NoDiskSpace', file: '[datastore01] web01', datastore: 'datastore01' } },
    });
    expect(await removeSnapshot(scene.vcenter, vm, second.snapshot)).toMatchObject({
      removed: 'removed',
      consolidation: 'needed',
      reason: expect.stringContaining('NoDiskSpace'),
    });
  });

  test('notices that a snapshot vanished', async () => {
    await using scene = await openSimulated();
    const vm = await scene.vm('web01');
    const { snapshot } = await freeze(scene, vm);
    await scene.simulator.faults.loseSnapshot('web01', 'holdfast-test');
    expect(await codeOf(readSnapshot(scene.vcenter, snapshot))).toBe('VSPHERE_ABSENT');
    expect(await removeSnapshot(scene.vcenter, vm, snapshot)).toMatchObject({ removed: 'gone' });
    expect((await listSnapshots(scene.vcenter, vm)).snapshots).toEqual([]);
  });

  test('goes on when the vCenter forgets all sessions, and when it hangs up on a read', async () => {
    await using scene = await openSimulated();
    await scene.simulator.faults.dropSessions();
    const vm = await scene.vm('web01');
    await scene.simulator.faults.add({ method: 'RetrievePropertiesEx', nth: 1, times: 2, effect: { kind: 'cut', when: 'before' } });
    expect((await describeVm(scene.vcenter, vm)).name).toBe('web01');
    expect(scene.logged.length).toBeGreaterThanOrEqual(3);
  });

  test('says which privilege is missing', async () => {
    const accounts = [{ username: 'reader', password: 'p', missingPrivileges: ['VirtualMachine.State.CreateSnapshot'] }];
    await using scene = await openSimulated({ accounts });
    await using reader = await scene.connect({ username: 'reader' });
    const error = await createSnapshot(reader, await scene.vm('web01'), request).catch((reason: unknown) => reason);
    expect(vsphereErrors.is(error, 'VSPHERE_PERMISSION')).toBe(true);
    expect((error as Error).message).toContain('VirtualMachine.State.CreateSnapshot');
  });

  test('reads the frozen bytes of a disk that the guest goes on writing', async () => {
    await using scene = await openSimulated();
    const vm = await scene.vm('web01');
    const guest = scene.simulator.guest('web01');
    const before = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 13 + (i >> 7)) & 255);
    await guest.writeExtent(1, 1024, before);
    const { state } = await freeze(scene, vm);
    await guest.writeExtent(1, 1024, new Uint8Array(200_000));
    using files = datastoreFiles(scene.vcenter, { datacenter: 'Europe/DC0' });
    const flat = state.disks[1]!.file.replace(/\.vmdk$/, '-flat.vmdk');
    expect(await files.size(flat)).toBe(8 * MiB);
    await scene.simulator.faults.dropSessions();
    const into = new Uint8Array(before.length);
    await files.read(flat, 1024, into);
    expect(into).toEqual(before);
    expect(await codeOf(files.read(state.disks[1]!.file.replace('web01', 'nowhere'), 0, into))).toBe('DATASTORE_FILE_ABSENT');
    const descriptor = new TextDecoder().decode(await files.readWhole(state.disks[1]!.file, 65_536));
    expect(descriptor).toContain('# Disk DescriptorFile');
  });

  test('is told that a running disk is locked', async () => {
    await using scene = await openSimulated();
    const live = (await scene.simulator.vm('web01')).disks[0]!.fileName;
    using files = datastoreFiles(scene.vcenter, { datacenter: 'Europe/DC0' });
    expect(await codeOf(files.read(live.replace(/\.vmdk$/, '-flat.vmdk'), 0, new Uint8Array(512)))).toBe('DATASTORE_FILE_LOCKED');
  });
});

describe('a VM from its captured configuration', () => {
  async function capture(scene: Simulated) {
    const vm = await scene.vm('web01');
    const { state, snapshot } = await freeze(scene, vm);
    const captured = await captureConfiguration(scene.vcenter, vm, state);
    await removeSnapshot(scene.vcenter, vm, snapshot);
    // Kept with a point as text.
    return JSON.parse(JSON.stringify(captured)) as typeof captured;
  }

  test('is captured with its places, networks and small files', async () => {
    await using scene = await openSimulated();
    const captured = await capture(scene);
    expect(captured).toMatchObject({
      version: 1,
      name: 'web01',
      folder: 'Europe/DC0/vm/Production/Web',
      datacenter: 'Europe/DC0',
      powerState: 'poweredOn',
      nvramFile: expect.stringMatching(/^\[datastore01\] web01\/.*\.nvram$/),
      nics: [{ mac: '00:50:56:01:02:03', network: 'VM Network' }],
      disks: [
        { capacity: 32 * MiB, datastore: 'datastore01', unit: 0 },
        { capacity: 8 * MiB, unit: 1 },
        { capacity: 4 * MiB, unit: 2 },
      ],
    });
    expect(captured.resourcePool).toContain('Europe/DC0/host/');
    using files = datastoreFiles(scene.vcenter, { datacenter: 'Europe/DC0' });
    expect(new TextDecoder().decode(await files.readWhole(captured.nvramFile!, 65_536))).toBe('uefi variables');
  });

  async function places(scene: Simulated) {
    const inventory = await readInventory(scene.vcenter);
    return {
      inventory,
      folder: inventory.datacenters[0]!.vmFolder,
      resourcePool: inventory.clusters[0]!.resourcePool!,
      placement: {
        name: 'again',
        datastore: 'datastore02',
        networks: { 'VM Network': inventory.networks.find((one) => one.name === 'Other')! },
        keepMac: true,
        keepUuids: false,
      },
    };
  }

  test('is created again elsewhere, like itself, and runs', async () => {
    await using scene = await openSimulated();
    const captured = await capture(scene);
    const { folder, resourcePool, placement } = await places(scene);
    const { spec, dropped, disks } = toConfigSpec(captured, { ...placement, disks: captured.disks.slice(0, 2).map(({ key }) => key) });
    expect(disks).toEqual(captured.disks.slice(0, 2).map(({ key }) => key));
    expect(dropped).toMatchObject([{ reason: 'it is not in the recovery point' }]);
    const vm = await createVm(scene.vcenter, { folder, resourcePool, spec });
    await reconfigureVm(scene.vcenter, vm, toFinishingSpec(captured, await readConfig(scene.vcenter, vm)));
    const config = await readConfig(scene.vcenter, vm);
    expect(config).toMatchObject({
      name: 'again',
      guestId: 'debian12_64Guest',
      firmware: 'efi',
      annotation: 'the <shop> & more',
      version: 'vmx-19',
      hardware: { numCPU: 2, memoryMB: 512 },
    });
    expect(config.instanceUuid).not.toBe(captured.instanceUuid);
    const { snapshot, state } = await freeze(scene, vm);
    expect(state.disks.map(({ capacity, file, unit, controller }) => [capacity, file.startsWith('[datastore02]'), unit, controller.type])).toEqual(
      captured.disks.slice(0, 2).map(({ capacity, unit, controller }) => [capacity, true, unit, controller.type]),
    );
    expect((await captureConfiguration(scene.vcenter, vm, state)).nics).toMatchObject([{ mac: '00:50:56:01:02:03', network: 'Other' }]);
    await removeSnapshot(scene.vcenter, vm, snapshot);
    await powerOn(scene.vcenter, vm);
    expect(await codeOf(destroyVm(scene.vcenter, vm))).toBe('VSPHERE_CONFLICT');
    await powerOff(scene.vcenter, vm);
    await destroyVm(scene.vcenter, vm);
    expect(await codeOf(readConfig(scene.vcenter, vm))).toBe('VSPHERE_ABSENT');
  });

  test('is not made beside one of the same name', async () => {
    await using scene = await openSimulated();
    const captured = await capture(scene);
    const { folder, resourcePool, placement } = await places(scene);
    const { spec } = toConfigSpec(captured, { ...placement, name: 'old' });
    expect(await codeOf(createVm(scene.vcenter, { folder, resourcePool, spec }))).toBe('VSPHERE_CONFLICT');
    expect(await codeOf(importVm(scene.vcenter, { folder, resourcePool, spec }))).toBe('VSPHERE_CONFLICT');
  });

  test('is imported through a lease that has a place for every disk, and vanishes when the lease is given up', async () => {
    await using scene = await openSimulated({ leaseTimeoutSeconds: 4 });
    const captured = await capture(scene);
    const { folder, resourcePool, placement } = await places(scene);
    const { spec } = toConfigSpec(captured, placement);
    {
      await using lease = await importVm(scene.vcenter, { folder, resourcePool, spec });
      const devices = captured.disks.map(({ controller, unit }) => lease.deviceAt(controller.type, controller.bus, unit));
      expect(new Set(devices.map(({ url }) => url)).size).toBe(3);
      expect(() => lease.deviceAt('ParaVirtualSCSIController', 3, 9)).toThrow('ParaVirtualSCSIController3:9');
      expect((await scene.simulator.vms()).map(({ name }) => name)).toContain('again');
    }
    expect((await scene.simulator.vms()).map(({ name }) => name)).not.toContain('again');
  });

  test('is registered from its files', async () => {
    await using scene = await openSimulated();
    const { folder, resourcePool } = await places(scene);
    const vm = await scene.vm('old');
    const { vmxFile } = await describeVm(scene.vcenter, vm);
    await scene.vcenter.call('UnregisterVM', vm);
    const again = await registerVm(scene.vcenter, { folder, resourcePool, vmxFile: vmxFile!, name: 'registered' });
    expect((await describeVm(scene.vcenter, again)).name).toBe('registered');
  });
});
