import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
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

/** Every text file that git tracks or would track; in a tree without git, every file that isn't installed or built. */
export async function projectFiles(root: string): Promise<SourceFile[]> {
  const paths = [...new Set(await listedPaths(root))].filter((path) => path !== '' && !binary.test(path)).sort();
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

async function listedPaths(root: string): Promise<string[]> {
  if (!existsSync(`${root}/.git`)) return await walkedPaths(root);
  // A build server's checkout may belong to another user.
  const parameters = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const { stdout } = await promisify(execFile)('git', parameters, { cwd: root, maxBuffer: 64 << 20 });
    return stdout.split('\0');
  } catch (error) {
    // The clone may have come from elsewhere, to a machine without git.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return await walkedPaths(root);
  }
}

async function walkedPaths(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  return paths.filter((path) => !/(^|\/)(\.git|node_modules|\.judges|\.scratch|\.vitest|coverage)\//.test(path));
}

export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Tests, and what is written for them alone: `x.test.ts`, `x.testing.ts`, `test/`, `src/…/testing/`. */
export function isTest(path: string): boolean {
  return /\.(test|testing)\.ts$/.test(path) || /^packages\/[^/]+\/(test|src\/(.+\/)?testing)\//.test(path);
}

export function printViolations(violations: readonly Violation[]): string {
  return violations.map(({ path, line, rule, message }) => `${path}:${line}  ${rule}: ${message}`).join('\n');
}
