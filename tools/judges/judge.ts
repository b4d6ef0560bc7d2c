import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where `npm run judges` puts what it builds. */
export const judgesFolder: string = join(import.meta.dirname, '..', '..', '.judges');

/**
 * The path of an independent program that judges us: one built by `npm run judges`, or else one of that name
 * on PATH (qemu-img, e2fsck, …). `undefined` when this machine has neither; a test then skips itself, visibly:
 *
 *     test.skipIf(judge('versitygw') === undefined)('versitygw accepts …', …)
 */
export function judge(name: string): string | undefined {
  if (!/^[A-Za-z0-9._+-]+$/.test(name)) throw new TypeError(`not a program name: ${name}`);
  const folders = [join(judgesFolder, 'bin'), ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
