import { TiB } from '@holdfast/kit';
import type { Datastore } from '../disks/index.ts';
import type { DatastoreDescription } from '../estate.ts';
import type { Vcenter } from '../vcenter.ts';
import { type Entity, entityProperties, refs } from './entity.ts';
import type { FolderEntity } from './folder.ts';
import { moRef } from './world.ts';

export interface DatastoreEntity extends Entity {
  readonly files: Datastore;
  readonly hosts: Entity[];
  readonly vms: Entity[];
}

export function createDatastore(vcenter: Vcenter, description: DatastoreDescription, files: Datastore, parent: FolderEntity): DatastoreEntity {
  const { world, tasks } = vcenter;
  const url = `ds:///vmfs/volumes/${vcenter.stableUuid(`datastore/${description.name}`)}/`;
  const type = description.type ?? 'VMFS';
  const capacity = description.capacityBytes ?? TiB;
  const maxFileSize = 70_368_744_177_664;
  const freeSpace = async (): Promise<number> => {
    const { capacity: localCapacity, free } = await files.space();
    return Math.max(0, Math.min(capacity, capacity - (localCapacity - free)));
  };
  const browser = vcenter.createDatastoreBrowser(() => [datastore]);
  const datastore: DatastoreEntity = {
    ref: moRef('Datastore', world.nextId('datastore')),
    name: description.name,
    parent,
    files,
    hosts: [],
    vms: [],
    contents: () => [],
    properties: {
      ...entityProperties(() => datastore, tasks),
      info: async () => ({
        $type: type === 'VMFS' ? 'VmfsDatastoreInfo' : 'DatastoreInfo',
        name: datastore.name,
        url,
        freeSpace: await freeSpace(),
        maxFileSize,
        maxVirtualDiskCapacity: 68_169_720_922_112,
        maxMemoryFileSize: maxFileSize,
        ...(type === 'VMFS' ? { maxPhysicalRDMFileSize: maxFileSize, maxVirtualRDMFileSize: 68_169_720_922_112 } : {}),
      }),
      summary: async () => ({
        $type: 'DatastoreSummary',
        datastore: datastore.ref,
        name: datastore.name,
        url,
        capacity,
        freeSpace: await freeSpace(),
        accessible: true,
        multipleHostAccess: datastore.hosts.length > 1,
        type,
        maintenanceMode: 'normal',
      }),
      host: () =>
        datastore.hosts.map((host) => ({
          $type: 'DatastoreHostMount',
          key: host.ref,
          mountInfo: { $type: 'HostMountInfo', path: url.replace('ds://', ''), accessMode: 'readWrite', mounted: true, accessible: true },
        })),
      vm: () => refs(datastore.vms),
      browser: () => browser,
      capability: () => ({
        $type: 'DatastoreCapability',
        directoryHierarchySupported: true,
        rawDiskMappingsSupported: true,
        perFileThinProvisioningSupported: true,
        storageIORMSupported: false,
        nativeSnapshotSupported: false,
        topLevelDirectoryCreateSupported: type !== 'vsan',
        seSparseSupported: true,
      }),
    },
  };
  parent.children.push(datastore);
  return world.add(datastore);
}
