import { expect, test } from 'vitest';
import { elementKey, parsePath } from './path.ts';

test.for([
  ['name', [{ field: 'name' }]],
  ['config.hardware.device[4000].backing', [{ field: 'config' }, { field: 'hardware' }, { field: 'device' }, { key: '4000' }, { field: 'backing' }]],
  ['config.extraConfig["disk.EnableUUID"].value', [{ field: 'config' }, { field: 'extraConfig' }, { key: 'disk.EnableUUID' }, { field: 'value' }]],
] as const)('%s is taken apart', ([path, steps]) => {
  expect(parsePath(path)).toEqual(steps);
});

test.for(['', '.', 'a..b', 'a.', '[1]', 'a[', 'a[]', 'a b'])('“%s” is no property path', (path) => {
  expect(() => parsePath(path)).toThrow('Invalid property');
});

test('elements of arrays are addressed by key, by reference, or by themselves', () => {
  expect(elementKey({ key: 7 })).toBe('7');
  expect(elementKey({ key: { type: 'HostSystem', value: 'host-1' } })).toBe('host-1');
  expect(elementKey({ type: 'VirtualMachine', value: 'vm-1' })).toBe('vm-1');
  expect(elementKey('text')).toBe('text');
  expect(elementKey({ name: 'without a key' })).toBeUndefined();
});
