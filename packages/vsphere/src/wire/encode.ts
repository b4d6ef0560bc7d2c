import { vsphereErrors } from '../errors.ts';
import { compareApiVersions, newestApiVersion } from './api-version.ts';
import { type DataType, dataType, enumValues, type Field, isA, simpleTypes, type TypeUse } from './schema.ts';
import { arrayItemName, arrayItemType, arrayTypeName, typeUse } from './type-use.ts';
import { type DataObject, isMoRef, Typed } from './value.ts';
import { escapeAttribute, escapeText } from './xml.ts';

/** The prefixes that encoded values use; whoever writes the element around them declares `xsi` and `xsd`. */
const xsdTypes: ReadonlySet<string> = new Set('string boolean int long short byte float double dateTime base64Binary anyURI'.split(' '));

const depthMax = 200;

function refuse(message: string): never {
  throw vsphereErrors.create('VSPHERE_VALUE', message);
}

/**
 * Writes a value as the element (for a list: the elements) `name`, fields in the order of the schema.
 *
 * @param type    the declared type of the place: `VirtualDisk`, `&HostSystem`, `string[]`, `anyType`
 * @param version the API version the reader speaks: types and fields newer than it are left out, a newer subtype travels as its base
 * @throws `VSPHERE_VALUE` when the value doesn't fit the type, a required field is missing, or one is there that the type doesn't have
 */
export function encode(name: string, value: unknown, type: string | TypeUse, version: string = newestApiVersion): string {
  return encodeUse(name, value, typeUse(type), version, name, 0);
}

function encodeUse(name: string, value: unknown, use: TypeUse, version: string, path: string, depth: number): string {
  if (!use.array) return encodeOne(name, value, use.type, version, path, depth);
  if (!Array.isArray(value)) refuse(`${path} must be a list of ${use.type}`);
  let xml = '';
  for (let i = 0; i < value.length; i++) xml += encodeOne(name, value[i], use.type, version, path, depth);
  return xml;
}

function encodeOne(name: string, value: unknown, type: string, version: string, path: string, depth: number): string {
  if (depth > depthMax) refuse(`${path} is nested deeper than ${depthMax}`);
  if (type === 'anyType') return encodeAny(name, value, version, path, depth);
  const given = value instanceof Typed ? value.value : value;
  if (type.startsWith('&')) {
    if (!isMoRef(given)) refuse(`${path} must be a reference to a ${type.slice(1)}`);
    return `<${name} type="${escapeAttribute(given.type)}">${escapeText(given.value)}</${name}>`;
  }
  const data = dataType(type);
  if (data === undefined) return `<${name}>${simpleText(given, type, path)}</${name}>`;
  return encodeData(name, given, data, false, version, path, depth);
}

function encodeData(name: string, value: unknown, declared: DataType, always: boolean, version: string, path: string, depth: number): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date || value instanceof Uint8Array) {
    refuse(`${path} must be a ${declared.name}`);
  }
  const object = value as DataObject;
  const stated = object.$type ?? declared.name;
  let actual = dataType(stated) ?? refuse(`${path} has a type that isn't in the schema: ${stated}`);
  if (!isA(stated, declared.name)) refuse(`${path} must be a ${declared.name}, and ${stated} isn't one`);
  for (const field in object) if (field !== '$type' && !actual.fieldNamed.has(field)) refuse(`${path}: ${stated} has no field ${field}`);
  while (actual.extends !== undefined && actual !== declared && compareApiVersions(actual.since, version) > 0) actual = dataType(actual.extends)!;
  const xsiType = always || actual !== declared ? ` xsi:type="${actual.name}"` : '';
  let xml = `<${name}${xsiType}>`;
  for (const field of actual.fields) xml += encodeField(object[field.name], field, actual.name, version, path, depth);
  return `${xml}</${name}>`;
}

/** One field of a data object or one parameter of a method; nothing when it is unset or newer than `version`. */
export function encodeField(value: unknown, field: Field, owner: string, version: string, path: string, depth = 0): string {
  if (value === undefined) {
    // A required list may be empty: on the wire that is the same as absent.
    if (field.optional || field.array || compareApiVersions(field.since, version) > 0) return '';
    refuse(`${path}: ${owner} needs ${field.name}`);
  }
  if (compareApiVersions(field.since, version) > 0) return '';
  return encodeUse(field.name, value, field, version, `${path}.${field.name}`, depth + 1);
}

function simpleText(value: unknown, type: string, path: string): string {
  switch (type) {
    case 'boolean':
      if (typeof value !== 'boolean') break;
      return value ? 'true' : 'false';
    case 'byte':
      return integer(value, -128, 127, type, path);
    case 'short':
      return integer(value, -32768, 32767, type, path);
    case 'int':
      return integer(value, -2147483648, 2147483647, type, path);
    case 'long':
      return integer(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, type, path);
    case 'float':
    case 'double':
      if (typeof value !== 'number') break;
      return Number.isNaN(value) ? 'NaN' : value === Infinity ? 'INF' : value === -Infinity ? '-INF' : String(value);
    case 'dateTime':
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) break;
      return value.toISOString();
    case 'base64Binary':
      if (!(value instanceof Uint8Array)) break;
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    default: {
      if (typeof value !== 'string') break;
      const words = enumValues(type);
      if (words === undefined && !simpleTypes.has(type)) refuse(`${path} has a type that isn't in the schema: ${type}`);
      if (words !== undefined && !words.has(value)) refuse(`${path} must be one of ${[...words].join(', ')}, not ${JSON.stringify(value)}`);
      return escapeText(value);
    }
  }
  refuse(`${path} must be a ${type}`);
}

function integer(value: unknown, min: number, max: number, type: string, path: string): string {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    refuse(`${path} must be a ${type} from ${min} to ${max}${typeof value === 'number' ? `, not ${value}` : ''}`);
  }
  return String(value);
}

/** The type a value travels as where any is allowed, told from the value. */
function inferType(value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'number':
      if (!Number.isInteger(value)) return 'double';
      return value >= -2147483648 && value <= 2147483647 ? 'int' : 'long';
    case 'object':
      if (value instanceof Date) return 'dateTime';
      if (value instanceof Uint8Array) return 'base64Binary';
      if (isMoRef(value)) return '&ManagedObject';
      if (Array.isArray(value)) return `${inferItemType(value, path)}[]`;
      if (value !== null && typeof (value as DataObject).$type === 'string') return (value as DataObject).$type!;
  }
  refuse(`${path} may be of any type and doesn't say which; give it with typed()`);
}

function inferItemType(values: unknown[], path: string): string {
  const types = new Set(values.map((value) => inferType(value, path)));
  if (types.size === 2 && types.has('int') && types.has('long')) return 'long';
  if (types.size !== 1) refuse(`${path} may be of any type and holds ${types.size === 0 ? 'an empty list' : 'a mixed list'}; give its type with typed()`);
  return types.values().next().value!;
}

function encodeAny(name: string, value: unknown, version: string, path: string, depth: number): string {
  const stated = value instanceof Typed ? value.type.replace(/^xsd:/, '') : inferType(value, path);
  const given = value instanceof Typed ? value.value : value;
  const item = stated.endsWith('[]') ? stated.slice(0, -2) : arrayItemType(stated);
  if (item !== undefined) {
    const items = encodeUse(arrayItemName(item), given, { type: item, array: true }, version, path, depth + 1);
    return `<${name} xsi:type="${arrayTypeName(item)}">${items}</${name}>`;
  }
  if (stated.startsWith('&')) {
    if (!isMoRef(given)) refuse(`${path} must be a reference`);
    return `<${name} type="${escapeAttribute(given.type)}" xsi:type="ManagedObjectReference">${escapeText(given.value)}</${name}>`;
  }
  const data = dataType(stated);
  if (data !== undefined) {
    // Nothing is declared here, so a type too new for the reader falls back to its own oldest known base.
    let shown = dataType((given as DataObject | null)?.$type ?? stated) ?? data;
    while (shown.extends !== undefined && compareApiVersions(shown.since, version) > 0) shown = dataType(shown.extends)!;
    return encodeData(name, given, shown, true, version, path, depth);
  }
  const prefix = xsdTypes.has(stated) ? 'xsd:' : '';
  return `<${name} xsi:type="${prefix}${stated}">${simpleText(given, stated, path)}</${name}>`;
}
