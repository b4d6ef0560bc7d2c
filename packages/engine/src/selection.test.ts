import { describe, expect, test } from 'vitest';
import { select } from './selection.ts';

const inventory = [
  { name: 'web01', path: '/East/vm/shop/web01' },
  { name: 'web02', path: '/East/vm/shop/web02' },
  { name: 'db (old)', path: '/East/vm/archive/2023/db (old)' },
  { name: 'WEB03', path: '/West/vm/WEB03' },
];
const names = (patterns: string[], exclude: string[] = []) => select(inventory, { patterns, exclude }).vms.map((vm) => vm.name);

describe('a selection', () => {
  test('takes a plain name', () => expect(names(['web01'])).toEqual(['web01']));
  test('takes a name with characters that mean something in expressions', () => expect(names(['db (old)'])).toEqual(['db (old)']));
  test('takes a pattern over names, whatever the case', () => expect(names(['web0?'])).toEqual(['web01', 'web02', 'WEB03']));
  test('takes a pattern over paths, one level a star', () => expect(names(['/East/vm/*/web*'])).toEqual(['web01', 'web02']));
  test('reaches any depth with two stars', () => expect(names(['/East/**'])).toEqual(['web01', 'web02', 'db (old)']));
  test('leaves out what is excluded', () => expect(names(['web*'], ['/West/**'])).toEqual(['web01', 'web02']));
  test('names a VM once when two patterns fit it', () => expect(names(['web01', 'web*'])).toEqual(['web01', 'web02', 'WEB03']));
  test('takes everything when asked to', () => expect(select(inventory, { all: true, exclude: ['db*'] }).vms).toHaveLength(3));
  test('says which patterns fit nothing', () => expect(select(inventory, { patterns: ['web01', 'mail*'] }).unmatched).toEqual(['mail*']));
  test('does not call a pattern unmatched whose VMs were all excluded', () =>
    expect(select(inventory, { patterns: ['web01'], exclude: ['web01'] })).toEqual({ vms: [], unmatched: [] }));
});
