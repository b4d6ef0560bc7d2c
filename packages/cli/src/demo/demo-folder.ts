import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cliErrors } from '../errors.ts';

export interface DemoFolder extends AsyncDisposable {
  readonly path: string;
  /** stays when the demo has ended */
  readonly kept: boolean;
}

/**
 * Where the demo works: a new folder, removed at the end unless it is to be kept.
 *
 * @throws `CLI_FILE_EXISTS` when the folder named has something in it
 */
export async function openDemoFolder({ folder, keep }: { readonly folder?: string; readonly keep?: boolean }): Promise<DemoFolder> {
  const kept = folder !== undefined || keep === true;
  const path = folder === undefined ? await mkdtemp(join(tmpdir(), 'holdfast-demo-')) : resolve(folder);
  if (folder !== undefined) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if ((await readdir(path)).length > 0)
      throw cliErrors.create('CLI_FILE_EXISTS', `${path} is not empty`, { did: 'it was left as it is', subject: { file: path } });
  }
  return {
    path,
    kept,
    [Symbol.asyncDispose]: async () => {
      if (!kept) await rm(path, { recursive: true, force: true });
    },
  };
}
