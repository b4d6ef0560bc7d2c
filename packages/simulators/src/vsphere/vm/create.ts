import { posix } from 'node:path';
import { splitDatastorePath } from '../datastore/datastore-path.ts';
import { storageErrors } from '../disks/index.ts';
import { postVmEvent, vmEvent } from '../event/vm-event.ts';
import type { ClusterEntity } from '../inventory/cluster.ts';
import { datacenterOf } from '../inventory/datacenter.ts';
import { lineage, plainName } from '../inventory/entity.ts';
import { refuseDuplicate } from '../inventory/entity-methods.ts';
import { type FolderEntity, isFolder } from '../inventory/folder.ts';
import type { HostEntity } from '../inventory/host.ts';
import type { ResourcePoolEntity } from '../inventory/resource-pool.ts';
import type { MoRef } from '../inventory/world.ts';
import type { Call, Handlers } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import { allMachines, type Vcenter } from '../vcenter.ts';
import { applySpec, type ConfigSpec } from './apply-spec.ts';
import { buildMachine, enterInventory, initialState, refreshLinks } from './build-machine.ts';
import type { Machine } from './machine.ts';
import { placeNics } from './nics.ts';
import { saveVmx } from './vmx-file.ts';

const defaultVersion = 'vmx-19';

export const createHandlers: Handlers = {
  CreateVM_Task: (call) => {
    const { config, pool, host } = call.parameters as { config: ConfigSpec; pool: MoRef; host?: MoRef };
    const folder = call.target;
    if (!isFolder(folder)) throw invalidArgument('_this');
    // What the spec itself gets wrong is refused at once; the rest is the task's to find.
    requireCreatable(call, config, folder);
    return call.startTask({
      descriptionId: 'Folder.createVm',
      on: folder,
      work: async (control) => {
        const machine = await createMachine(call, config, { folder, pool: call.vcenter.world.get(pool) as ResourcePoolEntity, host });
        control.progress(90);
        enterInventory(call.vcenter, machine);
        vmEvent(call, 'VmCreatedEvent', machine, `Created virtual machine ${machine.name} on ${machine.host.name} in ${machine.datacenter.name}`);
        return machine.ref;
      },
    });
  },
};

export function requireCreatable(call: Call, config: ConfigSpec, folder: FolderEntity): void {
  const name = config.name as string | undefined;
  if (name === undefined || name === '') throw invalidArgument('config.name');
  if ((config.files as { vmPathName?: string } | undefined)?.vmPathName === undefined) throw invalidArgument('config.files.vmPathName');
  const datacenter = datacenterOf(folder);
  if (datacenter === undefined || folder.kind !== 'VirtualMachine') throw vimFault('NotSupported', 'Virtual machines are created in the folders below `vm`.');
  splitDatastorePath(datacenter, (config.files as { vmPathName: string }).vmPathName);
  refuseDuplicate(folder, plainName(name));
  void call;
}

/** Makes a VM as its spec says, with its files; it isn't in the inventory yet. On failure nothing is left behind. */
export async function createMachine(
  call: Call,
  config: ConfigSpec,
  place: { folder: FolderEntity; pool: ResourcePoolEntity; host: MoRef | undefined },
): Promise<Machine> {
  const { vcenter } = call;
  const name = plainName(config.name as string);
  const datacenter = datacenterOf(place.folder)!;
  const { datastore, path } = splitDatastorePath(datacenter, (config.files as { vmPathName: string }).vmPathName);
  refuseDuplicate(place.folder, name);
  const { directory, fileStem } = await homeFor(datastore.files, path, fileName(name));
  const host = hostFor(call, place.pool, place.host);
  const state = initialState(
    vcenter,
    (config.guestId as string | undefined) ?? 'otherGuest64',
    (config.version as string | undefined) ?? defaultVersion,
    fileStem,
  );
  const machine = buildMachine(vcenter, name, { datacenter, folder: place.folder, host, pool: place.pool, datastore, directory, fileStem }, state);
  await datastore.files.makeFolder(directory, { parents: true });
  try {
    await applySpec(vcenter, machine, config);
    settleInstanceUuid(vcenter, machine);
    placeNics(vcenter, machine);
    await saveVmx(machine);
  } catch (error) {
    for (const { disk } of machine.disks.values()) await vcenter.shelf.destroy(disk);
    await datastore.files.delete(directory);
    throw error;
  }
  refreshLinks(machine);
  return machine;
}

/** A name as a file may have it. */
export function fileName(name: string): string {
  return name.replaceAll(/[/\\:*?"<>|%]/g, '_');
}

/** `[ds]` takes the next free folder, `[ds] folder/file.vmx` is taken at its word. */
async function homeFor(files: { stat(path: string): Promise<unknown> }, path: string, stem: string): Promise<{ directory: string; fileStem: string }> {
  if (path.endsWith('.vmx')) {
    const directory = posix.dirname(path);
    if ((await files.stat(path)) !== undefined) throw vimFault('FileAlreadyExists', `The file already exists: ${path}`, { file: path });
    return { directory: directory === '.' ? '' : directory, fileStem: posix.basename(path, '.vmx') };
  }
  const wanted = path === '' ? stem : path;
  for (let number = 0; ; number++) {
    const directory = number === 0 ? wanted : `${wanted}_${number}`;
    const taken = await files.stat(directory).catch((error: unknown) => {
      if (storageErrors.is(error, 'DATASTORE_FILE_ABSENT')) return undefined;
      throw error;
    });
    if (taken === undefined) return { directory, fileStem: stem };
  }
}

export function hostFor(call: Call, pool: ResourcePoolEntity, host: MoRef | undefined): HostEntity {
  const cluster = lineage(pool).find((at): at is ClusterEntity => 'hosts' in at);
  if (cluster === undefined) throw invalidArgument('pool');
  if (host === undefined) return cluster.hosts[0]!;
  const wanted = call.vcenter.world.get(host) as HostEntity;
  if (!cluster.hosts.includes(wanted)) throw invalidArgument('host');
  return wanted;
}

/** Two VMs may have one BIOS UUID, but not one instance UUID: vCenter gives the newcomer another. */
export function settleInstanceUuid(vcenter: Vcenter, machine: Machine): void {
  const { instanceUuid } = machine.state.config;
  if (!allMachines(vcenter).some((other) => other !== machine && other.state.config.instanceUuid === instanceUuid)) return;
  machine.state = { ...machine.state, config: { ...machine.state.config, instanceUuid: vcenter.randomUuid() } };
  const message = `The instance UUID of ${machine.name} has been changed from (${instanceUuid}) to (${machine.state.config.instanceUuid})`;
  const fields = { oldInstanceUuid: instanceUuid, newInstanceUuid: machine.state.config.instanceUuid };
  postVmEvent(vcenter, '', 'VmInstanceUuidChangedEvent', machine, message, fields);
}
