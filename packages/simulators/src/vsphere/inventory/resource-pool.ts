import type { Vcenter } from '../vcenter.ts';
import { type Entity, entityProperties, refs } from './entity.ts';
import { moRef } from './world.ts';

export interface ResourcePoolEntity extends Entity {
  readonly owner: Entity;
  readonly pools: ResourcePoolEntity[];
  readonly vms: Entity[];
}

const unlimited = {
  $type: 'ResourceAllocationInfo',
  reservation: 0,
  expandableReservation: true,
  limit: -1,
  shares: { $type: 'SharesInfo', shares: 4000, level: 'normal' },
};
const unused = {
  $type: 'ResourcePoolResourceUsage',
  reservationUsed: 0,
  reservationUsedForVm: 0,
  unreservedForPool: 40_000,
  unreservedForVm: 40_000,
  overallUsage: 0,
  maxUsage: 40_000,
};

export function createResourcePool(vcenter: Vcenter, name: string, parent: Entity, owner: Entity): ResourcePoolEntity {
  const { world, tasks } = vcenter;
  const pools: ResourcePoolEntity[] = [];
  const vms: Entity[] = [];
  const config = () => ({ $type: 'ResourceConfigSpec', entity: pool.ref, cpuAllocation: unlimited, memoryAllocation: unlimited });
  const runtime = { $type: 'ResourcePoolRuntimeInfo', memory: unused, cpu: unused, overallStatus: 'green' };
  const pool: ResourcePoolEntity = {
    ref: moRef('ResourcePool', world.nextId('resgroup')),
    name,
    parent,
    owner,
    pools,
    vms,
    contents: () => [...pools, ...vms],
    properties: {
      ...entityProperties(() => pool, tasks),
      owner: () => owner.ref,
      resourcePool: () => refs(pools),
      vm: () => refs(vms),
      config,
      runtime: () => runtime,
      summary: () => ({ $type: 'ResourcePoolSummary', name: pool.name, config: config(), runtime }),
      childConfiguration: () => undefined,
    },
  };
  if (parent.ref.type === 'ResourcePool') (parent as ResourcePoolEntity).pools.push(pool);
  return world.add(pool);
}
