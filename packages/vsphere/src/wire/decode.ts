import { vsphereErrors } from '../errors.ts';
import { compareApiVersions } from './api-version.ts';
import { type DataType, dataType, enumValues, type Field, isA, simpleTypes, type TypeUse } from './schema.ts';
import { arrayItemType, typeUse } from './type-use.ts';
import type { DataObject, MoRef } from './value.ts';
import type { Element } from './xml.ts';

/**
 * `lenient` reads what a newer server sends: unknown fields are passed over, an unknown subtype is read as the declared type
 * (its `$type` keeps the name), order doesn't matter. `strict` refuses all of that, as a server does with a request.
 */
export interface DecodeOptions {
  readonly mode?: 'lenient' | 'strict';
  /** With `strict`: fields newer than this are unknown. */
  readonly version?: string;
}

function refuse(message: string): never {
  throw vsphereErrors.create('VSPHERE_VALUE', message);
}

/**
 * Reads a value of the declared type from its element, or, for a list, from its elements.
 * Data objects come with `$type`; references as {@link MoRef}; `long` as number; times as `Date`; binary as `Uint8Array`.
 *
 * @throws `VSPHERE_VALUE` when the content doesn't fit the type, or a number is beyond 2^53
 */
export function decode(element: Element | readonly Element[], type: string | TypeUse, options: DecodeOptions = {}): unknown {
  const use = typeUse(type);
  const elements = Array.isArray(element) ? (element as readonly Element[]) : [element as Element];
  if (use.array) return elements.map((one) => decodeOne(one, use.type, options));
  if (elements.length !== 1) refuse(`expected one ${use.type}, found ${elements.length}`);
  return decodeOne(elements[0]!, use.type, options);
}

function decodeOne(element: Element, type: string, options: DecodeOptions): unknown {
  if (type === 'anyType') return decodeAny(element, options);
  if (type.startsWith('&')) return decodeReference(element);
  const declared = dataType(type);
  if (declared === undefined) return decodeSimple(element.text, type, element.name, options);
  return decodeData(element, declared, options);
}

function decodeReference(element: Element): MoRef {
  if (element.refType === undefined) refuse(`${element.name} must be a reference and has no type`);
  return { type: element.refType, value: element.text };
}

function decodeData(element: Element, declared: DataType, options: DecodeOptions): DataObject {
  const stated = element.xsiType ?? declared.name;
  let actual = dataType(stated);
  if (actual === undefined || !isA(stated, declared.name)) {
    if (options.mode === 'strict') refuse(`${element.name} must be a ${declared.name}, and ${stated} isn't one`);
    actual = declared;
  }
  const object: DataObject = { $type: stated };
  readFields(element, actual.fieldNamed, object, stated, options);
  if (options.mode === 'strict') requireFields(actual.fields, object, stated, options);
  return object;
}

/** Reads the children of `element` into `object`, by `fields`. */
export function readFields(element: Element, fields: ReadonlyMap<string, Field>, object: DataObject, owner: string, options: DecodeOptions): void {
  let order: Field[] | undefined;
  let position = 0;
  for (const child of element.children) {
    const field = fields.get(child.name);
    const known = field !== undefined && (options.version === undefined || compareApiVersions(field.since, options.version) <= 0);
    if (!known) {
      if (options.mode === 'strict') refuse(`${owner} has no field ${child.name}`);
      continue;
    }
    if (options.mode === 'strict') {
      order ??= [...fields.values()];
      const at = order.indexOf(field, position);
      if (at < 0) refuse(`${child.name} of ${owner} is out of order`);
      position = field.array ? at : at + 1;
    }
    if (child.nil) continue;
    const value = decodeOne(child, field.type, options);
    // A value without a type is how some servers say "unset" where any type is allowed.
    if (value === undefined) continue;
    if (!field.array) object[field.name] = value;
    else if (object[field.name] === undefined) object[field.name] = [value];
    else (object[field.name] as unknown[]).push(value);
  }
}

export function requireFields(fields: Iterable<Field>, object: DataObject, owner: string, options: DecodeOptions): void {
  for (const field of fields) {
    if (field.optional || field.array || object[field.name] !== undefined) continue;
    if (options.version !== undefined && compareApiVersions(field.since, options.version) > 0) continue;
    refuse(`${owner} needs ${field.name}`);
  }
}

function decodeAny(element: Element, options: DecodeOptions): unknown {
  const stated = element.xsiType;
  if (stated === undefined) {
    if (element.refType !== undefined) return decodeReference(element);
    return element.children.length === 0 && element.text !== '' ? element.text : undefined;
  }
  if (stated === 'ManagedObjectReference') return decodeReference(element);
  const item = arrayItemType(stated);
  if (item !== undefined) return element.children.map((child) => decodeOne(child, item, options));
  if (dataType(stated) !== undefined || element.children.length === 0) return decodeOne(element, stated, options);
  if (options.mode === 'strict') refuse(`${element.name} has a type that isn't in the schema: ${stated}`);
  return { $type: stated };
}

function decodeSimple(text: string, type: string, name: string, options: DecodeOptions): unknown {
  switch (type) {
    case 'boolean': {
      const word = text.trim();
      if (word === 'true' || word === '1') return true;
      if (word === 'false' || word === '0') return false;
      return refuse(`${name} must be true or false, not ${JSON.stringify(text.slice(0, 40))}`);
    }
    case 'byte':
    case 'short':
    case 'int':
    case 'long': {
      const number = Number(text.trim());
      if (text.trim() === '' || !Number.isSafeInteger(number)) refuse(`${name} must be a ${type} within 2^53, not ${JSON.stringify(text.slice(0, 40))}`);
      return number;
    }
    case 'float':
    case 'double': {
      const word = text.trim();
      const number = word === 'INF' ? Infinity : word === '-INF' ? -Infinity : Number(word);
      if (word === '' || (Number.isNaN(number) && word !== 'NaN')) refuse(`${name} must be a number, not ${JSON.stringify(text.slice(0, 40))}`);
      return number;
    }
    case 'dateTime': {
      const word = text.trim();
      const time = new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(word) ? word : `${word}Z`);
      if (Number.isNaN(time.getTime())) refuse(`${name} must be a time, not ${JSON.stringify(text.slice(0, 40))}`);
      return time;
    }
    case 'base64Binary':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      // Enumerations are read as they come: a newer server may know more words.
      if (options.mode === 'strict' && !simpleTypes.has(type)) strictWord(text, type, name);
      return text;
  }
}

function strictWord(text: string, type: string, name: string): void {
  const words = enumValues(type);
  if (words === undefined) refuse(`${name} has a type that isn't in the schema: ${type}`);
  if (!words.has(text)) refuse(`${name} must be one of ${[...words].join(', ')}, not ${JSON.stringify(text.slice(0, 40))}`);
}
