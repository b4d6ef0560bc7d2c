import type { Tasks } from '../task/tasks.ts';
import { type Entity, entityProperties, refs } from './entity.ts';
import { moRef, type World } from './world.ts';

/** What a folder may hold. */
export type FolderKind = 'Datacenter' | 'VirtualMachine' | 'ComputeResource' | 'Datastore' | 'Network';

export interface FolderEntity extends Entity {
  readonly kind: FolderKind;
  readonly children: Entity[];
}

const idPrefix: Record<FolderKind, string> = {
  Datacenter: 'group-d',
  VirtualMachine: 'group-v',
  ComputeResource: 'group-h',
  Datastore: 'group-s',
  Network: 'group-n',
};

const childTypes: Record<FolderKind, string[]> = {
  Datacenter: ['Folder', 'Datacenter'],
  VirtualMachine: ['Folder', 'VirtualMachine', 'VirtualApp'],
  ComputeResource: ['Folder', 'ComputeResource'],
  Datastore: ['Folder', 'Datastore', 'StoragePod'],
  Network: ['Folder', 'Network', 'DistributedVirtualSwitch'],
};

export function createFolder(world: World, tasks: Tasks, kind: FolderKind, name: string, parent: Entity | undefined): FolderEntity {
  const children: Entity[] = [];
  const folder: FolderEntity = {
    ref: moRef('Folder', world.nextId(idPrefix[kind]).replace(/^(group-.)-/, '$1')),
    name,
    parent,
    kind,
    children,
    contents: () => children,
    properties: {
      ...entityProperties(() => folder, tasks),
      childType: () => childTypes[kind],
      childEntity: () => refs(children),
    },
  };
  if (parent !== undefined && 'children' in parent) (parent as FolderEntity).children.push(folder);
  return world.add(folder);
}

/** Walks a path of folder names below `top`, making what is missing. */
export function folderAt(world: World, tasks: Tasks, top: FolderEntity, path: string): FolderEntity {
  let at = top;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const existing = at.children.find((child): child is FolderEntity => child.ref.type === 'Folder' && child.name === name);
    at = existing ?? createFolder(world, tasks, top.kind, name, at);
  }
  return at;
}

export function isFolder(entity: { ref: { type: string } } | undefined): entity is FolderEntity {
  return entity?.ref.type === 'Folder';
}
