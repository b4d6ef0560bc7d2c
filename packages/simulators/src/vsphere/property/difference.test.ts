import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Difference, differences } from './difference.ts';

test('equal values differ in nothing', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => differences('p', value, structuredClone(value), true).length === 0));
});

test('without partial updates a change is one assignment of the whole', () => {
  expect(differences('p', { a: 1, b: 2 }, { a: 1, b: 3 }, false)).toEqual([{ path: 'p', op: 'assign', value: { a: 1, b: 3 } }]);
});

test('partial updates name the fields that changed, and elements by their keys', () => {
  const before = {
    $type: 'T',
    same: 1,
    gone: 'x',
    list: [
      { key: 1, v: 1 },
      { key: 2, v: 2 },
    ],
  };
  const after = {
    $type: 'T',
    same: 1,
    fresh: true,
    list: [
      { key: 2, v: 3 },
      { key: 'a.b', v: 4 },
    ],
  };
  expect(differences('p', before, after, true)).toEqual([
    { path: 'p.gone', op: 'assign', value: undefined },
    { path: 'p.list[1]', op: 'remove', value: undefined },
    { path: 'p.list[2]', op: 'assign', value: { key: 2, v: 3 } },
    { path: 'p.list["a.b"]', op: 'add', value: { key: 'a.b', v: 4 } },
    { path: 'p.fresh', op: 'assign', value: true },
  ]);
});

test('whoever applies the partial updates of a data object has the new value', () => {
  const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer())));
  fc.assert(
    fc.property(flat, flat, (before, after) => {
      const applied: Record<string, unknown> = { ...before };
      for (const change of differences('p', before, after, true)) apply(applied, change);
      expect(applied).toEqual({ ...after });
    }),
  );
});

function apply(target: Record<string, unknown>, { path, value }: Difference): void {
  const field = path.split('.')[1]!;
  if (value === undefined) delete target[field];
  else target[field] = value;
}
