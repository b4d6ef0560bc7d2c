import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { estateErrors } from './errors.ts';

/** Enough of a program's output to say what went wrong. */
const outputBytesMax = 32 * 1024 * 1024;

/** The path of a program of this machine. File system tools lie in folders that are not on every user's PATH. */
export function findTool(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export function hasTools(...names: readonly string[]): boolean {
  return names.every((name) => findTool(name) !== undefined);
}

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly input?: string;
  /** Exit codes that are fine; 0 alone when absent. */
  readonly codes?: readonly number[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. @throws `ESTATE_TOOL_ABSENT`, `ESTATE_TOOL_FAILED` */
export async function runTool(name: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const path = findTool(name);
  if (path === undefined) throw estateErrors.create('ESTATE_TOOL_ABSENT', `${name} is not on this machine`, { subject: { tool: name } });
  // Their messages are read: in English, whatever the user speaks.
  const child = spawn(path, args, { env: { ...process.env, LC_ALL: 'C', ...options.environment }, stdio: 'pipe' });
  const collect = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      if (collect[stream].length < outputBytesMax) collect[stream] += text;
    });
  }
  child.stdin.on('error', () => undefined); // a program that doesn't read its input to the end says why itself
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  if (!(options.codes ?? [0]).includes(code)) {
    const said = (collect.stderr.trim() || collect.stdout.trim()).slice(-2000);
    throw estateErrors.create('ESTATE_TOOL_FAILED', `${name} ended with ${code}: ${said}`, { subject: { tool: name } });
  }
  return { code, ...collect };
}
