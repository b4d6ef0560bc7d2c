import { describe, expect, test } from 'vitest';
import { type Call, fakeVcenter, fault, properties } from '../../test/fake-vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import { createSnapshot, listSnapshots, removeSnapshot } from './snapshot.ts';
import { disksOf } from './snapshot-disk.ts';

const vm = { type: 'VirtualMachine', value: 'vm-1' };
const snapshot = { type: 'VirtualMachineSnapshot', value: 'snapshot-1' };
const task = { type: 'Task', value: 'task-1' };

function vcenterWith(values: () => Record<string, unknown>, answers: Record<string, unknown>) {
  return fakeVcenter({
    CreatePropertyCollector: () => Promise.reject(new Error('not here')),
    RetrievePropertiesEx: ({ parameters }: Call) => {
      const [{ objectSet }] = parameters.specSet as [{ objectSet: [{ obj: typeof vm }] }];
      const ref = objectSet[0].obj;
      return properties(ref, ref.type === 'Task' ? { 'info.state': 'success', 'info.result': snapshot } : values());
    },
    ...answers,
  });
}

describe('a snapshot', () => {
  test('is taken without memory, its name escaped as the API wants it', async () => {
    const vcenter = vcenterWith(() => ({}), { CreateSnapshot_Task: task });
    expect(await createSnapshot(vcenter, vm, { name: 'a/b%c\\d', description: 'why', quiesce: true })).toEqual(snapshot);
    expect(vcenter.calls[0]?.parameters).toEqual({ name: 'a%2fb%25c%5cd', description: 'why', memory: false, quiesce: true });
  });

  test('waits for another task on the VM', async () => {
    let attempts = 0;
    const busy = () => {
      if (++attempts < 3) throw fault('TaskInProgress', { task });
      return task;
    };
    const vcenter = vcenterWith(() => ({}), { CreateSnapshot_Task: busy });
    await createSnapshot(vcenter, vm, { name: 'n', description: '', quiesce: false });
    expect(attempts).toBe(3);
    expect(vcenter.logged).toHaveLength(3);
  });

  test('that the guest does not come to rest for fails at once, and says so', async () => {
    const vcenter = vcenterWith(() => ({}), { CreateSnapshot_Task: () => Promise.reject(fault('ApplicationQuiesceFault')) });
    const error = await createSnapshot(vcenter, vm, { name: 'n', description: '', quiesce: true }).catch((reason: unknown) => reason);
    expect(vsphereErrors.is(error, 'VSPHERE_QUIESCE')).toBe(true);
  });

  test('is removed alone, and disks left behind are consolidated', async () => {
    let needed = true;
    const consolidates = () => {
      needed = false;
      return task;
    };
    const vcenter = vcenterWith(() => ({ 'runtime.consolidationNeeded': needed }), { RemoveSnapshot_Task: task, ConsolidateVMDisks_Task: consolidates });
    expect(await removeSnapshot(vcenter, vm, snapshot)).toEqual({ removed: 'removed', consolidation: 'done' });
    expect(vcenter.calls[0]).toMatchObject({ method: 'RemoveSnapshot_Task', parameters: { removeChildren: false, consolidate: true } });
  });

  test('whose disks cannot be consolidated is reported, not hidden', async () => {
    const vcenter = vcenterWith(() => ({ 'runtime.consolidationNeeded': true }), {
      RemoveSnapshot_Task: task,
      ConsolidateVMDisks_Task: () => Promise.reject(fault('NoDiskSpace', { file: 'x', datastore: 'full' })),
    });
    expect(await removeSnapshot(vcenter, vm, snapshot)).toMatchObject({
      removed: 'removed',
      consolidation: 'needed',
      reason: expect.stringContaining('NoDiskSpace'),
    });
  });

  test('that is gone already counts as removed by somebody', async () => {
    const gone = () => Promise.reject(fault('ManagedObjectNotFound', { obj: snapshot }));
    const vcenter = vcenterWith(() => ({ 'runtime.consolidationNeeded': false }), { RemoveSnapshot_Task: gone });
    expect(await removeSnapshot(vcenter, vm, snapshot)).toEqual({ removed: 'gone', consolidation: 'unneeded' });
  });
});

test('removing a snapshot of a VM that is gone itself leaves nothing to do', async () => {
  const gone = () => Promise.reject(fault('ManagedObjectNotFound', { obj: vm }));
  const vcenter = fakeVcenter({ RemoveSnapshot_Task: gone, RetrievePropertiesEx: gone });
  expect(await removeSnapshot(vcenter, vm, snapshot)).toEqual({ removed: 'gone', consolidation: 'unneeded' });
});

describe('the snapshots of a VM', () => {
  test('are listed parents first, names as people wrote them', async () => {
    const node = (id: string, name: string, children: unknown[] = []) => ({
      snapshot: { type: 'VirtualMachineSnapshot', value: id },
      name,
      createTime: new Date(0),
      state: 'poweredOn',
      quiesced: false,
      childSnapshotList: children,
    });
    const tree = { currentSnapshot: snapshot, rootSnapshotList: [node('s1', 'before%2fafter', [node('s2', 'child')])] };
    const list = await listSnapshots(
      vcenterWith(() => ({ snapshot: tree }), {}),
      vm,
    );
    expect(list.current).toEqual(snapshot);
    expect(list.snapshots.map(({ name, parent }) => [name, parent?.value])).toEqual([
      ['before/after', undefined],
      ['child', 's1'],
    ]);
  });

  test('are none where the VM has none', async () => {
    expect(
      await listSnapshots(
        vcenterWith(() => ({}), {}),
        vm,
      ),
    ).toEqual({ snapshots: [] });
  });
});

describe('the disks of a configuration', () => {
  test('show where they sit, what stands behind them and how they are told apart', () => {
    const config = {
      hardware: {
        device: [
          { $type: 'ParaVirtualSCSIController', key: 1000, busNumber: 1 },
          {
            $type: 'VirtualDisk',
            key: 2000,
            controllerKey: 1000,
            unitNumber: 3,
            capacityInKB: 1024,
            deviceInfo: { label: 'Hard disk 1', summary: '' },
            diskObjectId: '1-2000',
            backing: {
              $type: 'VirtualDiskFlatVer2BackingInfo',
              fileName: '[ds] vm/vm-000001.vmdk',
              diskMode: 'persistent',
              thinProvisioned: true,
              uuid: '6000C29x',
              changeId: '52 de/7',
              parent: { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '[ds] vm/vm.vmdk', parent: { fileName: '[ds] gold/gold.vmdk' } },
            },
          },
        ],
      },
    };
    expect(disksOf(config)).toEqual([
      {
        key: 2000,
        label: 'Hard disk 1',
        capacity: 1024 * 1024,
        file: '[ds] vm/vm-000001.vmdk',
        parents: ['[ds] vm/vm.vmdk', '[ds] gold/gold.vmdk'],
        backing: 'VirtualDiskFlatVer2BackingInfo',
        mode: 'persistent',
        encrypted: false,
        controller: { key: 1000, type: 'ParaVirtualSCSIController', bus: 1 },
        unit: 3,
        uuid: '6000C29x',
        objectId: '1-2000',
        changeId: '52 de/7',
        thin: true,
      },
    ]);
  });
});
