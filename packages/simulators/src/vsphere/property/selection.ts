import { isA, isMoRef } from '@holdfast/vsphere/wire';
import type { ManagedObject, MoRef, World } from '../inventory/world.ts';
import { managedObjectNotFound } from '../inventory/world.ts';
import { invalidArgument } from '../soap/vim-fault.ts';
import { propertyAt } from './property-at.ts';
import type { Reader } from './reader.ts';

export interface PropertySpec {
  readonly type: string;
  readonly all?: boolean;
  readonly pathSet?: readonly string[];
}

export interface SelectionSpec {
  readonly $type?: string;
  readonly name?: string;
}

export interface TraversalSpec extends SelectionSpec {
  readonly type: string;
  readonly path: string;
  readonly skip?: boolean;
  readonly selectSet?: readonly SelectionSpec[];
}

export interface ObjectSpec {
  readonly obj: MoRef;
  readonly skip?: boolean;
  readonly selectSet?: readonly SelectionSpec[];
}

export interface PropertyFilterSpec {
  readonly propSet: readonly PropertySpec[];
  readonly objectSet: readonly ObjectSpec[];
  readonly reportMissingObjectsInResults?: boolean;
}

const visitsMax = 1_000_000;

/** Objects a filter selects, each once, in the order they are met. Objects that no `propSet` speaks of are left out. */
export async function selectObjects(world: World, spec: PropertyFilterSpec, reader: Reader): Promise<ManagedObject[]> {
  const named = namedTraversals(spec);
  const selected = new Map<string, ManagedObject>();
  const visited = new Set<string>();
  const visit = async (ref: MoRef, skip: boolean, selectSet: readonly SelectionSpec[], from: string): Promise<void> => {
    const object = world.find(ref);
    if (object === undefined) return;
    if (!skip && spec.propSet.some((one) => isA(ref.type, one.type))) selected.set(ref.value, object);
    if (selectSet.length === 0) return;
    const visitKey = `${ref.value} ${from}`;
    if (visited.has(visitKey)) return;
    visited.add(visitKey);
    if (visited.size > visitsMax) throw invalidArgument('specSet');
    for (const selection of selectSet) {
      const traversal = resolve(selection, named);
      if (!isA(ref.type, traversal.type)) continue;
      const found = await propertyAt(object, traversal.path, reader);
      const targets = Array.isArray(found?.value) ? found.value : found === undefined ? [] : [found.value];
      const id = traversal.name ?? `${from}/${traversal.type}.${traversal.path}`;
      for (const target of targets) if (isMoRef(target)) await visit(target, traversal.skip ?? false, traversal.selectSet ?? [], id);
    }
  };
  for (const [index, start] of spec.objectSet.entries()) {
    if (world.find(start.obj) === undefined && spec.reportMissingObjectsInResults !== true) throw managedObjectNotFound(start.obj);
    await visit(start.obj, start.skip ?? false, start.selectSet ?? [], `#${index}`);
  }
  return [...selected.values()];
}

/** The property paths a filter wants of an object; of several `propSet`s that fit, all count. */
export function wantedPaths(spec: PropertyFilterSpec, type: string, allOf: () => string[]): string[] {
  const paths = new Set<string>();
  for (const one of spec.propSet) {
    if (!isA(type, one.type)) continue;
    for (const path of one.all === true ? allOf() : (one.pathSet ?? [])) paths.add(path);
  }
  return [...paths];
}

function namedTraversals(spec: PropertyFilterSpec): Map<string, TraversalSpec> {
  const named = new Map<string, TraversalSpec>();
  const walk = (selections: readonly SelectionSpec[]): void => {
    for (const selection of selections) {
      if (!isTraversal(selection)) continue;
      if (selection.name !== undefined) named.set(selection.name, selection);
      walk(selection.selectSet ?? []);
    }
  };
  for (const start of spec.objectSet) walk(start.selectSet ?? []);
  return named;
}

function resolve(selection: SelectionSpec, named: ReadonlyMap<string, TraversalSpec>): TraversalSpec {
  if (isTraversal(selection)) return selection;
  const traversal = named.get(selection.name ?? '');
  if (traversal === undefined) throw invalidArgument('selectSet');
  return traversal;
}

function isTraversal(selection: SelectionSpec): selection is TraversalSpec {
  return selection.$type === 'TraversalSpec';
}
