import { chmod, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Replaces a small file in one step: a reader, or a process after a crash, finds the old text or the new one. */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.new`);
  await writeFile(draft, content);
  await chmod(draft, mode);
  await rename(draft, path);
}
