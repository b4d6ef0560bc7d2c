import {
  connect,
  createSnapshot,
  createVm,
  datastoreFiles,
  describeVm,
  destroyVm,
  ensureChangeTracking,
  findVmsByUuid,
  importVm,
  isFault,
  listSnapshots,
  listVms,
  powerOff,
  powerOn,
  readConfig,
  readInventory,
  readSnapshot,
  readThumbprint,
  reconfigureVm,
  removeSnapshot,
  type Vcenter,
  vsphereErrors,
} from '@holdfast/vsphere';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVcsim, type Vcsim, vcsimPath } from './vcsim.ts';

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return vsphereErrors.is(error) ? error.code : `not ours: ${error}`;
}

describe.skipIf(vcsimPath === undefined)('against vcsim, the client', () => {
  let vcsim: Vcsim;
  let vcenter: Vcenter;

  beforeAll(async () => {
    vcsim = await startVcsim('-vm', '55', '-folder', '1');
    vcenter = await vcsim.connect();
  });
  afterAll(async () => {
    await vcenter?.[Symbol.asyncDispose]();
    await vcsim?.[Symbol.asyncDispose]();
  });

  const firstVm = async () => {
    for await (const vm of listVms(vcenter)) return vm;
    throw new Error('vcsim has no VM');
  };

  test('signs in and knows whom it talks to', async () => {
    expect(vcenter.about).toMatchObject({ kind: 'vcenter', instanceUuid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(Math.abs((await vcenter.now()).getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('is told that the password is wrong', async () => {
    expect(await codeOf(connect(await vcsim.options({ password: 'wrong' })))).toBe('VSPHERE_SIGN_IN');
  });

  test('sends nothing to a server whose certificate is not the pinned one', async () => {
    expect(await codeOf(connect(await vcsim.options({ trust: { kind: 'thumbprint', sha256: 'AB'.repeat(32) } })))).toBe('VSPHERE_CERTIFICATE');
    expect(await codeOf(connect(await vcsim.options({ trust: { kind: 'system' } })))).toBe('VSPHERE_CERTIFICATE');
  });

  test('accepts the SHA-1 thumbprint that vCenters show', async () => {
    await using other = await vcsim.connect({ trust: { kind: 'thumbprint', sha1: (await readThumbprint(vcsim.url)).sha1.toLowerCase() } });
    expect(other.apiVersion).toBe(vcenter.apiVersion);
  });

  test('signs in again when its session is gone', async () => {
    await vcenter.call('Logout', vcenter.service('sessionManager'));
    const inventory = await readInventory(vcenter);
    expect(inventory.datacenters).toHaveLength(1);
  });

  test('reads all VMs over several pages, each with its path', async () => {
    const vms = await Array.fromAsync(listVms(vcenter));
    expect(vms).toHaveLength(110);
    expect(new Set(vms.map((vm) => vm.ref.value)).size).toBe(110);
    expect(vms.find((vm) => vm.name === 'DC0_H0_VM7')?.path).toMatch(/DC0\/vm\/.*DC0_H0_VM7$/);
    expect(new Set(vms.map((vm) => vm.datacenter))).toEqual(new Set([(await readInventory(vcenter)).datacenters[0]!.path]));
  });

  test('reads the inventory', async () => {
    const inventory = await readInventory(vcenter);
    expect(inventory.clusters.map((one) => one.kind).sort()).toEqual(['cluster', 'standalone-host']);
    expect(inventory.hosts.length).toBeGreaterThan(1);
    expect(inventory.datastores[0]).toMatchObject({ accessible: true, datacenter: inventory.datacenters[0]!.path });
    expect(new Set(inventory.networks.map((one) => one.kind))).toEqual(new Set(['standard', 'distributed']));
    expect(inventory.networks.find((one) => one.kind === 'distributed' && one.name === 'DC0_DVPG0')).toMatchObject({
      portgroupKey: expect.any(String),
      switchUuid: expect.any(String),
    });
  });

  test('describes one VM and finds it by its UUIDs', async () => {
    const vm = await firstVm();
    const detail = await describeVm(vcenter, vm.ref);
    expect(detail.path).toBe(vm.path);
    expect(detail.hardwareVersion).toBeGreaterThan(7);
    expect(await findVmsByUuid(vcenter, vm.instanceUuid!, 'instance')).toEqual([vm.ref]);
    expect(await findVmsByUuid(vcenter, vm.biosUuid!, 'bios')).toEqual([vm.ref]);
    expect(await findVmsByUuid(vcenter, '00000000-0000-0000-0000-000000000000', 'instance')).toEqual([]);
  });

  test('is told that a VM is not there', async () => {
    const gone = describeVm(vcenter, { type: 'VirtualMachine', value: 'vm-999999' });
    expect(await codeOf(gone)).toBe('VSPHERE_ABSENT');
    expect(await gone.catch((error) => isFault(error, 'ManagedObjectNotFound'))).toBe(true);
  });

  test('reconfigures a VM, and powers it off and on', async () => {
    const { ref } = await firstVm();
    await reconfigureVm(vcenter, ref, { annotation: 'line one\nand <two> & "three"' });
    expect((await readConfig(vcenter, ref)).annotation).toBe('line one\nand <two> & "three"');
    await powerOff(vcenter, ref);
    expect((await describeVm(vcenter, ref)).powerState).toBe('poweredOff');
    const again = powerOff(vcenter, ref);
    expect(await codeOf(again)).toBe('VSPHERE_CONFLICT');
    expect(await again.catch((error) => isFault(error, 'InvalidPowerState'))).toBe(true);
    await powerOn(vcenter, ref);
  });

  test('switches change tracking on, but not over a snapshot', async () => {
    const { ref } = await firstVm();
    const snapshot = await createSnapshot(vcenter, ref, { name: 'in the way', description: '', quiesce: false });
    const refused = await ensureChangeTracking(vcenter, ref);
    expect(refused).toMatchObject({ state: 'unavailable' });
    await removeSnapshot(vcenter, ref, snapshot);
  });

  test('takes, lists, reads and removes a snapshot', async () => {
    const { ref } = await firstVm();
    const progress: number[] = [];
    const snapshot = await createSnapshot(
      vcenter,
      ref,
      { name: 'holdfast/50%', description: '{"product":"holdfast"}', quiesce: true },
      { onProgress: (percent) => progress.push(percent) },
    );
    const tree = await listSnapshots(vcenter, ref);
    expect(tree.current).toEqual(snapshot);
    expect(tree.snapshots).toMatchObject([{ ref: snapshot, description: '{"product":"holdfast"}' }]);
    const state = await readSnapshot(vcenter, snapshot);
    expect(state.disks).toMatchObject([{ file: expect.stringMatching(/^\[LocalDS_0\] .*\.vmdk$/), mode: 'persistent', capacity: expect.any(Number) }]);
    expect(await removeSnapshot(vcenter, ref, snapshot)).toEqual({ removed: 'removed', consolidation: 'unneeded' });
    expect(await removeSnapshot(vcenter, ref, snapshot)).toEqual({ removed: 'gone', consolidation: 'unneeded' });
    expect((await listSnapshots(vcenter, ref)).snapshots).toEqual([]);
  });

  test('writes and reads files of a datastore, whole and in parts', async () => {
    const { datacenters } = await readInventory(vcenter);
    using files = datastoreFiles(vcenter, { datacenter: datacenters[0]!.path });
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    await files.put('[LocalDS_0] holdfast test/a&b.bin', bytes);
    expect(await files.size('[LocalDS_0] holdfast test/a&b.bin')).toBe(bytes.length);
    expect(await files.readWhole('[LocalDS_0] holdfast test/a&b.bin', 1_000_000)).toEqual(bytes);
    const part = new Uint8Array(100_000);
    const arrived: number[] = [];
    await files.read('[LocalDS_0] holdfast test/a&b.bin', 150_001, part, undefined, (count) => arrived.push(count));
    expect(part).toEqual(bytes.subarray(150_001, 250_001));
    expect(arrived.at(-1)).toBe(100_000);
    expect(await codeOf(files.readWhole('[LocalDS_0] holdfast test/a&b.bin', 1000))).toBe('VSPHERE_LIMIT');
    expect(await codeOf(files.size('[LocalDS_0] not there'))).toBe('DATASTORE_FILE_ABSENT');
  });

  test('creates a VM with a disk and destroys it', async () => {
    const inventory = await readInventory(vcenter);
    const vm = await createVm(vcenter, {
      folder: inventory.datacenters[0]!.vmFolder,
      resourcePool: inventory.clusters[0]!.resourcePool!,
      spec: newVm('made by us'),
    });
    expect(await describeVm(vcenter, vm)).toMatchObject({ name: 'made by us', powerState: 'poweredOff' });
    await destroyVm(vcenter, vm);
    expect(await codeOf(describeVm(vcenter, vm))).toBe('VSPHERE_ABSENT');
  });

  test('is told that a name is taken', async () => {
    const { datacenters } = await readInventory(vcenter);
    const folder = () => vcenter.call('CreateFolder', datacenters[0]!.vmFolder, { name: 'restored' });
    await folder();
    const again = folder();
    expect(await codeOf(again)).toBe('VSPHERE_CONFLICT');
    expect(await again.catch((error) => isFault(error, 'DuplicateName'))).toBe(true);
  });

  test('imports a VM by lease and sends its disk', async () => {
    const inventory = await readInventory(vcenter);
    await using lease = await importVm(vcenter, {
      folder: inventory.datacenters[0]!.vmFolder,
      resourcePool: inventory.clusters[0]!.resourcePool!,
      spec: newVm('imported'),
    });
    const [device] = lease.devices;
    expect(lease.devices).toHaveLength(1);
    await new Promise<void>((resolve, reject) => {
      const request = lease.open(device!.url, { 'Content-Type': 'application/x-vnd.vmware-streamVmdk' }, AbortSignal.timeout(30_000));
      request.on('error', reject);
      request.on('response', (response) => {
        response.resume();
        if (response.statusCode === 200 || response.statusCode === 201) resolve();
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
      request.end(new Uint8Array(100_000));
    });
    lease.progress(50);
    await lease.complete();
    expect(await describeVm(vcenter, lease.vm)).toMatchObject({ name: 'imported' });
  });
});

describe.skipIf(vcsimPath === undefined)('against an ESXi host of vcsim, the client', () => {
  test('signs in and finds the VMs', async () => {
    await using vcsim = await startVcsim('-esx');
    await using host = await vcsim.connect();
    expect(host.about.kind).toBe('esxi');
    const vms = await Array.fromAsync(listVms(host));
    expect(vms.map(({ path }) => path)).toEqual(['ha-datacenter/vm/ha-host_VM0', 'ha-datacenter/vm/ha-host_VM1']);
    const snapshot = await createSnapshot(host, vms[0]!.ref, { name: 'one', description: '', quiesce: false });
    expect((await listSnapshots(host, vms[0]!.ref)).current).toEqual(snapshot);
  });
});

function newVm(name: string) {
  return {
    name,
    guestId: 'otherGuest64',
    files: { vmPathName: '[LocalDS_0]' },
    numCPUs: 1,
    memoryMB: 128,
    deviceChange: [
      { operation: 'add', device: { $type: 'ParaVirtualSCSIController', key: -1000, busNumber: 0, sharedBus: 'noSharing' } },
      {
        operation: 'add',
        fileOperation: 'create',
        device: {
          $type: 'VirtualDisk',
          key: -2000,
          controllerKey: -1000,
          unitNumber: 0,
          capacityInKB: 2048,
          backing: { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '[LocalDS_0]', diskMode: 'persistent', thinProvisioned: true },
        },
      },
    ],
  };
}
