import { describe, expect, test } from 'vitest';
import {
  compareApiVersions,
  decode,
  decodeRequest,
  decodeResponse,
  encode,
  encodeFault,
  encodeRequest,
  encodeResponse,
  isA,
  parseSoapAction,
  parseXml,
  propertyType,
  typed,
} from './index.ts';

const opening =
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>';
const closing = '</soapenv:Body></soapenv:Envelope>';
const vm = { type: 'VirtualMachine', value: 'vm-62' };

function element(xml: string) {
  return parseXml(`<root xmlns="urn:vim25" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">${xml}</root>`)
    .children[0]!;
}

describe('a value on the wire', () => {
  test('stands in the order of the schema, with its type where it is a derived one', () => {
    const backing = { diskMode: 'persistent', fileName: '[ds] a.vmdk', $type: 'VirtualDiskFlatVer2BackingInfo' };
    const disk = { unitNumber: 5, $type: 'VirtualDisk', capacityInKB: 0, key: -1, controllerKey: 1000, backing };
    expect(encode('device', disk, 'VirtualDevice')).toBe(
      '<device xsi:type="VirtualDisk"><key>-1</key><backing xsi:type="VirtualDiskFlatVer2BackingInfo"><fileName>[ds] a.vmdk</fileName>' +
        '<diskMode>persistent</diskMode></backing><controllerKey>1000</controllerKey><unitNumber>5</unitNumber><capacityInKB>0</capacityInKB></device>',
    );
  });

  test('leaves out what the reader is too old for, and shows a new subtype as its base', () => {
    const disk = { key: 1, capacityInKB: 1, capacityInBytes: 1024, vDiskVersion: 2 };
    expect(encode('d', disk, 'VirtualDisk', '6.0')).toBe('<d><key>1</key><capacityInKB>1</capacityInKB><capacityInBytes>1024</capacityInBytes></d>');
    expect(encode('d', disk, 'VirtualDisk', '5.0')).not.toContain('capacityInBytes');
    expect(encode('d', { $type: 'VirtualTPM', key: 1 }, 'VirtualDevice', '6.5')).toBe('<d><key>1</key></d>');
    expect(encode('d', { $type: 'VirtualTPM', key: 1 }, 'VirtualDevice', '6.7')).toContain('xsi:type="VirtualTPM"');
  });

  test('of any type says which, told from the value or as stated', () => {
    expect(encode('v', 5, 'anyType')).toBe('<v xsi:type="xsd:int">5</v>');
    expect(encode('v', 5_000_000_000, 'anyType')).toBe('<v xsi:type="xsd:long">5000000000</v>');
    expect(encode('v', typed('xsd:long', 5), 'anyType')).toBe('<v xsi:type="xsd:long">5</v>');
    expect(encode('v', typed('VirtualMachinePowerState', 'poweredOn'), 'anyType')).toBe('<v xsi:type="VirtualMachinePowerState">poweredOn</v>');
    expect(encode('v', vm, 'anyType')).toBe('<v type="VirtualMachine" xsi:type="ManagedObjectReference">vm-62</v>');
    expect(encode('v', typed('VirtualDevice[]', [{ $type: 'VirtualFloppy', key: 1 }]), 'anyType')).toBe(
      '<v xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="VirtualFloppy"><key>1</key></VirtualDevice></v>',
    );
    expect(encode('v', typed('&VirtualMachine[]', []), 'anyType')).toBe('<v xsi:type="ArrayOfManagedObjectReference"></v>');
    expect(() => encode('v', [], 'anyType')).toThrow('empty list');
  });

  test.each([
    ['a number beyond 2^53', () => encode('x', 2 ** 53, 'long')],
    ['an int of 33 bits', () => encode('x', 2 ** 32, 'int')],
    ['a missing field', () => encode('x', { key: 1 }, 'VirtualDisk')],
    ['a field the type does not have', () => encode('x', { key: 1, capacityInKb: 1, capacityInKB: 1 }, 'VirtualDisk')],
    ['a type that is not derived from the declared one', () => encode('x', { $type: 'OptionValue', key: 'a', value: 'b' }, 'VirtualDevice')],
    ['a word the enumeration does not have', () => encode('x', 'asleep', 'VirtualMachinePowerState')],
    ['a control character', () => encode('x', 'a\u0001b', 'string')],
    ['half a surrogate pair', () => encode('x', 'a\ud800b', 'string')],
    ['text where a number is read', () => decode(element('<x>twelve</x>'), 'int')],
    ['a number read beyond 2^53', () => decode(element('<x>9007199254740993</x>'), 'long')],
  ])('is refused with %s', (_what, work) => {
    expect(work).toThrow(expect.objectContaining({ code: 'VSPHERE_VALUE' }));
  });

  test('of a newer server is read as far as it is known', () => {
    const newer = element('<d xsi:type="VirtualHologram"><key>7</key><shine>yes</shine></d>');
    expect(decode(newer, 'VirtualDevice')).toEqual({ $type: 'VirtualHologram', key: 7 });
    expect(() => decode(newer, 'VirtualDevice', { mode: 'strict' })).toThrow('VirtualHologram');
  });

  test('holds times to the millisecond, with or without a zone', () => {
    expect(decode(element('<t>2026-11-22T11:17:46.576385483Z</t>'), 'dateTime')).toEqual(new Date('2026-11-22T11:17:46.576Z'));
    expect(decode(element('<t>2026-11-22T12:17:46+01:00</t>'), 'dateTime')).toEqual(new Date('2026-11-22T11:17:46Z'));
    expect(decode(element('<t>2026-11-22T11:17:46</t>'), 'dateTime')).toEqual(new Date('2026-11-22T11:17:46Z'));
  });
});

describe('a document', () => {
  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['a processing instruction', '<a><?php evil ?></a>'],
    ['an entity nobody defined', '<a>&x;</a>'],
    ['an open end', '<a><b></a>'],
    ['nothing', ''],
    ['more depth than allowed', '<a>'.repeat(300) + '</a>'.repeat(300)],
  ])('is refused with %s', (_what, text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'VSPHERE_XML' }));
  });

  test('is refused when it is larger than allowed', () => {
    expect(() => parseXml('<a>12345</a>', { charactersMax: 5, depthMax: 9, elementsMax: 9 })).toThrow('5 characters');
    expect(() => parseXml('<a><b/><b/><b/></a>', { charactersMax: 500, depthMax: 9, elementsMax: 3 })).toThrow('3 elements');
  });
});

describe('a request', () => {
  const body = (inner: string) =>
    `${opening}<CreateSnapshot_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-62</_this>${inner}</CreateSnapshot_Task>${closing}`;

  test('is read as another client writes it', () => {
    const text = body('<name versionId="1">s1</name><description>d</description><memory>false</memory><quiesce>1</quiesce>');
    expect(decodeRequest(text)).toMatchObject({
      method: 'CreateSnapshot_Task',
      target: vm,
      parameters: { name: 's1', description: 'd', memory: false, quiesce: true },
    });
  });

  test.each([
    ['out of order', '<memory>false</memory><name>s1</name><quiesce>true</quiesce>'],
    ['incomplete', '<name>s1</name><memory>false</memory>'],
    ['with a parameter there is not', '<name>s1</name><memory>false</memory><quiesce>true</quiesce><force>true</force>'],
    ['with a parameter twice', '<name>s1</name><name>s2</name><memory>false</memory><quiesce>true</quiesce>'],
  ])('is refused %s', (_what, inner) => {
    expect(() => decodeRequest(body(inner))).toThrow(expect.objectContaining({ code: 'VSPHERE_VALUE' }));
  });

  test('of an internal method is written in the internal namespace', () => {
    const parameters = { entity: [vm], method: [{ method: 'RelocateVM_Task', reasonId: 'r' }], sourceId: 's' };
    const text = encodeRequest({ method: 'DisableMethods', target: { type: 'AuthorizationManager', value: 'a' }, parameters });
    expect(text).toContain(
      '<DisableMethods xmlns="urn:internalvim25"><_this type="AuthorizationManager">a</_this><entity type="VirtualMachine">vm-62</entity><method><method>',
    );
    expect(decodeRequest(text).parameters).toMatchObject({ sourceId: 's' });
  });

  test('with a parameter that the method does not have is not written', () => {
    expect(() => encodeRequest({ method: 'PowerOnVM_Task', target: vm, parameters: { hots: vm } })).toThrow('hots');
  });
});

describe('an answer', () => {
  test('comes back as it was given', () => {
    expect(decodeResponse(encodeResponse('CurrentTime', new Date(0)), 'CurrentTime')).toEqual({ kind: 'result', value: new Date(0) });
    expect(decodeResponse(encodeResponse('Logout', undefined), 'Logout')).toEqual({ kind: 'result', value: undefined });
    expect(decodeResponse(encodeResponse('FindAllByUuid', [vm, vm]), 'FindAllByUuid')).toEqual({ kind: 'result', value: [vm, vm] });
    expect(decodeResponse(encodeResponse('FindAllByUuid', []), 'FindAllByUuid')).toEqual({ kind: 'result', value: [] });
    expect(decodeResponse(encodeResponse('WaitForUpdatesEx', undefined), 'WaitForUpdatesEx')).toEqual({ kind: 'result', value: undefined });
  });

  test('that is a fault keeps its name, its fields and its sentence', () => {
    const text = encodeFault({ message: 'no & never', fault: { $type: 'NoPermission', object: vm, privilegeId: 'System.View' } });
    expect(text).toContain('<NoPermissionFault xmlns="urn:vim25" xsi:type="NoPermission">');
    expect(decodeResponse(text, 'Logout')).toEqual({
      kind: 'fault',
      message: 'no & never',
      fault: { $type: 'NoPermission', object: vm, privilegeId: 'System.View' },
    });
  });

  test('that is a fault nobody knows, or none at all, is still a fault', () => {
    const detail = '<detail><BrandNewFault xmlns="urn:vim25" xsi:type="BrandNew"><x>1</x></BrandNewFault></detail>';
    const text = (inner: string) => `${opening}<soapenv:Fault><faultcode>x</faultcode><faultstring>why</faultstring>${inner}</soapenv:Fault>${closing}`;
    expect(decodeResponse(text(detail), 'Logout')).toEqual({ kind: 'fault', message: 'why', fault: { $type: 'BrandNew' } });
    expect(decodeResponse(text(''), 'Logout')).toEqual({ kind: 'fault', message: 'why' });
  });

  test('to another call is refused', () => {
    expect(() => decodeResponse(encodeResponse('CurrentTime', new Date(0)), 'Logout')).toThrow('CurrentTimeResponse');
  });
});

describe('the schema', () => {
  test('knows what is a kind of what', () => {
    expect(isA('FileLocked', 'FileFault')).toBe(true);
    expect(isA('ApplicationQuiesceFault', 'SnapshotFault')).toBe(true);
    expect(isA('VirtualVmxnet3', 'VirtualEthernetCard')).toBe(true);
    expect(isA('VirtualApp', 'ManagedEntity')).toBe(true);
    expect(isA('VirtualDisk', 'VirtualController')).toBe(false);
  });

  test('knows the type behind a property path', () => {
    expect(propertyType('VirtualMachine', 'config.hardware.device')).toEqual({ type: 'VirtualDevice', array: true });
    expect(propertyType('VirtualMachine', 'config.hardware.device[4000].backing')).toEqual({ type: 'VirtualDeviceBackingInfo', array: false });
    expect(propertyType('VirtualMachine', 'config.extraConfig["disk.EnableUUID"].value')).toEqual({ type: 'anyType', array: false });
    expect(propertyType('VirtualMachine', 'parent')).toEqual({ type: '&ManagedEntity', array: false });
    expect(propertyType('VirtualMachine', 'config.nothing')).toBeUndefined();
  });

  test('orders versions by their numbers', () => {
    const versions = ['8.0.3.0', '6.5', '2.5u2', '10.0', '2.5', '6.7.3', '2.5u2server', '4.0'];
    expect(versions.sort(compareApiVersions)).toEqual(['2.5', '2.5u2', '2.5u2server', '4.0', '6.5', '6.7.3', '8.0.3.0', '10.0']);
    expect(compareApiVersions('7.0', '7.0.0.0')).toBe(0);
    expect(parseSoapAction('"urn:vim25/8.0.3.0"')).toBe('8.0.3.0');
    expect(parseSoapAction('urn:vim25/6.0')).toBe('6.0');
    expect(parseSoapAction('urn:pbm/1.0')).toBeUndefined();
  });
});
