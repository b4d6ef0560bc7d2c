import type { Tasks } from '../task/tasks.ts';
import type { ManagedObject, MoRef } from './world.ts';

/** Something in the inventory tree: it has a name, a place, and what lies under it. */
export interface Entity extends ManagedObject {
  name: string;
  parent: Entity | undefined;
  /** What a container view finds one level below. */
  contents(): readonly Entity[];
}

/** The properties that every managed entity has. */
export function entityProperties(self: () => Entity, tasks: Tasks): Record<string, () => unknown> {
  return {
    parent: () => self().parent?.ref,
    name: () => escapedName(self().name),
    overallStatus: () => 'green',
    configStatus: () => 'green',
    effectiveRole: () => [-1],
    permission: () => [],
    disabledMethod: () => [],
    recentTask: () => tasks.recent(self().ref),
    alarmActionsEnabled: () => true,
    tag: () => [],
    value: () => [],
    availableField: () => [],
    customValue: () => [],
  };
}

/** The entity and everything above it, nearest first. */
export function lineage(entity: Entity): Entity[] {
  const line: Entity[] = [];
  for (let at: Entity | undefined = entity; at !== undefined; at = at.parent) line.push(at);
  return line;
}

/** Everything below an entity, each once, the entity itself not included. */
export function descendants(entity: Entity): Entity[] {
  const found = new Map<string, Entity>();
  const walk = (at: Entity): void => {
    for (const child of at.contents()) {
      if (found.has(child.ref.value)) continue;
      found.set(child.ref.value, child);
      walk(child);
    }
  };
  walk(entity);
  return [...found.values()];
}

/** Names are held as people write them; the API escapes what would break an inventory path. */
export function escapedName(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2f').replaceAll('\\', '%5c');
}

export function plainName(name: string): string {
  return name.replace(/%(25|2f|5c)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

export function refs(entities: readonly Entity[]): MoRef[] {
  return entities.map((entity) => entity.ref);
}
