/**
 * `npm test`: installs the independent judges, checks the code, then runs the tests.
 * Parameters go to vitest: `npm test -- packages/vault`. Ends with `N passed, N failed, N skipped`, failed checks included.
 */
import { spawn } from 'node:child_process';
import { runChecks } from './check.ts';
import { failedChecksVariable } from './closing-line.ts';

const root = process.cwd();

/** Runs one of the project's commands with its output on ours; resolves to its exit code. */
function run(file: string, parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...environment } });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

const judges = await run(process.execPath, ['tools/judges/install.ts']);
console.log('');
const failedChecks = (await runChecks(root)) + (judges === 0 ? 0 : 1);
if (judges !== 0) console.log('FAILED judges: what could not be installed is named above; the tests that need it are skipped');

const tests = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  [failedChecksVariable]: String(failedChecks),
});
process.exitCode = tests !== 0 || failedChecks > 0 ? 1 : 0;
