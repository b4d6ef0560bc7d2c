import { type ObjectProperties, scanProperties } from '../client/properties.ts';
import type { CallOptions, Vcenter } from '../client/vcenter.ts';
import type { MoRef } from '../wire/index.ts';
import { InventoryPaths } from './paths.ts';
import { placeOf } from './place.ts';

/**
 * A thing in the inventory. `path` starts at the top without a slash: `DC0/host/cluster1`, `Europe/DC1/vm/web`.
 * Names and paths are as the API has them: `/`, `\` and `%` within a name are written `%2f`, `%5c` and `%25`.
 */
export interface Entity {
  readonly ref: MoRef;
  readonly name: string;
  readonly path: string;
  readonly parent?: MoRef;
  /** path of the datacenter it belongs to: what datastore files are asked with */
  readonly datacenter?: string;
}

export interface Datacenter extends Entity {
  readonly vmFolder: MoRef;
  readonly hostFolder: MoRef;
}

/** A host's or a cluster's compute resource. */
export interface Cluster extends Entity {
  readonly kind: 'cluster' | 'standalone-host';
  readonly resourcePool?: MoRef;
  readonly hosts: readonly MoRef[];
  readonly datastores: readonly MoRef[];
  readonly networks: readonly MoRef[];
}

export interface Host extends Entity {
  readonly connectionState: string;
  readonly inMaintenance: boolean;
  readonly version?: string;
  readonly build?: string;
  readonly datastores: readonly MoRef[];
  readonly networks: readonly MoRef[];
}

export interface Datastore extends Entity {
  /** `VMFS`, `NFS`, `vsan`, `VVOL` … */
  readonly type: string;
  readonly url: string;
  /** bytes */
  readonly capacity: number;
  /** bytes */
  readonly free: number;
  readonly accessible: boolean;
  readonly maintenanceMode: string;
  readonly hosts: readonly MoRef[];
}

export interface Network extends Entity {
  readonly kind: 'standard' | 'distributed' | 'opaque';
  /** of a distributed portgroup */
  readonly portgroupKey?: string;
  readonly switchUuid?: string;
  /** of an opaque network */
  readonly opaqueId?: string;
  readonly opaqueType?: string;
}

export interface Inventory {
  readonly datacenters: readonly Datacenter[];
  readonly folders: readonly Entity[];
  readonly clusters: readonly Cluster[];
  readonly hosts: readonly Host[];
  readonly resourcePools: readonly Entity[];
  readonly datastores: readonly Datastore[];
  readonly networks: readonly Network[];
}

const places = ['name', 'parent'] as const;

async function all(vcenter: Vcenter, type: string, paths: readonly string[], options: CallOptions): Promise<ObjectProperties[]> {
  return await Array.fromAsync(scanProperties(vcenter, type, [...places, ...paths], options));
}

/** What paths are made of: everything that may hold something else. */
export async function readPlaces(vcenter: Vcenter, options: CallOptions = {}): Promise<InventoryPaths> {
  const paths = new InventoryPaths();
  for (const type of ['Datacenter', 'Folder', 'ComputeResource', 'VirtualApp'])
    for (const one of await all(vcenter, type, [], options)) paths.add(placeOf(one));
  return paths;
}

/** Everything but the VMs. */
export async function readInventory(vcenter: Vcenter, options: CallOptions = {}): Promise<Inventory> {
  const found = {
    datacenters: await all(vcenter, 'Datacenter', ['vmFolder', 'hostFolder'], options),
    folders: await all(vcenter, 'Folder', [], options),
    clusters: await all(vcenter, 'ComputeResource', ['resourcePool', 'host', 'datastore', 'network'], options),
    hosts: await all(
      vcenter,
      'HostSystem',
      ['runtime.connectionState', 'runtime.inMaintenanceMode', 'summary.config.product', 'datastore', 'network'],
      options,
    ),
    resourcePools: await all(vcenter, 'ResourcePool', [], options),
    datastores: await all(vcenter, 'Datastore', ['summary', 'host'], options),
    networks: await all(vcenter, 'Network', [], options),
    portgroups: await all(vcenter, 'DistributedVirtualPortgroup', ['key', 'config.distributedVirtualSwitch'], options),
    switches: await all(vcenter, 'DistributedVirtualSwitch', ['uuid'], options),
    opaque: await all(vcenter, 'OpaqueNetwork', ['summary'], options),
  };
  const paths = new InventoryPaths();
  for (const kind of Object.values(found)) for (const one of kind) paths.add(placeOf(one));
  const entity = (one: ObjectProperties): Entity => {
    const place = placeOf(one);
    const datacenter = paths.datacenterOf(place);
    return {
      ref: place.ref,
      name: place.name,
      path: paths.pathOf(place),
      ...(place.parent === undefined ? {} : { parent: place.parent }),
      ...(datacenter === undefined ? {} : { datacenter }),
    };
  };
  return {
    datacenters: found.datacenters.map((one) => ({ ...entity(one), vmFolder: one.values.vmFolder as MoRef, hostFolder: one.values.hostFolder as MoRef })),
    folders: found.folders.map(entity),
    clusters: found.clusters.map((one) => ({ ...entity(one), ...cluster(one) })),
    hosts: found.hosts.map((one) => ({ ...entity(one), ...host(one) })),
    resourcePools: found.resourcePools.map(entity),
    datastores: found.datastores.map((one) => ({ ...entity(one), ...datastore(one) })),
    networks: found.networks.map((one) => ({ ...entity(one), ...network(one, found) })),
  };
}

function refs(value: unknown): readonly MoRef[] {
  return (value ?? []) as MoRef[];
}

function cluster({ ref, values }: ObjectProperties): Omit<Cluster, keyof Entity> {
  return {
    kind: ref.type === 'ClusterComputeResource' ? 'cluster' : 'standalone-host',
    ...(values.resourcePool === undefined ? {} : { resourcePool: values.resourcePool as MoRef }),
    hosts: refs(values.host),
    datastores: refs(values.datastore),
    networks: refs(values.network),
  };
}

function host({ values }: ObjectProperties): Omit<Host, keyof Entity> {
  const product = values['summary.config.product'] as { version?: string; build?: string } | undefined;
  return {
    connectionState: String(values['runtime.connectionState'] ?? 'unknown'),
    inMaintenance: values['runtime.inMaintenanceMode'] === true,
    ...(product?.version === undefined ? {} : { version: product.version }),
    ...(product?.build === undefined ? {} : { build: product.build }),
    datastores: refs(values.datastore),
    networks: refs(values.network),
  };
}

function datastore({ values }: ObjectProperties): Omit<Datastore, keyof Entity> {
  const summary = (values.summary ?? {}) as {
    type?: string;
    url?: string;
    capacity?: number;
    freeSpace?: number;
    accessible?: boolean;
    maintenanceMode?: string;
  };
  return {
    type: summary.type ?? 'unknown',
    url: summary.url ?? '',
    capacity: summary.capacity ?? 0,
    free: summary.freeSpace ?? 0,
    accessible: summary.accessible === true,
    maintenanceMode: summary.maintenanceMode ?? 'normal',
    hosts: ((values.host ?? []) as { key: MoRef }[]).map((mount) => mount.key),
  };
}

interface NetworkParts {
  readonly portgroups: readonly ObjectProperties[];
  readonly switches: readonly ObjectProperties[];
  readonly opaque: readonly ObjectProperties[];
}

function network({ ref }: ObjectProperties, parts: NetworkParts): Omit<Network, keyof Entity> {
  const same = (one: ObjectProperties) => one.ref.value === ref.value;
  const portgroup = parts.portgroups.find(same)?.values;
  if (portgroup !== undefined) {
    const dvs = portgroup['config.distributedVirtualSwitch'] as MoRef | undefined;
    const uuid = parts.switches.find((one) => one.ref.value === dvs?.value)?.values.uuid;
    return {
      kind: 'distributed',
      ...(portgroup.key === undefined ? {} : { portgroupKey: portgroup.key as string }),
      ...(uuid === undefined ? {} : { switchUuid: uuid as string }),
    };
  }
  const opaque = parts.opaque.find(same)?.values.summary as { opaqueNetworkId?: string; opaqueNetworkType?: string } | undefined;
  if (opaque === undefined) return { kind: 'standard' };
  return {
    kind: 'opaque',
    ...(opaque.opaqueNetworkId === undefined ? {} : { opaqueId: opaque.opaqueNetworkId }),
    ...(opaque.opaqueNetworkType === undefined ? {} : { opaqueType: opaque.opaqueNetworkType }),
  };
}
