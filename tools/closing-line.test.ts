import { spawnSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failedChecksVariable } from './closing-line.ts';

const vitest = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');
const reporter = join(import.meta.dirname, 'closing-line.ts');

async function closingLinesOf(tests: string, failedChecks = 0): Promise<string[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'closing-line-'));
  await writeFile(join(folder.path, 'a.test.js'), tests);
  const parameters = [vitest, 'run', '--root', folder.path, '--globals', '--reporter=default', `--reporter=${reporter}`];
  const { stdout } = spawnSync(process.execPath, parameters, { encoding: 'utf8', env: { ...process.env, [failedChecksVariable]: String(failedChecks) } });
  return stdout.trimEnd().split('\n');
}

test('the last line counts, and the tests that did not run are named before it', async () => {
  const lines = await closingLinesOf("test('a', () => {}); test('b', () => { throw new Error('no'); }); test.skip('needs a judge', () => {});");
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 1 skipped');
  expect(lines).toContain('  a.test.js: needs a judge');
});

test('a file that can’t be loaded and a check that failed count as failures', async () => {
  expect((await closingLinesOf("import './not-there.js';")).at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  expect((await closingLinesOf("test('a', () => {});", 2)).at(-1)).toBe('1 passed, 2 failed, 0 skipped');
});
