import { type ErrorKind, HoldfastError } from '@holdfast/kit';

/** What a script can tell from the exit code alone. Documented in `--help` and docs/cli.md; a code never changes its meaning. */
export const exitCodes = [
  { code: 0, meaning: 'everything asked for was done' },
  { code: 1, meaning: 'something failed' },
  { code: 2, meaning: 'the command or its configuration is wrong; nothing was done' },
  { code: 3, meaning: 'some VMs failed, others were done' },
  { code: 4, meaning: 'access refused: password, key, certificate or permission' },
  { code: 5, meaning: 'not found' },
  { code: 6, meaning: 'unavailable or overloaded; the same command may pass later' },
  { code: 7, meaning: 'damaged: something is there but is not what was written' },
  { code: 8, meaning: 'a limit was reached: space, size or count' },
  { code: 130, meaning: 'interrupted' },
] as const;

export type ExitCode = (typeof exitCodes)[number]['code'];

const byKind: Readonly<Record<ErrorKind, ExitCode>> = {
  usage: 2,
  access: 4,
  absent: 5,
  unavailable: 6,
  damaged: 7,
  conflict: 1,
  limit: 8,
  cancelled: 130,
  internal: 1,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof HoldfastError) return byKind[error.kind];
  if (error instanceof Error && error.name === 'AbortError') return 130;
  return 1;
}

/** Several VMs in one command: all done 0, some 3, none the code they have in common or 1. An interruption wins over all. */
export function exitCodeOfMany(errors: readonly unknown[], done: number): ExitCode {
  const codes = new Set(errors.map(exitCodeOf));
  if (codes.has(130)) return 130;
  if (codes.size === 0) return 0;
  if (done > 0) return 3;
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : 1;
}
