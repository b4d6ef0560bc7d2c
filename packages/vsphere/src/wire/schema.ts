import { vsphereErrors } from '../errors.ts';
import { apiVersions } from './api-version.ts';
import { dataTypeLines } from './data-types.ts';
import { enumTypeLines } from './enum-types.ts';
import { eventTypeLines } from './event-types.ts';
import { faultTypeLines } from './fault-types.ts';
import { managedTypeLines } from './managed-types.ts';

/** What a field, property, parameter or result holds. */
export interface TypeUse {
  /** A simple type (`string`, `int`, `dateTime` …), an enumeration, a data type, `anyType`, `void`, or `&Type` for a reference. */
  readonly type: string;
  readonly array: boolean;
}

export interface Field extends TypeUse {
  readonly name: string;
  readonly optional: boolean;
  /** The first API version that has it. */
  readonly since: string;
}

export interface DataType {
  readonly name: string;
  readonly extends: string | undefined;
  readonly since: string;
  /** All fields in wire order, inherited ones first. */
  readonly fields: readonly Field[];
  readonly fieldNamed: ReadonlyMap<string, Field>;
}

export interface Method {
  readonly name: string;
  /** The managed type that has it. */
  readonly on: string;
  readonly since: string;
  readonly parameters: readonly Field[];
  readonly result: TypeUse & { readonly optional: boolean };
  /** What the task ends with, for methods that start one. */
  readonly taskResult: TypeUse | undefined;
  /** What the caller needs on the object, such as `VirtualMachine.State.CreateSnapshot`; not set where it depends. */
  readonly privilege: string | undefined;
  readonly namespace: 'urn:vim25' | 'urn:internalvim25';
}

export interface ManagedType {
  readonly name: string;
  readonly extends: string | undefined;
  readonly since: string;
  /** All properties, inherited ones first. */
  readonly properties: ReadonlyMap<string, Field>;
}

export const simpleTypes: ReadonlySet<string> = new Set(
  'string boolean int long short byte float double dateTime base64Binary anyURI PropertyPath TypeName MethodName anyType'.split(' '),
);

interface Line {
  name: string;
  since: string;
  extends: string | undefined;
  fields: string;
}

function parseHead(line: string): Line {
  const match = /^(\w+)(?:@([\w.]+))?(?:<(\w+))?(?: (.*))?$/.exec(line);
  if (match === null) throw vsphereErrors.create('VSPHERE_VALUE', `the type table has a line that can't be read: ${line.slice(0, 80)}`);
  return { name: match[1]!, since: match[2] ?? apiVersions[0]!, extends: match[3], fields: match[4] ?? '' };
}

function parseFields(text: string, since: string): Field[] {
  if (text === '') return [];
  return text.split(' ').map((word) => {
    const match = /^(\w+):(&?\w+)(\[\])?(\?)?(?:@([\w.]+))?$/.exec(word);
    if (match === null) throw vsphereErrors.create('VSPHERE_VALUE', `the type table has a field that can't be read: ${word}`);
    return { name: match[1]!, type: match[2]!, array: match[3] !== undefined, optional: match[4] !== undefined, since: match[5] ?? since };
  });
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

// Tables are cut into lines when the module loads; a type's fields are parsed when it is first asked for.
const dataHeads = new Map([dataTypeLines, faultTypeLines, eventTypeLines].flatMap(lines).map((line) => [line.slice(0, line.search(/[@< ]|$/)), line]));
const dataParsed = new Map<string, DataType>();
const enumParsed = new Map(
  lines(enumTypeLines).map((line) => {
    const [name, ...values] = line.split(' ');
    return [name!, new Set(values)];
  }),
);

/** The data type of that name (faults and events are data types), or `undefined` when the tables don't have it. */
export function dataType(name: string): DataType | undefined {
  const parsed = dataParsed.get(name);
  if (parsed !== undefined) return parsed;
  const line = dataHeads.get(name);
  if (line === undefined) return undefined;
  const head = parseHead(line);
  const inherited = head.extends === undefined ? [] : dataType(head.extends)!.fields;
  const fields = [...inherited, ...parseFields(head.fields, head.since)];
  const type: DataType = { name, extends: head.extends, since: head.since, fields, fieldNamed: new Map(fields.map((field) => [field.name, field])) };
  dataParsed.set(name, type);
  return type;
}

/** Every data type's name. */
export function dataTypeNames(): Iterable<string> {
  return dataHeads.keys();
}

/** The words of an enumeration, or `undefined` when there is none of that name. */
export function enumValues(name: string): ReadonlySet<string> | undefined {
  return enumParsed.get(name);
}

const managedTypes = new Map<string, ManagedType>();
const methods = new Map<string, Method>();

function parseMethod(line: string, on: string, since: string): Method {
  const match = /^ {2}(\w+)(?:@([\w.]+))?\((.*)\) (&?\w+)(\[\])?(\?)?(?:=(&?\w+)(\[\])?\??)?(?: #([\w.]+))?$/.exec(line);
  if (match === null) throw vsphereErrors.create('VSPHERE_VALUE', `the type table has a method that can't be read: ${line}`);
  const name = match[1]!;
  const first = match[2] ?? since;
  return {
    name,
    on,
    since: first,
    parameters: parseFields(match[3]!, first),
    result: { type: match[4]!, array: match[5] !== undefined, optional: match[6] !== undefined },
    taskResult: match[7] === undefined ? undefined : { type: match[7], array: match[8] !== undefined },
    privilege: match[9],
    namespace: name === 'DisableMethods' || name === 'EnableMethods' ? 'urn:internalvim25' : 'urn:vim25',
  };
}

function parseManaged(): void {
  const heads = new Map<string, Line>();
  let current: Line | undefined;
  for (const line of lines(managedTypeLines)) {
    if (!line.startsWith(' ')) {
      current = parseHead(line);
      heads.set(current.name, current);
    } else {
      const method = parseMethod(line, current!.name, current!.since);
      methods.set(method.name, method);
    }
  }
  const add = (name: string): ManagedType => {
    const done = managedTypes.get(name);
    if (done !== undefined) return done;
    const head = heads.get(name)!;
    const own = parseFields(head.fields, head.since).map((field) => [field.name, field] as const);
    const inherited = head.extends === undefined ? [] : add(head.extends).properties;
    const type: ManagedType = { name, extends: head.extends, since: head.since, properties: new Map([...inherited, ...own]) };
    managedTypes.set(name, type);
    return type;
  };
  for (const name of heads.keys()) add(name);
}
parseManaged();

export function managedType(name: string): ManagedType | undefined {
  return managedTypes.get(name);
}

export function managedTypeNames(): Iterable<string> {
  return managedTypes.keys();
}

/** Methods are named once in the whole API, so the name alone finds one. `undefined` when the tables don't have it. */
export function method(name: string): Method | undefined {
  return methods.get(name);
}

export function methodNames(): Iterable<string> {
  return methods.keys();
}

/** Whether `name` is `base` or derived from it; for data types, faults, events and managed types. Unknown names are only themselves. */
export function isA(name: string, base: string): boolean {
  for (let at: string | undefined = name; at !== undefined; at = (dataType(at) ?? managedType(at))?.extends) if (at === base) return true;
  return false;
}

/**
 * The declared type of a property path of a managed type: `config.hardware.device`, `config.hardware.device[4000].backing`,
 * `config.extraConfig["disk.EnableUUID"].value`. `undefined` when the tables don't have it (which includes fields only a subtype has).
 */
export function propertyType(managed: string, path: string): TypeUse | undefined {
  let current: TypeUse | undefined;
  for (const [, name, key] of path.matchAll(/([^.[\]]+)((?:\[[^\]]*\])?)(?:\.|$)/g)) {
    const field: Field | undefined = current === undefined ? managedType(managed)?.properties.get(name!) : dataType(current.type)?.fieldNamed.get(name!);
    if (field === undefined) return undefined;
    current = key === '' ? { type: field.type, array: field.array } : { type: field.type, array: false };
  }
  return current;
}
