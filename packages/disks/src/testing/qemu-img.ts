import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { judge } from '../../../../tools/judges/judge.ts';

const run = promisify(execFile);

/** The independent reader of disk formats; tests that need it skip themselves when it isn't installed. */
export const qemuImg: string | undefined = judge('qemu-img');

/** Throws, with what qemu-img says, when it objects. */
export async function runQemuImg(...words: string[]): Promise<string> {
  const { stdout } = await run(qemuImg as string, words, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
