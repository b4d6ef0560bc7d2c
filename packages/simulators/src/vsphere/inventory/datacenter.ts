import type { Vcenter } from '../vcenter.ts';
import type { ClusterEntity } from './cluster.ts';
import type { DatastoreEntity } from './datastore.ts';
import { type Entity, entityProperties, lineage, refs } from './entity.ts';
import { createFolder, type FolderEntity } from './folder.ts';
import type { NetworkEntity } from './network.ts';
import { moRef } from './world.ts';

export interface DatacenterEntity extends Entity {
  readonly vmFolder: FolderEntity;
  readonly hostFolder: FolderEntity;
  readonly datastoreFolder: FolderEntity;
  readonly networkFolder: FolderEntity;
  readonly clusters: ClusterEntity[];
  readonly datastores: DatastoreEntity[];
  readonly networks: NetworkEntity[];
}

/** An empty datacenter with its four folders. */
export function createDatacenter(vcenter: Vcenter, name: string, parent: FolderEntity): DatacenterEntity {
  const { world, tasks } = vcenter;
  const folders: Partial<Record<'vm' | 'host' | 'datastore' | 'network', FolderEntity>> = {};
  const datacenter: DatacenterEntity = {
    ref: moRef('Datacenter', world.nextId('datacenter')),
    name,
    parent,
    clusters: [],
    datastores: [],
    networks: [],
    get vmFolder() {
      return folders.vm!;
    },
    get hostFolder() {
      return folders.host!;
    },
    get datastoreFolder() {
      return folders.datastore!;
    },
    get networkFolder() {
      return folders.network!;
    },
    contents: () => Object.values(folders),
    properties: {
      ...entityProperties(() => datacenter, tasks),
      vmFolder: () => folders.vm!.ref,
      hostFolder: () => folders.host!.ref,
      datastoreFolder: () => folders.datastore!.ref,
      networkFolder: () => folders.network!.ref,
      datastore: () => refs(datacenter.datastores),
      network: () => refs(datacenter.networks),
      configuration: () => ({ $type: 'DatacenterConfigInfo' }),
    },
  };
  folders.vm = createFolder(world, tasks, 'VirtualMachine', 'vm', datacenter);
  folders.host = createFolder(world, tasks, 'ComputeResource', 'host', datacenter);
  folders.datastore = createFolder(world, tasks, 'Datastore', 'datastore', datacenter);
  folders.network = createFolder(world, tasks, 'Network', 'network', datacenter);
  parent.children.push(datacenter);
  return world.add(datacenter);
}

export function isDatacenter(entity: { ref: { type: string } } | undefined): entity is DatacenterEntity {
  return entity?.ref.type === 'Datacenter';
}

/** The datacenter an entity lies in. */
export function datacenterOf(entity: Entity): DatacenterEntity | undefined {
  return lineage(entity).find(isDatacenter);
}

/** Names from the root folder's children down, joined with `/`: the inventory path, and a datacenter's `dcPath`. */
export function inventoryPath(entity: Entity): string {
  return lineage(entity)
    .slice(0, -1)
    .map((at) => at.name)
    .reverse()
    .join('/');
}
