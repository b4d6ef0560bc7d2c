import type { NetworkDescription } from '../estate.ts';
import type { Vcenter } from '../vcenter.ts';
import { type Entity, entityProperties, refs } from './entity.ts';
import type { FolderEntity } from './folder.ts';
import { moRef } from './world.ts';

export interface NetworkEntity extends Entity {
  readonly hosts: Entity[];
  readonly vms: Entity[];
}

export function createNetwork(vcenter: Vcenter, description: NetworkDescription, parent: FolderEntity): NetworkEntity {
  const { world, tasks } = vcenter;
  const network: NetworkEntity = {
    ref: moRef('Network', world.nextId('network')),
    name: description.name,
    parent,
    hosts: [],
    vms: [],
    contents: () => [],
    properties: {
      ...entityProperties(() => network, tasks),
      summary: () => ({ $type: 'NetworkSummary', network: network.ref, name: network.name, accessible: true, ipPoolName: '' }),
      host: () => refs(network.hosts),
      vm: () => refs(network.vms),
    },
  };
  parent.children.push(network);
  return world.add(network);
}
