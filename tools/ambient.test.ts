import { expect, test } from 'vitest';
import { checkAmbient } from './ambient.ts';

const lines = (path: string, text: string) => checkAmbient([{ path, text }]).map(({ line }) => line);

test('a clock or chance taken from the air is found in product code', () => {
  expect(lines('packages/vault/src/a.ts', 'const x = 1;\nconst t = Date.now();\nsetTimeout(f, 5);\nMath.random();')).toEqual([2, 3, 4]);
});

test('tests, entry points, comments and lines that say why are left alone', () => {
  expect(lines('packages/vault/src/a.test.ts', 'Date.now();')).toEqual([]);
  expect(lines('packages/cli/src/main.ts', 'Date.now();')).toEqual([]);
  expect(lines('packages/vault/src/a.ts', '// not Date.now()\nclock.now(); new Date(0);')).toEqual([]);
  expect(lines('packages/vault/src/a.ts', 'setTimeout(f, 5); // ambient: the socket has its own timer')).toEqual([]);
  expect(lines('packages/vault/src/a.ts', 'setTimeout(f, 5); // ambient:')).toEqual([1]);
});
