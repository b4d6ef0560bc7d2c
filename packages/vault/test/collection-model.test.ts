import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';

const python = judge('python3');

test.skipIf(python === undefined)('the model of collection is safe, every mutant loses, and the document shows what it prints', { timeout: 300_000 }, () => {
  const printed = execFileSync(python!, [join(import.meta.dirname, '../model/collection_model.py'), '--quick'], { encoding: 'utf8' });
  const document = readFileSync(join(import.meta.dirname, '../../../docs/collection.md'), 'utf8').split('\n');
  const rows = printed.split('\n').filter((line) => line !== '');
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) expect(document).toContain(row);
});
