import type { ClusterDescription } from '../estate.ts';
import type { Vcenter } from '../vcenter.ts';
import type { DatastoreEntity } from './datastore.ts';
import { type Entity, entityProperties, refs } from './entity.ts';
import type { FolderEntity } from './folder.ts';
import { createHost, type HostEntity, hostCores, hostCpuMhz, hostMemoryBytes } from './host.ts';
import type { NetworkEntity } from './network.ts';
import { createResourcePool, type ResourcePoolEntity } from './resource-pool.ts';
import { moRef } from './world.ts';

export interface ClusterEntity extends Entity {
  readonly hosts: HostEntity[];
  rootPool: ResourcePoolEntity;
}

/** A cluster with its hosts; every host sees all datastores and networks of the datacenter. */
export function createCluster(
  vcenter: Vcenter,
  description: ClusterDescription,
  parent: FolderEntity,
  reach: { datastores: readonly DatastoreEntity[]; networks: readonly NetworkEntity[] },
): ClusterEntity {
  const { world, tasks } = vcenter;
  const ref = moRef('ClusterComputeResource', world.nextId('domain-c').replace('-c-', '-c'));
  const hosts: HostEntity[] = [];
  const browser = vcenter.createDatastoreBrowser(() => reach.datastores);
  const environment = vcenter.createEnvironmentBrowser(browser);
  const cluster: ClusterEntity = {
    ref,
    name: description.name,
    parent,
    hosts,
    rootPool: undefined as unknown as ResourcePoolEntity,
    contents: () => [...hosts, cluster.rootPool],
    properties: {
      ...entityProperties(() => cluster, tasks),
      resourcePool: () => cluster.rootPool.ref,
      host: () => refs(hosts),
      datastore: () => refs(reach.datastores),
      network: () => refs(reach.networks),
      environmentBrowser: () => environment,
      configManagerEnabled: () => false,
      summary: () => ({
        $type: 'ClusterComputeResourceSummary',
        totalCpu: hosts.length * hostCores * hostCpuMhz,
        totalMemory: hosts.length * hostMemoryBytes,
        numCpuCores: hosts.length * hostCores,
        numCpuThreads: hosts.length * hostCores,
        effectiveCpu: hosts.length * hostCores * hostCpuMhz,
        effectiveMemory: hosts.length * (hostMemoryBytes / 1_048_576),
        numHosts: hosts.length,
        numEffectiveHosts: hosts.length,
        overallStatus: 'green',
        currentFailoverLevel: 0,
        numVmotions: 0,
      }),
    },
  };
  cluster.rootPool = createResourcePool(vcenter, 'Resources', cluster, cluster);
  for (const one of description.hosts) {
    const host = createHost(vcenter, one, cluster);
    host.datastores.push(...reach.datastores);
    host.networks.push(...reach.networks);
    for (const datastore of reach.datastores) datastore.hosts.push(host);
    for (const network of reach.networks) network.hosts.push(host);
    hosts.push(host);
  }
  for (const name of description.resourcePools ?? []) createResourcePool(vcenter, name, cluster.rootPool, cluster);
  parent.children.push(cluster);
  return world.add(cluster);
}
