import type { Call, Handlers } from '../soap/call.ts';
import { allMachines } from '../vcenter.ts';
import { datastorePath, type Machine } from '../vm/machine.ts';
import { datacenterOf, inventoryPath } from './datacenter.ts';
import { descendants, type Entity, escapedName } from './entity.ts';
import type { MoRef } from './world.ts';

export const searchHandlers: Handlers = {
  FindByUuid: (call) => byUuid(call)[0],
  FindAllByUuid: (call) => byUuid(call),
  FindByInventoryPath: (call) => {
    const wanted = (call.parameters.inventoryPath as string).replace(/^\/+|\/+$/g, '');
    return [call.vcenter.root, ...descendants(call.vcenter.root)].find((entity) => samePath(inventoryPath(entity), wanted) && onOwnPath(entity))?.ref;
  },
  FindByDatastorePath: (call) => {
    const { datacenter, path } = call.parameters as { datacenter: MoRef; path: string };
    call.vcenter.world.get(datacenter);
    const normal = path.replace(/\]\s*/, '] ');
    return within(call, datacenter).find((machine) => vmxPath(machine) === normal)?.ref;
  },
  FindChild: (call) => {
    const { entity, name } = call.parameters as { entity: MoRef; name: string };
    const parent = call.vcenter.world.get(entity) as Entity;
    return parent.contents?.().find((child) => child.name === name || escapedName(child.name) === name)?.ref;
  },
  FindByDnsName: () => undefined,
  FindByIp: () => undefined,
};

export function vmxPath(machine: Machine): string {
  return datastorePath(machine.datastore, machine.directory, `${machine.fileStem}.vmx`);
}

function byUuid(call: Call): MoRef[] {
  const { datacenter, uuid, vmSearch, instanceUuid } = call.parameters as { datacenter?: MoRef; uuid: string; vmSearch: boolean; instanceUuid?: boolean };
  if (datacenter !== undefined) call.vcenter.world.get(datacenter);
  if (!vmSearch) return [];
  const field = instanceUuid === true ? 'instanceUuid' : 'uuid';
  return within(call, datacenter)
    .filter((machine) => String(machine.state.config[field]).toLowerCase() === uuid.toLowerCase())
    .map((machine) => machine.ref);
}

function within(call: Call, datacenter: MoRef | undefined): Machine[] {
  return allMachines(call.vcenter).filter((machine) => datacenter === undefined || machine.datacenter.ref.value === datacenter.value);
}

function samePath(path: string, wanted: string): boolean {
  return path === wanted || path.split('/').map(escapedName).join('/') === wanted;
}

/** A VM is found below its folder, not below its pool. */
function onOwnPath(entity: Entity): boolean {
  return entity.parent === undefined || datacenterOf(entity) !== undefined || entity.ref.type === 'Folder';
}
