import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EngineEvent } from '../src/index.ts';
import { fillDisk, MiB, openScene, smallVm } from './scene.ts';

test('a full and then an incremental restore bit-identically, and the incremental reads only what changed', async () => {
  await using scene = await openScene({ vms: [smallVm('web01', 2)] });
  const { simulator } = scene;
  await fillDisk(simulator, 'web01', 0, 1);
  await fillDisk(simulator, 'web01', 1, 2);
  const firstHashes = await scene.guestHashes('web01');

  const first = await scene.point('web01');
  expect(first.disks.map(({ mode, fullReason }) => ({ mode, fullReason }))).toEqual([
    { mode: 'full', fullReason: 'this is the first point of the VM' },
    { mode: 'full', fullReason: 'this is the first point of the VM' },
  ]);
  expect(await scene.restoredHashes(first)).toEqual(firstHashes);

  await simulator.guest('web01').writeExtent(0, 2 * MiB, randomBytes(64 * 1024));
  await simulator.guest('web01').writeExtent(1, 20 * MiB, randomBytes(128 * 1024));
  await simulator.guest('web01').unmap(1, 12 * MiB, MiB);
  const secondHashes = await scene.guestHashes('web01');
  await simulator.journal.clear();

  const second = await scene.point('web01');
  expect(second.disks.map(({ mode }) => mode)).toEqual(['incremental', 'incremental']);
  expect(second).toMatchObject({ base: first.id, sequence: 2 });
  expect(await scene.restoredHashes(second)).toEqual(secondHashes);
  expect(await scene.restoredHashes(first)).toEqual(firstHashes);

  // Whole chunks are read around what changed; a chunk is 1 MiB at most, and 64 KiB is what change tracking tells apart.
  const read = second.disks.map(({ statistics }) => statistics.read);
  expect(read[0]).toBeGreaterThanOrEqual(64 * 1024);
  expect(read[0]).toBeLessThanOrEqual(64 * 1024 + 4 * MiB);
  expect(read[1]).toBeLessThanOrEqual(128 * 1024 + MiB + 6 * MiB);
  const carried = (await simulator.journal.reads()).filter(({ file }) => file.endsWith('-flat.vmdk')).reduce((sum, { start, end }) => sum + end - start, 0);
  expect(carried).toBeLessThanOrEqual((read[0] ?? 0) + (read[1] ?? 0) + MiB);

  expect((await simulator.vm('web01')).snapshots).toEqual([]);
});

test('an incremental and a full of the same instant are the same disk', async () => {
  await using scene = await openScene();
  await fillDisk(scene.simulator, 'web01', 0, 1);
  await scene.point('web01');
  await scene.simulator.guest('web01').writeExtent(0, 5 * MiB, randomBytes(MiB));
  const incremental = await scene.point('web01');
  const full = await scene.point('web01', { full: true });
  expect(incremental.disks[0]).toMatchObject({ mode: 'incremental' });
  expect(full.disks[0]).toMatchObject({ mode: 'full' });
  expect(full.disks[0]?.fullReason).toBeUndefined();
  expect(await scene.restoredHashes(full)).toEqual(await scene.restoredHashes(incremental));
  // Cutting anew, a full finds other borders around what the incremental replaced, and nothing else that is new.
  expect(full.disks[0]?.statistics.fresh).toBeLessThan(4 * MiB);
});

test('several VMs and disks are protected at once, and events tell what goes on', async () => {
  await using scene = await openScene({ vms: [smallVm('web01', 2), smallVm('web02'), smallVm('db01', 3)] });
  for (const [index, vm] of ['web01', 'web02', 'db01'].entries()) await fillDisk(scene.simulator, vm, 0, index);
  const events: EngineEvent[] = [];
  const { vms, statistics } = await scene.protect(['web0?', 'db01'], { onEvent: (event) => events.push(event), limits: { vmsAtOnce: 2, disksAtOnce: 2 } });
  expect(vms.map(({ vm, outcome }) => [vm.name, outcome])).toEqual([
    ['web01', 'done'],
    ['web02', 'done'],
    ['db01', 'done'],
  ]);
  expect(statistics.read).toBe(statistics.zero + statistics.reused + statistics.fresh);
  for (const name of ['web01', 'web02', 'db01']) {
    const own = events.filter((event) => 'vm' in event && event.vm?.name === name);
    expect(own[0]).toMatchObject({ type: 'vm-started' });
    expect(own.flatMap((event) => (event.type === 'step' ? [event.step] : []))).toEqual([
      'inspect',
      'session',
      'sweep',
      'tracking',
      'snapshot',
      'read',
      'release',
      'commit',
    ]);
    expect(own.at(-1)).toMatchObject({ type: 'vm-finished', outcome: 'done' });
  }
  for (const vm of vms) if (vm.outcome === 'done') expect(await scene.restoredHashes(vm.point)).toEqual(await scene.guestHashes(vm.vm.name));
});

test('a point keeps configuration, NVRAM and identity of the VM', async () => {
  await using scene = await openScene();
  const point = await scene.point('web01');
  const view = await scene.simulator.vm('web01');
  expect(point.vm).toMatchObject({ name: 'web01', instanceUuid: view.instanceUuid, biosUuid: view.uuid, moref: view.moref, path: '/DC/vm/web01' });
  expect(point.configuration).toMatchObject({ version: 1, name: 'web01' });
  expect(point.consistency).toEqual({ asked: 'crash', got: 'crash' });
  expect(await scene.nvram(point)).toBe('uefi variables of web01');
  expect(point.disks[0]?.transport).toEqual({ mode: 'datastore-https' });
});

test('a disk that snapshots do not freeze is left out with the reason, and the others are protected', async () => {
  await using scene = await openScene({
    vms: [{ name: 'mixed', disks: [{ capacityBytes: 8 * MiB }, { capacityBytes: 8 * MiB, mode: 'independent_persistent' }] }],
  });
  const point = await scene.point('mixed');
  expect(point.disks).toHaveLength(1);
  expect(point.excluded).toEqual([expect.objectContaining({ reason: expect.stringMatching(/independent/) })]);
});

test('what can not be backed up fails alone, and the others go on', async () => {
  await using scene = await openScene({
    vms: [
      { name: 'golden', template: true, powerState: 'poweredOff', disks: [{ capacityBytes: 8 * MiB }] },
      { name: 'loose', disks: [{ capacityBytes: 8 * MiB, mode: 'independent_persistent' }] },
      smallVm('web01'),
    ],
  });
  const { vms } = await scene.protect(['golden', 'loose', 'web01', 'nobody']);
  expect(vms.map((vm) => [vm.vm.name, vm.outcome === 'failed' ? (vm.error as { code?: string }).code : vm.outcome])).toEqual(
    expect.arrayContaining([
      ['golden', 'ENGINE_VM_INELIGIBLE'],
      ['loose', 'ENGINE_NO_DISKS'],
      ['web01', 'done'],
      ['nobody', 'ENGINE_VM_ABSENT'],
    ]),
  );
  const { vms: all, skipped } = await scene.protect([], { selection: { all: true, exclude: ['loose'] } });
  expect(all.map((vm) => vm.outcome)).toEqual(['done']);
  expect(skipped).toEqual([{ vm: expect.objectContaining({ name: 'golden' }), reason: 'it is a template' }]);
});
