import { posix } from 'node:path';
import type { Call, Handlers } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import { allMachines } from '../vcenter.ts';
import { allSnapshots } from '../vm/machine.ts';
import type { ShelvedDisk } from './disk-shelf.ts';
import { locate } from './file-manager.ts';

const adapters: Readonly<Record<string, 'lsilogic' | 'buslogic' | 'ide'>> = { lsiLogic: 'lsilogic', busLogic: 'buslogic', ide: 'ide' };

export const virtualDiskManagerHandlers: Handlers = {
  CreateVirtualDisk_Task: (call) => {
    const { name, spec } = call.parameters as { name: string; spec: { $type: string; diskType: string; adapterType: string; capacityKb?: number } };
    const { datastore, path } = locate(call, name);
    const { capacityKb } = spec;
    if (capacityKb === undefined || capacityKb <= 0)
      throw vimFault('InvalidArgument', 'A specified parameter was not correct: spec', { invalidProperty: 'spec' });
    return call.startTask({
      descriptionId: 'VirtualDiskManager.createVirtualDisk',
      work: async () => {
        const directory = posix.dirname(path) === '.' ? '' : posix.dirname(path);
        if (directory !== '' && (await datastore.files.stat(directory)) === undefined)
          throw vimFault('FileNotFound', `File ${name} was not found`, { file: name });
        await call.vcenter.shelf.create(datastore, directory, {
          name: posix.basename(path, '.vmdk'),
          capacity: capacityKb * 1024,
          thin: spec.diskType === 'thin',
          adapterType: adapters[spec.adapterType] ?? 'lsilogic',
        });
        return name;
      },
    });
  },
  DeleteVirtualDisk_Task: (call) =>
    onDisk(call, 'VirtualDiskManager.deleteVirtualDisk', async ({ disk }) => {
      const holder = allMachines(call.vcenter).find((machine) =>
        [...machine.disks.values(), ...allSnapshots(machine).flatMap((one) => [...one.disks.values()].map((at) => at.attached))].some(
          (one) => one.disk === disk,
        ),
      );
      if (holder !== undefined) throw vimFault('FileLocked', `The disk is in use by ${holder.name}`, { file: call.parameters.name as string });
      await call.vcenter.shelf.destroy(disk);
    }),
  ExtendVirtualDisk_Task: (call) =>
    onDisk(call, 'VirtualDiskManager.extendVirtualDisk', async ({ disk }) => {
      await disk.extend((call.parameters.newCapacityKb as number) * 1024);
    }),
  QueryVirtualDiskUuid: async (call) => {
    const { datastore, path } = locate(call, call.parameters.name as string);
    const { disk } = await call.vcenter.shelf.byFile(datastore, path);
    // As the host shows it: pairs of hex digits, `60 00 C2 9f …-…`.
    const bytes = disk.uuid.replaceAll('-', '').match(/../g) ?? [];
    return `${bytes.slice(0, 8).join(' ')}-${bytes.slice(8).join(' ')}`;
  },
};

function onDisk(call: Call, descriptionId: string, work: (found: ShelvedDisk) => Promise<void>): { type: string; value: string } {
  const { datastore, path } = locate(call, call.parameters.name as string);
  return call.startTask({ descriptionId, work: async () => await work(await call.vcenter.shelf.byFile(datastore, path)) });
}
