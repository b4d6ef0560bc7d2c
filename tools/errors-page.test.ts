import { expect, test } from 'vitest';
import { renderErrorsPage } from './errors-page.ts';

const gone = { kind: 'absent', meaning: 'It | is gone.', advice: 'Look for it.' } as const;

test('every code of every room has a row that can be linked to', () => {
  const page = renderErrorsPage(new Map([['store', { B_CODE: gone, A_CODE: gone }]]));
  expect(page).toContain('## store\n');
  expect(page).toContain('| <a id="a_code"></a>`A_CODE` | absent | It \\| is gone. | Look for it. |');
  expect(page.indexOf('A_CODE')).toBeLessThan(page.indexOf('B_CODE'));
});

test('one code can’t belong to two rooms', () => {
  expect(() =>
    renderErrorsPage(
      new Map([
        ['store', { SAME: gone }],
        ['vault', { SAME: gone }],
      ]),
    ),
  ).toThrow('SAME is defined by store and by vault');
});
