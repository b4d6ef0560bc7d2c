import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './file-errors.ts';
import { decodeName, temporaryFolderName } from './names.ts';

export interface FolderEntry {
  /** file name on disk */
  readonly name: string;
  /** the part of the key it stands for; ends with `/` for a folder, which gives the order of whole keys */
  readonly part: string;
}

/**
 * The entries of one folder that belong to keys, in ascending order of key, starting with those that are at least `from`.
 * Holds at most `2 × held` names: a larger folder is read several times, each time keeping the next smallest.
 * A folder that isn't there has no entries.
 */
export async function* sortedFolder(folder: string, from: string, held = 65_536): AsyncIterable<FolderEntry> {
  let after: string | undefined;
  for (;;) {
    const { smallest, complete } = await nextSmallest(folder, (part) => (after === undefined ? part >= from : part > after), held);
    yield* smallest;
    if (complete) return;
    after = smallest.at(-1)!.part;
  }
}

async function nextSmallest(folder: string, wanted: (part: string) => boolean, held: number): Promise<{ smallest: FolderEntry[]; complete: boolean }> {
  let entries: FolderEntry[] = [];
  let complete = true;
  const trim = () => {
    entries.sort((a, b) => (a.part < b.part ? -1 : 1));
    if (entries.length > held) complete = false;
    entries = entries.slice(0, held);
  };
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      const part = decodeName(entry.name);
      if (part === undefined || entry.name === temporaryFolderName) continue;
      const entryPart = (await isFolder(folder, entry)) ? `${part}/` : part;
      if (wanted(entryPart)) entries.push({ name: entry.name, part: entryPart });
      if (entries.length >= 2 * held) trim();
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
  }
  trim();
  return { smallest: entries, complete };
}

async function isFolder(folder: string, entry: Dirent): Promise<boolean> {
  // Some file systems don't tell the kind of an entry, and a folder may have been moved elsewhere behind a link.
  if (entry.isFile() || entry.isDirectory()) return entry.isDirectory();
  const found = await stat(join(folder, entry.name)).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  return found?.isDirectory() ?? false;
}
