/**
 * Everything that can be told without running the product: types, style, walls, unused code, and small rules about the files.
 * Prints one line per check and the findings of those that fail.
 */
import { execFile } from 'node:child_process';
import { checkAmbient } from './ambient.ts';
import { checkBoundaries } from './boundaries.ts';
import { printViolations, projectFiles, type Violation } from './source-file.ts';
import { checkTexts, machineNames } from './texts.ts';

interface Outcome {
  readonly name: string;
  readonly seconds: number;
  /** empty when the check passed */
  readonly findings: string;
}

/** Runs all checks at once, prints the summary, and returns how many failed. */
export async function runChecks(root: string): Promise<number> {
  const files = await projectFiles(root);
  const outcomes = await Promise.all([
    command('types', root, 'tsc', ['--noEmit', '-p', 'tsconfig.json']),
    command('lint and format', root, 'biome', ['check', '--diagnostic-level=warn', '--reporter=summary', '.']),
    command('unused code', root, 'knip', ['--no-progress', '--no-config-hints']),
    command('errors page', root, process.execPath, ['tools/errors-page.ts', '--check']),
    rules('boundaries', () => checkBoundaries(files)),
    rules('ambient time and chance', () => checkAmbient(files)),
    rules('texts and links', () => checkTexts(files, machineNames(process.env, root))),
  ]);
  for (const { name, seconds, findings } of outcomes) {
    console.log(`${findings === '' ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
    if (findings !== '') console.log(`${findings}\n`);
  }
  return outcomes.filter(({ findings }) => findings !== '').length;
}

function command(name: string, root: string, file: string, parameters: string[]): Promise<Outcome> {
  const started = performance.now();
  const path = `${root}/node_modules/.bin:${process.env.PATH}`;
  return new Promise((resolve) => {
    execFile(file, parameters, { cwd: root, env: { ...process.env, PATH: path, NO_COLOR: '1' }, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      const findings = error === null ? '' : `${stdout}${stderr}`.trim() || error.message;
      resolve({ name, seconds: (performance.now() - started) / 1000, findings });
    });
  });
}

async function rules(name: string, check: () => Violation[]): Promise<Outcome> {
  const started = performance.now();
  const findings = printViolations(check());
  return { name, seconds: (performance.now() - started) / 1000, findings };
}

if (import.meta.main) {
  const failed = await runChecks(process.cwd());
  process.exitCode = failed > 0 ? 1 : 0;
}
