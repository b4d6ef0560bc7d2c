import { randomBytes } from 'node:crypto';
import { createSnapshot, listSnapshots, reconfigureVm, removeSnapshot, runTask } from '@holdfast/vsphere';
import { describe, expect, test } from 'vitest';
import { planProtect } from '../src/index.ts';
import { fillDisk, MiB, openScene, type Scene } from './scene.ts';

const ref = async (scene: Scene) => ({ type: 'VirtualMachine', value: (await scene.simulator.vm('web01')).moref });

describe('a disk is read in full, and the point says why and is right', () => {
  test.each<[string, (scene: Scene) => Promise<unknown>, RegExp]>([
    [
      'when change tracking was reset',
      async (scene) => {
        const vm = await ref(scene);
        await reconfigureVm(scene.vcenter, vm, { $type: 'VirtualMachineConfigSpec', changeTrackingEnabled: false });
        const snapshot = await createSnapshot(scene.vcenter, vm, { name: 'stun', description: '', quiesce: false });
        await removeSnapshot(scene.vcenter, vm, snapshot);
      },
      /started anew/,
    ],
    [
      'when the server can not tell what changed',
      (scene) =>
        scene.simulator.faults.add({
          method: 'QueryChangedDiskAreas',
          effect: { kind: 'fault', fault: { $type: 'FileFault', file: '[datastore01] web01/web01-ctk.vmdk' } },
        }),
      /changed areas could not be told/,
    ],
  ])('%s', async (_when, act, reason) => {
    await using scene = await openScene();
    await fillDisk(scene.simulator, 'web01', 0, 1);
    await scene.point('web01');
    await act(scene);
    await scene.simulator.guest('web01').writeExtent(0, 5 * MiB, randomBytes(MiB));
    const point = await scene.point('web01');
    expect(point.disks[0]).toMatchObject({ mode: 'full', fullReason: expect.stringMatching(reason) });
    expect(await scene.restoredHashes(point)).toEqual(await scene.guestHashes('web01'));
    expect((await scene.leftovers('web01')).snapshots).toEqual([]);
  });

  test('when the VM was set back to a snapshot of its owner', async () => {
    await using scene = await openScene();
    const vm = await ref(scene);
    await fillDisk(scene.simulator, 'web01', 0, 1);
    await scene.point('web01');
    await createSnapshot(scene.vcenter, vm, { name: 'owner', description: '', quiesce: false });
    await scene.simulator.guest('web01').writeExtent(0, 5 * MiB, randomBytes(MiB));
    expect((await scene.point('web01')).disks[0]).toMatchObject({ mode: 'incremental' });
    const { snapshots } = await listSnapshots(scene.vcenter, vm);
    await runTask(scene.vcenter, 'RevertToSnapshot_Task', snapshots[0]!.ref);
    const point = await scene.point('web01');
    expect(point.disks[0]).toMatchObject({ mode: 'full', fullReason: expect.stringMatching(/set back|started anew|backwards/) });
    expect(await scene.restoredHashes(point)).toEqual(await scene.guestHashes('web01'));
    expect((await scene.leftovers('web01')).snapshots).toEqual(['owner']);
  });

  test('when tracking could not be switched on because the VM has snapshots', async () => {
    await using scene = await openScene();
    await fillDisk(scene.simulator, 'web01', 0, 1);
    const vm = await ref(scene);
    const owners = await createSnapshot(scene.vcenter, vm, { name: 'owner', description: '', quiesce: false });
    await scene.point('web01');
    const second = await scene.point('web01');
    expect(second.disks[0]).toMatchObject({ mode: 'full', fullReason: expect.stringMatching(/were not tracked when the point before was taken/) });
    expect(second.disks[0]?.changeId).toBeUndefined();
    await removeSnapshot(scene.vcenter, vm, owners);
    await scene.point('web01');
    expect((await scene.point('web01')).disks[0]).toMatchObject({ mode: 'incremental' });
  });
});

test('a dry run says what a backup would do, and changes nothing', async () => {
  await using scene = await openScene();
  const { vcenter, vault, environment } = scene;
  const selection = { patterns: ['web01', 'nobody'] };
  const before = await planProtect({ vcenter, vault, environment, selection });
  expect(before).toMatchObject([
    { vm: { name: 'web01' }, steps: [expect.stringMatching(/switched on/)], disks: [{ mode: 'full', reason: expect.stringMatching(/first point/) }] },
    { vm: { name: 'nobody' }, error: { code: 'ENGINE_VM_ABSENT' } },
  ]);
  expect((await scene.simulator.vm('web01')).changeTrackingEnabled).toBe(false);
  expect(await Array.fromAsync(vault.points())).toEqual([]);

  const point = await scene.point('web01');
  const [after] = await planProtect({ vcenter, vault, environment, selection });
  expect(after).toMatchObject({ base: point.id, steps: [], disks: [{ mode: 'incremental' }] });
});
