import { type DatacenterEntity, isDatacenter } from '../inventory/datacenter.ts';
import type { MoRef } from '../inventory/world.ts';
import type { Call, Handlers } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import { allMachines } from '../vcenter.ts';
import { splitDatastorePath } from './datastore-path.ts';
import { storageFault } from './storage-fault.ts';

export const fileManagerHandlers: Handlers = {
  MakeDirectory: async (call) => {
    const { name, createParentDirectories } = call.parameters as { name: string; createParentDirectories?: boolean };
    const { datastore, path } = locate(call, name);
    await datastore.files.makeFolder(path, { parents: createParentDirectories ?? false }).catch((error: unknown) => {
      throw storageFault(error, name);
    });
  },
  DeleteDatastoreFile_Task: (call) => {
    const name = call.parameters.name as string;
    const { datastore, path } = locate(call, name);
    return call.startTask({
      descriptionId: 'FileManager.deleteFile',
      work: async () => {
        const holder = allMachines(call.vcenter).find(
          (machine) => machine.power === 'poweredOn' && machine.datastore === datastore && isWithin(machine.directory, path),
        );
        if (holder !== undefined) throw vimFault('FileLocked', `Unable to access file since it is locked: ${name}`, { file: name });
        await datastore.files.delete(path).catch((error: unknown) => {
          throw storageFault(error, name);
        });
      },
    });
  },
  MoveDatastoreFile_Task: (call) => transfer(call, 'move'),
  CopyDatastoreFile_Task: (call) => transfer(call, 'copy'),
};

function transfer(call: Call, kind: 'move' | 'copy'): { type: string; value: string } {
  const { sourceName, destinationName, force } = call.parameters as { sourceName: string; destinationName: string; force?: boolean };
  const from = locate(call, sourceName, 'sourceDatacenter');
  const to = locate(call, destinationName, 'destinationDatacenter');
  if (from.datastore !== to.datastore) throw vimFault('NotSupported', 'Files are moved and copied within one datastore.');
  return call.startTask({
    descriptionId: `FileManager.${kind}File`,
    work: async () => {
      await from.datastore.files[kind](from.path, to.path, { replace: force ?? false }).catch((error: unknown) => {
        throw storageFault(error, sourceName);
      });
    },
  });
}

/** The datastore and path a call names; the datacenter may be left out when there is only one. */
export function locate(call: Call, name: string, parameter = 'datacenter'): ReturnType<typeof splitDatastorePath> {
  return splitDatastorePath(datacenterFor(call, call.parameters[parameter] as MoRef | undefined), name);
}

function datacenterFor(call: Call, ref: MoRef | undefined): DatacenterEntity {
  const datacenter = ref === undefined ? (call.vcenter.datacenters.length === 1 ? call.vcenter.datacenters[0] : undefined) : call.vcenter.world.get(ref);
  if (datacenter === undefined || !isDatacenter(datacenter as DatacenterEntity)) throw invalidArgument('datacenter');
  return datacenter as DatacenterEntity;
}

function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(`${directory}/`) || directory.startsWith(`${path}/`);
}
