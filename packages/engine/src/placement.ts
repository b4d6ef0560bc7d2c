import type { Cluster, Datacenter, Datastore, Entity, Host, Inventory, MoRef, Network, VmConfiguration } from '@holdfast/vsphere';
import { engineErrors } from './errors.ts';
import { plainName } from './vm-label.ts';

/** Where a VM is to go, as a person says it: names, or inventory paths. What isn't said is taken from where the VM was. */
export interface PlacementRequest {
  readonly datacenter?: string | undefined;
  /** VM folder below the datacenter's own, `Production/Web`; empty for that one */
  readonly folder?: string | undefined;
  readonly cluster?: string | undefined;
  readonly resourcePool?: string | undefined;
  readonly host?: string | undefined;
  /** for all files */
  readonly datastore?: string | undefined;
  /** by the old datastore's name */
  readonly datastores?: Readonly<Record<string, string>> | undefined;
  /** for all adapters */
  readonly network?: string | undefined;
  /** by the old network's name; `none` leaves the adapter out */
  readonly networks?: Readonly<Record<string, string>> | undefined;
}

/** The same, found in the inventory of the target. */
export interface ResolvedPlacement {
  readonly datacenter: Datacenter;
  readonly folder: Entity;
  readonly cluster: Cluster;
  readonly resourcePool: MoRef;
  readonly host: Host | undefined;
  /** for the VM's own files */
  readonly datastore: Datastore;
  /** by device key */
  readonly diskDatastores: Readonly<Record<number, Datastore>>;
  /** by the old network's name */
  readonly networks: Readonly<Record<string, Network | 'none'>>;
}

/**
 * Finds every place, or says which one is not there and what there is instead. Decides nothing silently:
 * what isn't said and isn't where it was must be the only one of its kind.
 *
 * @throws `ENGINE_PLACEMENT`
 */
export function resolvePlacement(inventory: Inventory, captured: VmConfiguration, request: PlacementRequest): ResolvedPlacement {
  const datacenter = pick('datacenter', inventory.datacenters, request.datacenter, captured.datacenter);
  const within = <T extends Entity>(entities: readonly T[]) => entities.filter((entity) => entity.datacenter === datacenter.path);
  const folder = resolveFolder(inventory, datacenter, captured, request);
  const host = request.host === undefined ? undefined : pick('host', within(inventory.hosts), request.host, undefined);
  const clusters = within(inventory.clusters).filter((cluster) => host === undefined || cluster.hosts.some((ref) => ref.value === host.ref.value));
  const cluster = pick('cluster', clusters, request.cluster, captured.cluster);
  const resourcePool = resolvePool(inventory, cluster, captured, request);

  const reachable = <T extends Entity>(entities: readonly T[], refs: readonly MoRef[]) =>
    entities.filter(({ ref }) => refs.some(({ value }) => value === ref.value));
  const datastores = reachable(inventory.datastores, host?.datastores ?? cluster.datastores).filter(
    (datastore) => datastore.accessible && datastore.maintenanceMode === 'normal',
  );
  const networks = reachable(inventory.networks, host?.networks ?? cluster.networks);
  const datastoreFor = (old: string) => pick('datastore', datastores, request.datastores?.[old] ?? request.datastore, old);
  const home = datastoreFor(datastoreOf(captured.vmxFile) ?? captured.disks[0]?.datastore ?? '');
  return {
    datacenter,
    folder,
    cluster,
    resourcePool,
    host,
    datastore: home,
    diskDatastores: Object.fromEntries(captured.disks.map((disk) => [disk.key, datastoreFor(disk.datastore)])),
    networks: Object.fromEntries(
      [...new Set(captured.nics.flatMap((nic) => (nic.network === undefined ? [] : [nic.network])))].map((old) => {
        const wanted = request.networks?.[old] ?? request.network;
        return [
          old,
          wanted === 'none'
            ? ('none' as const)
            : pick('network', networks, wanted, old, `Say --map-network "${old}=NETWORK", or =none to leave the adapter out.`),
        ];
      }),
    ),
  };
}

/** The one that is asked for; else the one of the old name; else the only one. */
function pick<T extends Entity>(kind: string, candidates: readonly T[], asked: string | undefined, old: string | undefined, advice?: string): T {
  const named = (wanted: string) => candidates.filter((candidate) => isCalled(candidate, wanted));
  const names = candidates.map(({ name }) => plainName(name)).join(', ') || 'none';
  const refuse = (message: string) => engineErrors.create('ENGINE_PLACEMENT', `${message}; there is: ${names}`, advice === undefined ? {} : { advice });
  if (asked !== undefined) {
    const [found, another] = named(asked);
    if (found === undefined) throw refuse(`the target has no ${kind} ${asked} that can be used here`);
    if (another !== undefined) throw refuse(`the target has several ${kind}s called ${asked}; give the inventory path`);
    return found;
  }
  const [same, another] = old === undefined ? [] : named(old);
  if (same !== undefined && another === undefined) return same;
  const [only] = candidates;
  // A network by any other name may be the wrong one; every other kind of place does as well as another when it is the only one.
  if (only !== undefined && candidates.length === 1 && kind !== 'network') return only;
  throw refuse(
    old === undefined ? `it is not said which ${kind} to use` : `the target has no ${kind} ${old}, where the VM was, and it is not said which to use`,
  );
}

function isCalled(entity: Entity, wanted: string): boolean {
  const plain = (text: string) => plainName(text.replace(/^\//, ''));
  return plainName(entity.name) === wanted || entity.name === wanted || plain(entity.path) === plain(wanted);
}

function resolveFolder(inventory: Inventory, datacenter: Datacenter, captured: VmConfiguration, request: PlacementRequest): Entity {
  const top = inventory.folders.find(({ ref }) => ref.value === datacenter.vmFolder.value);
  if (top === undefined) throw engineErrors.create('ENGINE_PLACEMENT', `the VM folder of ${datacenter.path} can not be seen`);
  if (request.folder !== undefined) {
    const wanted = request.folder.replace(/^\/|\/$/g, '');
    if (wanted === '') return top;
    const found = inventory.folders.find(({ path }) => path === `${top.path}/${wanted}` || path === wanted);
    if (found !== undefined) return found;
    const below = inventory.folders.filter(({ path }) => path.startsWith(`${top.path}/`)).map(({ path }) => path.slice(top.path.length + 1));
    throw engineErrors.create(
      'ENGINE_PLACEMENT',
      `${datacenter.path} has no VM folder ${request.folder}; there is: ${below.join(', ') || 'none below its own'}`,
    );
  }
  return inventory.folders.find(({ path }) => path === captured.folder && path.startsWith(top.path)) ?? top;
}

function resolvePool(inventory: Inventory, cluster: Cluster, captured: VmConfiguration, request: PlacementRequest): MoRef {
  const pools = inventory.resourcePools.filter(({ path }) => path.startsWith(`${cluster.path}/`));
  if (request.resourcePool !== undefined) return pick('resource pool', pools, request.resourcePool, undefined).ref;
  const same = pools.find(({ path }) => path === captured.resourcePool);
  const pool = same?.ref ?? cluster.resourcePool;
  if (pool === undefined) throw engineErrors.create('ENGINE_PLACEMENT', `the resource pool of ${cluster.path} can not be seen`);
  return pool;
}

function datastoreOf(path: string | undefined): string | undefined {
  return /^\[([^\]]+)\]/.exec(path ?? '')?.[1];
}
