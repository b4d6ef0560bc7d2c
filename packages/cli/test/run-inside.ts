import { systemClock, systemRandom } from '@holdfast/kit';
import { runCommand } from '../src/program.ts';
import type { Ran } from './run-holdfast.ts';

/** Runs a command in this process, which is quicker than starting one. Paths have to be whole; there is nobody to ask. */
export async function runInside(arguments_: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const stream = (take: (text: string) => void) =>
    ({
      isTTY: false,
      write: (text: string) => {
        take(text);
        return true;
      },
    }) as never;
  const code = await runCommand(arguments_, {
    variables: { HOLDFAST_CONFIG: undefined, ...variables },
    stdin: { isTTY: false } as never,
    stdout: stream((text) => {
      stdout += text;
    }),
    stderr: stream((text) => {
      stderr += text;
    }),
    clock: systemClock,
    random: systemRandom,
    host: 'test',
    version: '0',
    signal: new AbortController().signal,
  });
  return { code, stdout, stderr };
}
