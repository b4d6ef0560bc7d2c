import { plainName } from '../inventory/entity.ts';
import type { Call, Handlers } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import { configurationChanged, exclusively } from './exclusive.ts';
import { isIndependent, type Machine, type Snapshot } from './machine.ts';
import { machineOf } from './power.ts';
import { createSnapshot } from './snapshot-create.ts';
import { consolidate, needsConsolidation, removeSnapshot, revertTo } from './snapshot-remove.ts';
import { saveVmx } from './vmx-file.ts';

export const snapshotHandlers: Handlers = {
  CreateSnapshot_Task: (call) => {
    const { quiesce } = call.parameters as { quiesce: boolean };
    return create(call, quiesce, 'VirtualMachine.createSnapshot');
  },
  CreateSnapshotEx_Task: (call) => create(call, call.parameters.quiesceSpec !== undefined, 'VirtualMachine.createSnapshotEx'),
  RemoveSnapshot_Task: (call) => {
    const snapshot = call.target as Snapshot;
    const { removeChildren, consolidate: merge } = call.parameters as { removeChildren: boolean; consolidate?: boolean };
    return onSnapshots(call, snapshot.machine, 'vm.Snapshot.remove', () =>
      removeSnapshot(call.vcenter, snapshot, { removeChildren, consolidate: merge ?? true }),
    );
  },
  RemoveAllSnapshots_Task: (call) => {
    const machine = machineOf(call);
    const merge = (call.parameters.consolidate as boolean | undefined) ?? true;
    return onSnapshots(call, machine, 'VirtualMachine.removeAllSnapshots', async () => {
      for (const root of [...machine.snapshots]) await removeSnapshot(call.vcenter, root, { removeChildren: true, consolidate: merge });
    });
  },
  RevertToSnapshot_Task: (call) => {
    const snapshot = call.target as Snapshot;
    return onSnapshots(call, snapshot.machine, 'vm.Snapshot.revert', () => revertTo(call.vcenter, snapshot));
  },
  RevertToCurrentSnapshot_Task: (call) => {
    const machine = machineOf(call);
    const { current } = machine;
    if (current === undefined) throw vimFault('NotFound', 'The virtual machine has no current snapshot.');
    return onSnapshots(call, machine, 'VirtualMachine.revertToCurrentSnapshot', () => revertTo(call.vcenter, current));
  },
  ConsolidateVMDisks_Task: (call) => {
    const machine = machineOf(call);
    return onSnapshots(call, machine, 'VirtualMachine.consolidateDisks', async () => {
      if (needsConsolidation(machine)) await consolidate(call.vcenter, machine);
    });
  },
  RenameSnapshot: (call) => {
    const snapshot = call.target as Snapshot;
    const { name, description } = call.parameters as { name?: string; description?: string };
    if (name !== undefined) snapshot.name = plainName(name);
    if (description !== undefined) snapshot.description = description;
    call.vcenter.world.touch();
  },
};

function create(call: Call, quiesce: boolean, descriptionId: string): { type: string; value: string } {
  const machine = machineOf(call);
  const { name, description, memory } = call.parameters as { name: string; description?: string; memory: boolean };
  if (name === '') throw vimFault('InvalidName', 'The name of the snapshot is empty.', { name });
  if (machine.template) throw vimFault('NotSupported', 'The operation is not supported on a template.');
  if (memory && machine.power === 'poweredOn' && [...machine.disks.values()].some(isIndependent)) {
    throw vimFault('SnapshotFault', 'Memory snapshots are not possible with independent disks.');
  }
  return exclusively(call, machine, {
    descriptionId,
    cancelable: true,
    work: async (control) => {
      control.checkCancelled();
      const snapshot = await createSnapshot(call.vcenter, machine, { name: plainName(name), description: description ?? '', memory, quiesce });
      control.progress(90);
      await changed(call, machine);
      return snapshot.ref;
    },
  });
}

function onSnapshots(call: Call, machine: Machine | undefined, descriptionId: string, work: () => Promise<void>): { type: string; value: string } {
  if (machine === undefined) throw invalidArgument('_this');
  return exclusively(call, machine, {
    descriptionId,
    work: async () => {
      await work();
      await changed(call, machine);
    },
  });
}

async function changed(call: Call, machine: Machine): Promise<void> {
  configurationChanged(machine, call.vcenter.clock.now());
  await saveVmx(machine);
}
