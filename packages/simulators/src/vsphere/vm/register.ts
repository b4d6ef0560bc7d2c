import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { splitDatastorePath } from '../datastore/datastore-path.ts';
import { vmEvent } from '../event/vm-event.ts';
import type { ClusterEntity } from '../inventory/cluster.ts';
import { type DatacenterEntity, datacenterOf } from '../inventory/datacenter.ts';
import { plainName } from '../inventory/entity.ts';
import { refuseDuplicate } from '../inventory/entity-methods.ts';
import { type FolderEntity, isFolder } from '../inventory/folder.ts';
import type { ResourcePoolEntity } from '../inventory/resource-pool.ts';
import { vmxPath } from '../inventory/search-index.ts';
import type { MoRef } from '../inventory/world.ts';
import type { Call, Handlers } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import { allMachines } from '../vcenter.ts';
import { applySpec } from './apply-spec.ts';
import { buildMachine, enterInventory, initialState, leaveInventory } from './build-machine.ts';
import { hostFor, settleInstanceUuid } from './create.ts';
import { requirePoweredOff } from './destroy.ts';
import { datastorePath, type Machine, type Snapshot } from './machine.ts';
import { placeNics } from './nics.ts';
import { machineOf } from './power.ts';
import { addSnapshot } from './snapshot.ts';
import { specFromVmx } from './vmx-file.ts';

export const registerHandlers: Handlers = {
  UnregisterVM: (call) => {
    const machine = machineOf(call);
    requirePoweredOff(machine);
    if (machine.busy !== undefined) throw vimFault('TaskInProgress', 'Another task is already in progress.', { task: machine.busy.ref });
    leaveInventory(call.vcenter, machine);
    call.vcenter.unregistered.set(vmxPath(machine), machine);
    vmEvent(call, 'VmRemovedEvent', machine, `Removed ${machine.name} on ${machine.host.name} from ${machine.datacenter.name}`);
  },
  RegisterVM_Task: (call) => {
    const { path, name, asTemplate, pool, host } = call.parameters as { path: string; name?: string; asTemplate: boolean; pool?: MoRef; host?: MoRef };
    const folder = call.target;
    const datacenter = isFolder(folder) ? datacenterOf(folder) : undefined;
    if (!isFolder(folder) || datacenter === undefined) throw invalidArgument('_this');
    if (!asTemplate && pool === undefined) throw invalidArgument('pool');
    splitDatastorePath(datacenter, path);
    return call.startTask({
      descriptionId: 'Folder.registerVm',
      on: folder,
      work: async () => {
        const poolEntity = pool === undefined ? (datacenter.clusters[0] as ClusterEntity).rootPool : (call.vcenter.world.get(pool) as ResourcePoolEntity);
        const machine = await registered(call, datacenter, { path, name, folder, pool: poolEntity, host });
        machine.template = asTemplate;
        enterInventory(call.vcenter, machine);
        vmEvent(call, 'VmRegisteredEvent', machine, `Registered ${machine.name} on ${machine.host.name} in ${machine.datacenter.name}`);
        return machine.ref;
      },
    });
  },
};

interface Registration {
  readonly path: string;
  readonly name: string | undefined;
  readonly folder: FolderEntity;
  readonly pool: ResourcePoolEntity;
  readonly host: MoRef | undefined;
}

/** A VM from its files, under a new id. What it had when it was unregistered comes back as it was, snapshots included. */
async function registered(call: Call, datacenter: DatacenterEntity, order: Registration): Promise<Machine> {
  const { vcenter } = call;
  const { datastore, path } = splitDatastorePath(datacenter, order.path);
  const directory = posix.dirname(path) === '.' ? '' : posix.dirname(path);
  const fileStem = posix.basename(path, '.vmx');
  const vmx = datastorePath(datastore, directory, `${fileStem}.vmx`);
  const other = allMachines(vcenter).find((machine) => vmxPath(machine) === vmx);
  if (other !== undefined) throw vimFault('AlreadyExists', `The virtual machine is registered already: ${other.name}`, { name: other.name });
  if ((await datastore.files.stat(path)) === undefined) throw vimFault('FileNotFound', `File ${vmx} was not found`, { file: vmx });
  const text = (await buffer(await datastore.files.read(path))).toString('utf8');
  const spec = specFromVmx(text, datacenter, { datastoreName: datastore.name, directory });
  const former = vcenter.unregistered.get(vmx);
  const name = plainName(order.name ?? (spec.name as string | undefined) ?? fileStem);
  refuseDuplicate(order.folder, name);
  const host = hostFor(call, order.pool, order.host);
  const place = { datacenter, folder: order.folder, host, pool: order.pool, datastore, directory, fileStem };
  if (former !== undefined) {
    vcenter.unregistered.delete(vmx);
    return revived(call, former, name, place);
  }
  const machine = buildMachine(vcenter, name, place, initialState(vcenter, spec.guestId as string, spec.version as string, fileStem));
  await applySpec(vcenter, machine, spec);
  settleInstanceUuid(vcenter, machine);
  placeNics(vcenter, machine);
  return machine;
}

function revived(call: Call, former: Machine, name: string, place: Parameters<typeof buildMachine>[2]): Machine {
  const machine = buildMachine(call.vcenter, name, place, former.state);
  machine.disks = former.disks;
  machine.tools = former.tools;
  machine.lastSnapshotId = former.lastSnapshotId;
  const copy = (snapshot: Snapshot, parent: Snapshot | undefined): void => {
    const twin = addSnapshot(call.vcenter, machine, { ...snapshot, parent });
    if (former.current === snapshot) machine.current = twin;
    for (const child of snapshot.children) copy(child, twin);
  };
  for (const snapshot of former.snapshots) copy(snapshot, undefined);
  return machine;
}
