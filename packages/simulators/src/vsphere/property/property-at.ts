import { compareApiVersions, dataType, dataTypeNames, type Field, isA, managedType, type TypeUse } from '@holdfast/vsphere/wire';
import type { ManagedObject } from '../inventory/world.ts';
import { elementKey, invalidProperty, type PathStep, parsePath } from './path.ts';
import type { Reader } from './reader.ts';

/** Properties that exist on the wire although the published schema doesn't list them. */
const unlisted: Record<string, Record<string, Field>> = {
  ServiceInstance: {
    content: { name: 'content', type: 'ServiceContent', array: false, optional: false, since: '2.0' },
    serverClock: { name: 'serverClock', type: 'dateTime', array: false, optional: false, since: '2.0' },
  },
};

export interface PropertyValue {
  readonly use: TypeUse;
  readonly value: unknown;
}

/**
 * The value of a property path of an object and the type it is declared with; undefined when something on the way is unset.
 * @throws InvalidProperty when the API version has no such property, whether or not this object has a value there
 */
export async function propertyAt(object: ManagedObject, path: string, reader: Reader): Promise<PropertyValue | undefined> {
  const { version } = reader;
  const [first, ...steps] = parsePath(path);
  const name = (first as { field: string }).field;
  const field = unlisted[object.ref.type]?.[name] ?? managedType(object.ref.type)?.properties.get(name);
  if (field === undefined || tooNew(field, version)) throw invalidProperty(path);
  let use: TypeUse = field;
  let value = await object.properties[name]?.(reader.session);
  for (const step of steps) {
    const next: PropertyValue = 'field' in step ? inField(use, value, step, path, version) : inElement(use, value, step, path);
    use = next.use;
    value = next.value;
  }
  return value === undefined || value === null ? undefined : { use, value };
}

/** All properties a version of the API knows of a managed type. */
export function propertyNames(managed: string, version: string): string[] {
  const known = [...(managedType(managed)?.properties.values() ?? []), ...Object.values(unlisted[managed] ?? {})];
  return known.filter((field) => !tooNew(field, version)).map((field) => field.name);
}

function inField(use: TypeUse, value: unknown, step: PathStep & { field: string }, path: string, version: string): PropertyValue {
  if (use.array) throw invalidProperty(path);
  const actual = (value as { $type?: string } | undefined)?.$type ?? use.type;
  const field = dataType(actual)?.fieldNamed.get(step.field);
  if (field !== undefined && !tooNew(field, version)) return { use: field, value: (value as Record<string, unknown> | undefined)?.[step.field] };
  const elsewhere = fieldOfSubtype(use.type, step.field, version);
  if (elsewhere === undefined) throw invalidProperty(path);
  return { use: elsewhere, value: undefined };
}

function inElement(use: TypeUse, value: unknown, step: PathStep & { key: string }, path: string): PropertyValue {
  if (!use.array) throw invalidProperty(path);
  const element = Array.isArray(value) ? value.find((item) => elementKey(item) === step.key) : undefined;
  return { use: { type: use.type, array: false }, value: element };
}

function fieldOfSubtype(base: string, name: string, version: string): Field | undefined {
  for (const type of dataTypeNames()) {
    const field = isA(type, base) ? dataType(type)?.fieldNamed.get(name) : undefined;
    if (field !== undefined && !tooNew(field, version)) return field;
  }
  return undefined;
}

function tooNew(field: Field, version: string): boolean {
  return compareApiVersions(field.since, version) > 0;
}
