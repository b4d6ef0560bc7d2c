import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@holdfast/kit';
import { localStore } from '@holdfast/store';
import { addMover, createVault, openVault } from '@holdfast/vault';
import { destroyVm, powerOff } from '@holdfast/vsphere';
import { describe, expect, test } from 'vitest';
import { planRecover, type RecoverVmOptions, recoverVm } from '../src/index.ts';
import { fillDisk, MiB, openScene, passphrase, type Scene, smallVm } from './scene.ts';

const recover = async (scene: Scene, options: Partial<RecoverVmOptions> & Pick<RecoverVmOptions, 'point'>) =>
  await recoverVm({ vault: scene.vault, vcenter: scene.vcenter, environment: scene.environment, ...options });

const refOf = async (scene: Scene, name: string) => ({ type: 'VirtualMachine', value: (await scene.simulator.vm(name)).moref });
const namesOf = async (scene: Scene) => (await scene.simulator.vms()).map(({ name }) => name).toSorted();

/** A scene in which web01 was backed up and changed afterwards. */
async function protectedScene() {
  const scene = await openScene({ vms: [smallVm('web01', 2)] });
  await fillDisk(scene.simulator, 'web01', 0, 1);
  await fillDisk(scene.simulator, 'web01', 1, 2);
  const hashes = await scene.guestHashes('web01');
  const point = await scene.point('web01');
  await scene.simulator.guest('web01').writeExtent(0, 0, randomBytes(MiB));
  return { scene, point, hashes };
}

describe('a VM comes back', () => {
  test('as a new VM beside the original, with its disks, its NVRAM, and an identity of its own', async () => {
    const { scene, point, hashes } = await protectedScene();
    await using _ = scene;
    const recovered = await recover(scene, { point, name: 'web01-restored' });
    expect(recovered).toMatchObject({ vm: { name: 'web01-restored' }, keptIdentity: false, placement: 'DC/vm' });
    expect(await scene.guestHashes('web01-restored')).toEqual(hashes);
    const [original, restored] = [await scene.simulator.vm('web01'), await scene.simulator.vm('web01-restored')];
    expect(restored.instanceUuid).not.toBe(original.instanceUuid);
    expect(restored.uuid).not.toBe(original.uuid);
    expect(restored.powerState).toBe('poweredOff');

    const again = await scene.point('web01-restored');
    expect(await scene.nvram(again)).toBe('uefi variables of web01');
    expect(again.disks.map((disk) => disk.statistics.fresh)).toEqual([0, 0]);
  });

  test('from what a write-only mover backed up, by somebody who reads: with its disks, its configuration and its NVRAM', async () => {
    await using scene = await openScene();
    await fillDisk(scene.simulator, 'web01', 0, 1);
    const hashes = await scene.guestHashes('web01');
    const store = localStore(join(scene.folder, 'wrapped'), { create: true });
    const surroundings = { clock: systemClock, random: systemRandom, host: 'tests', version: '0' };
    await createVault(store, { passphrase, passphraseCost: { memoryKiB: 64, passes: 1, parallelism: 1 }, writeOnlyMovers: true }, surroundings);
    const full = await openVault(store, { passphrase }, surroundings, { workers: 1, packBytes: 4 * MiB });
    let moverKey = '';
    const deliver = async (text: string) => {
      moverKey = text;
    };
    await addMover(full, { name: 'edge', deliver });
    const mover = await openVault(store, { moverKey }, surroundings, { workers: 1, packBytes: 4 * MiB });
    try {
      const point = await scene.point('web01', { vault: mover });
      expect(point).toMatchObject({ configuration: null, files: { nvram: { in: 'data' } } });
      const next = await scene.point('web01', { vault: mover });
      expect(next.disks.map(({ mode }) => mode)).toEqual(['incremental']);
      await expect(recover(scene, { vault: mover, point: next, name: 'never' })).rejects.toMatchObject({ code: 'VAULT_WRITE_ONLY' });
      const recovered = await recover(scene, { vault: full, point: await full.point(next.id), name: 'web01-restored' });
      expect(recovered.notices).toEqual([]);
      expect(await scene.guestHashes('web01-restored')).toEqual(hashes);
      expect(await scene.nvram(await scene.point('web01-restored'))).toBe('uefi variables of web01');
      expect(await namesOf(scene)).toEqual(['web01', 'web01-restored']);
    } finally {
      await mover.close();
      await full.close();
    }
  });

  test('with its old identity when the original is gone, and powered on if asked', async () => {
    const { scene, point, hashes } = await protectedScene();
    await using _ = scene;
    const vm = await refOf(scene, 'web01');
    await powerOff(scene.vcenter, vm);
    await destroyVm(scene.vcenter, vm);
    const recovered = await recover(scene, { point, powerOn: true });
    expect(recovered).toMatchObject({ vm: { name: 'web01' }, keptIdentity: true, notices: [] });
    expect(await scene.guestHashes('web01')).toEqual(hashes);
    expect(await scene.simulator.vm('web01')).toMatchObject({ instanceUuid: point.vm.instanceUuid, uuid: point.vm.biosUuid, powerState: 'poweredOn' });
  });

  test('in another vCenter, on the datastore and network named', async () => {
    const { scene, point, hashes } = await protectedScene();
    await using _ = scene;
    await using other = await openScene({
      estate: {
        datacenters: [
          { name: 'West', datastores: [{ name: 'slow' }, { name: 'fast' }], networks: [{ name: 'LAN' }, { name: 'DMZ' }], folders: ['Restored'], vms: [] },
        ],
      },
    });
    await expect(recover(scene, { point, vcenter: other.vcenter })).rejects.toMatchObject({
      code: 'ENGINE_PLACEMENT',
      message: expect.stringMatching(/slow, fast|fast, slow/),
    });
    const placement = { datastore: 'fast', folder: 'Restored', networks: { 'VM Network': 'DMZ' } };
    const recovered = await recover(scene, { point, vcenter: other.vcenter, placement });
    expect(recovered).toMatchObject({ placement: 'West/vm/Restored', keptIdentity: true });
    expect((await other.simulator.vm('web01')).disks.every((disk) => disk.fileName.startsWith('[fast]'))).toBe(true);
    expect(await other.guestHashes('web01')).toEqual(hashes);
  });

  test('over the existing one only when asked and only when that is off; then it takes its name and identity', async () => {
    const { scene, point, hashes } = await protectedScene();
    await using _ = scene;
    await expect(recover(scene, { point })).rejects.toMatchObject({ code: 'ENGINE_NAME_TAKEN', kind: 'conflict' });
    await expect(recover(scene, { point, overwrite: true })).rejects.toMatchObject({ code: 'ENGINE_OVERWRITE_REFUSED' });
    const old = await refOf(scene, 'web01');
    await powerOff(scene.vcenter, old);
    const recovered = await recover(scene, { point, overwrite: true });
    expect(await namesOf(scene)).toEqual(['web01']);
    expect(recovered.vm.moref).not.toBe(old.value);
    expect(await scene.simulator.vm('web01')).toMatchObject({ moref: recovered.vm.moref, instanceUuid: point.vm.instanceUuid });
    expect(await scene.guestHashes('web01')).toEqual(hashes);
  });

  test('without a disk that was not backed up, and says so', async () => {
    await using scene = await openScene({
      vms: [{ name: 'mixed', disks: [{ capacityBytes: 8 * MiB }, { capacityBytes: 8 * MiB, mode: 'independent_persistent' }] }],
    });
    const point = await scene.point('mixed');
    const plan = await planRecover({ vcenter: scene.vcenter, point, name: 'mixed2' });
    expect(plan.steps).toEqual(expect.arrayContaining([expect.stringMatching(/not in the point: the disk is independent/)]));
    await recover(scene, { point, name: 'mixed2' });
    expect((await scene.simulator.vm('mixed2')).disks).toHaveLength(1);
  });
});

describe('a restore that fails leaves no half VM', () => {
  test.each([
    ['when an upload is refused', { method: 'POST /nfc', effect: { kind: 'status', status: 500 } }],
    [
      'when the lease is refused',
      {
        method: 'ImportVApp',
        effect: { kind: 'fault', fault: { $type: 'NoPermission', privilegeId: 'VApp.Import', object: { type: 'ResourcePool', value: 'x' } } },
      },
    ],
    [
      'when its settings are refused',
      { method: 'ReconfigVM_Task', effect: { kind: 'taskFault', fault: { $type: 'InvalidArgument', invalidProperty: 'spec' } } },
    ],
  ] as const)('%s', async (_when, rule) => {
    const { scene, point } = await protectedScene();
    await using _ = scene;
    await scene.simulator.faults.add(rule);
    await expect(recover(scene, { point, name: 'half' })).rejects.toMatchObject({ code: expect.stringMatching(/^(VSPHERE|LEASE|DISK)_/) });
    expect(await namesOf(scene)).toEqual(['web01']);
  });

  test.each(['write', 'finish'] as const)('when it is interrupted in the step %s', async (step) => {
    const { scene, point } = await protectedScene();
    await using _ = scene;
    const interrupt = new AbortController();
    const restored = recover(scene, {
      point,
      name: 'half',
      signal: interrupt.signal,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === step) interrupt.abort();
      },
    });
    await expect(restored).rejects.toMatchObject({ code: 'ENGINE_ABORTED' });
    expect(await namesOf(scene)).toEqual(['web01']);
  });

  test('and the existing VM is untouched when the restore over it fails', async () => {
    const { scene, point } = await protectedScene();
    await using _ = scene;
    await powerOff(scene.vcenter, await refOf(scene, 'web01'));
    const before = await scene.guestHashes('web01');
    await scene.simulator.faults.add({ method: 'POST /nfc', effect: { kind: 'status', status: 500 } });
    await expect(recover(scene, { point, overwrite: true })).rejects.toThrow();
    expect(await namesOf(scene)).toEqual(['web01']);
    expect(await scene.guestHashes('web01')).toEqual(before);
  });
});

test('a plan says what would be done, and changes nothing', async () => {
  const { scene, point } = await protectedScene();
  await using _ = scene;
  const plan = await planRecover({ vcenter: scene.vcenter, point, name: 'web02', powerOn: true });
  expect(plan).toMatchObject({ name: 'web02', keepUuids: false, keepMac: false });
  expect(plan.steps).toEqual([
    'in the folder DC/vm, on cluster01, its files on datastore01',
    expect.stringMatching(/^Hard disk 1, 24.0 MiB, on datastore01$/),
    expect.stringMatching(/^Hard disk 2, 24.0 MiB, on datastore01$/),
    expect.stringMatching(/^Network adapter 1 on VM Network$/),
    expect.stringMatching(/^with new UUIDs and MAC addresses: the original is still there/),
    'powered on at the end',
  ]);
  expect(await namesOf(scene)).toEqual(['web01']);
});
