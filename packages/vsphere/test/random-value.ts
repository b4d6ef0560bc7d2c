import fc, { type GeneratorValue } from 'fast-check';
import { dataType, dataTypeNames, enumValues, type Field, isA, type TypeUse } from '../src/wire/schema.ts';
import type { DataObject, MoRef } from '../src/wire/value.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('<a href="x">&amp;</a>', ' lines\nand\ttabs\r\nand spaces ', ']]>', '', '[ds 1] vm/vm.vmdk'),
);
const descendants = new Map<string, string[]>();

/** The type itself and all that derive from it. */
function familyOf(base: string): string[] {
  let family = descendants.get(base);
  if (family === undefined) {
    family = [...dataTypeNames()].filter((name) => isA(name, base));
    descendants.set(base, family);
  }
  return family;
}

/** A random value of the type; below `depth` 0 only what must be there, of the declared type. */
function randomValue(draw: GeneratorValue, use: TypeUse, depth: number): unknown {
  if (!use.array) return randomOne(draw, use.type, depth);
  return Array.from({ length: draw(fc.integer, { min: 1, max: 3 }) }, () => randomOne(draw, use.type, depth));
}

export function randomObject(draw: GeneratorValue, name: string, depth: number): DataObject {
  const object: DataObject = { $type: name };
  return Object.assign(object, randomFields(draw, dataType(name)!.fields, depth));
}

export function randomFields(draw: GeneratorValue, fields: readonly Field[], depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const field of fields) {
    if ((field.optional || field.array) && (depth <= 0 || draw(fc.boolean))) continue;
    object[field.name] = randomValue(draw, field, depth - 1);
  }
  return object;
}

function randomReference(draw: GeneratorValue): MoRef {
  return { type: draw(fc.constantFrom<string[]>, 'VirtualMachine', 'Folder', 'Task'), value: draw(() => text) };
}

function randomOne(draw: GeneratorValue, type: string, depth: number): unknown {
  if (type.startsWith('&')) return randomReference(draw);
  const words = enumValues(type);
  if (words !== undefined) return draw(fc.constantFrom<string[]>, ...words);
  if (dataType(type) !== undefined) return randomObject(draw, depth <= 0 ? type : draw(fc.constantFrom<string[]>, ...familyOf(type)), depth);
  switch (type) {
    case 'boolean':
      return draw(fc.boolean);
    case 'byte':
      return draw(fc.integer, { min: -128, max: 127 });
    case 'short':
      return draw(fc.integer, { min: -32768, max: 32767 });
    case 'int':
      return draw(fc.integer);
    case 'long':
      return draw(fc.maxSafeInteger);
    case 'float':
    case 'double':
      return draw(fc.double, { noNaN: true }) + 0;
    case 'dateTime':
      return draw(fc.date, { min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
    case 'base64Binary':
      return Uint8Array.from(draw(fc.uint8Array, { maxLength: 40 }));
    case 'anyType':
      return randomAny(draw, depth);
    default:
      return draw(() => text);
  }
}

/** Only values whose type can be told from them. */
function randomAny(draw: GeneratorValue, depth: number): unknown {
  const kinds = ['string', 'boolean', 'int', 'long', 'dateTime', 'base64Binary', '&ManagedObject', 'OptionValue', 'Description'];
  const kind = draw(fc.constantFrom<string[]>, ...kinds);
  const array = depth > 0 && draw(fc.boolean);
  const value = randomValue(draw, { type: kind, array }, depth - 1);
  // A list must be of one type all through to be told; a derived item would not be.
  if (array && (value as DataObject[]).some((one) => one?.$type !== (value as DataObject[])[0]?.$type)) return (value as DataObject[]).slice(0, 1);
  return value;
}
