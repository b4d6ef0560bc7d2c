import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** One file of the project, path relative to its root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A broken rule of the house, at a place that an editor can jump to. */
export interface Violation {
  readonly path: string;
  /** from 1 */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

const binary = /\.(png|jpg|gif|ico|gz|zst|vmdk|qcow2|bin|woff2)$/;

/** Every text file that git tracks or would track. */
export async function projectFiles(root: string): Promise<SourceFile[]> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 64 << 20 });
  const paths = [...new Set(stdout.split('\0'))].filter((path) => path !== '' && !binary.test(path)).sort();
  const files = await Promise.all(
    paths.map(async (path) => {
      // Deleted but not yet committed: git still lists it.
      const text = await readFile(`${root}/${path}`, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : { path, text };
    }),
  );
  return files.filter((file) => file !== undefined);
}

export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

export function isTest(path: string): boolean {
  return /\.test\.ts$/.test(path) || /^packages\/[^/]+\/test\//.test(path);
}

export function printViolations(violations: readonly Violation[]): string {
  return violations.map(({ path, line, rule, message }) => `${path}:${line}  ${rule}: ${message}`).join('\n');
}
