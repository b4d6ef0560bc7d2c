import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFields, randomObject } from '../../test/random-value.ts';
import {
  apiVersions,
  dataType,
  dataTypeNames,
  decode,
  decodeRequest,
  encode,
  encodeRequest,
  enumValues,
  managedType,
  managedTypeNames,
  method,
  methodNames,
  parseXml,
} from './index.ts';
import { simpleTypes } from './schema.ts';

const typeNames = [...dataTypeNames()];
const methodList = [...methodNames()];

const namespaces = 'xmlns="urn:vim25" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';

function parsed(xml: string) {
  return parseXml(`<root ${namespaces}>${xml}</root>`).children[0]!;
}

describe('values of the schema', () => {
  test('come back from the wire as they were', () => {
    fc.assert(
      fc.property(fc.constantFrom(...typeNames), fc.gen(), (name, draw) => {
        const value = randomObject(draw, name, 3);
        expect(decode(parsed(encode('value', value, name)), name, { mode: 'strict' })).toEqual(value);
      }),
      { numRuns: 1500 },
    );
  });

  test('of every type can be written and read, even with nothing but what must be there', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        for (const name of typeNames) {
          const value = randomObject(draw, name, 0);
          expect(decode(parsed(encode('value', value, name)), name, { mode: 'strict' })).toEqual(value);
        }
      }),
      { numRuns: 1 },
    );
  });

  test('hold nothing newer than the version they are written for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...typeNames), fc.constantFrom('5.0', '6.0', '6.7.1', '7.0.3.0', '8.0.3.0'), fc.gen(), (name, version, draw) => {
        const value = randomObject(draw, name, 2);
        decode(parsed(encode('value', value, name, version)), name, { mode: 'strict', version });
      }),
      { numRuns: 500 },
    );
  });
});

describe('requests', () => {
  test('of every method are written in the order of the schema and read back as they were', () => {
    fc.assert(
      fc.property(fc.constantFrom(...methodList), fc.gen(), (name, draw) => {
        const definition = method(name)!;
        const parameters = randomFields(draw, definition.parameters, 3);
        // Given in another order than the schema's, to show that the order isn't the caller's.
        const shuffled = Object.fromEntries(Object.entries(parameters).reverse());
        const target = { type: definition.on, value: 'it' };
        const xml = encodeRequest({ method: name, target, parameters: shuffled, operationId: 'op-1' });
        expect(decodeRequest(xml)).toEqual({ method: name, target, parameters, operationId: 'op-1', sessionCookie: undefined });
        const names = parseXml(xml).children[1]!.children[0]!.children.map((child) => child.name);
        const order = ['_this', ...definition.parameters.map((parameter) => parameter.name)];
        expect(names).toEqual([...names].sort((left, right) => order.indexOf(left) - order.indexOf(right)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the tables', () => {
  test("name no type that they don't have", () => {
    const uses = [
      ...typeNames.flatMap((name) => dataType(name)!.fields),
      ...methodList.flatMap((name) => [...method(name)!.parameters, method(name)!.result, ...[method(name)!.taskResult].filter((use) => use !== undefined)]),
      ...[...managedTypeNames()].flatMap((name) => [...managedType(name)!.properties.values()]),
    ];
    const unknown = uses.filter(({ type }) => !type.startsWith('&') && type !== 'void' && !simpleTypes.has(type) && !dataType(type) && !enumValues(type));
    expect(unknown).toEqual([]);
  });

  test('know only versions that are in the list of versions', () => {
    const versions = typeNames.flatMap((name) => [dataType(name)!.since, ...dataType(name)!.fields.map((field) => field.since)]);
    expect(new Set(versions).difference(new Set(apiVersions))).toEqual(new Set());
  });
});
