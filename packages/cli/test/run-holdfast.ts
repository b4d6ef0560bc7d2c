import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const binary = fileURLToPath(new URL('../bin/holdfast.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** told what has been written to standard error so far; may signal the child */
  onStderr?(text: string, signal: (name: NodeJS.Signals) => void): void;
}

/** Runs the real command as a user does, with nothing but the given variables besides the path. */
export async function runHoldfast(arguments_: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [binary, ...arguments_], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...options.variables },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, (name) => child.kill(name));
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, stdout, stderr };
}
