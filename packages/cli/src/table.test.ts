import { expect, test } from 'vitest';
import { renderTable } from './table.ts';

test('columns are as wide as what stands in them', () => {
  expect(
    renderTable(
      [{ title: 'VM' }, { title: 'read', align: 'right' }],
      [
        ['web01', '1 B'],
        ['d', '1.5 GiB'],
      ],
    ),
  ).toBe(['VM        read', '─────  ───────', 'web01      1 B', 'd      1.5 GiB'].join('\n'));
});
