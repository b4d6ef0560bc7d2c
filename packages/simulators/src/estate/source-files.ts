import { accessSync, constants, lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { estateErrors } from './errors.ts';
import type { EstateFile } from './estate.ts';

const fileBytesMax = 32 * 1024 * 1024;
const filesMax = 60_000;
const smallFileBytes = 4096;
const smallFilesTakenOneIn = 8;

/** Where real files are. Programs and their data only: nothing of this machine's own configuration or of its users. */
export function sourceRoots(): string[] {
  return [
    '/usr/bin',
    '/usr/sbin',
    '/usr/lib',
    '/usr/share',
    join(import.meta.dirname, '../../../../node_modules'),
    '/usr/local/lib',
    '/usr/include',
    '/usr/libexec',
  ];
}

/**
 * Real files in a fixed order, until they make `bytes` together; no root gives more than `rootShare` of that on the first round.
 * A machine with fewer files gives them again, under another folder.
 */
export async function collectFiles(roots: readonly string[], bytes: number, rootShare = 0.35): Promise<EstateFile[]> {
  const walks = roots.map((root) => ({ root, files: walk(root, '') }));
  const found: EstateFile[] = [];
  let total = 0;
  for (const share of [rootShare, 1]) {
    for (const { root, files } of walks) {
      for (let taken = 0; taken < bytes * share && total < bytes && found.length < filesMax; ) {
        const next = await files.next();
        if (next.done === true) break;
        const { path, size } = next.value;
        found.push({ source: join(root, path), target: join(root.startsWith('/usr') ? root.slice(1) : 'srv/app/node_modules', path), size });
        taken += size;
        total += size;
      }
    }
  }
  if (found.length < 100) throw estateErrors.create('ESTATE_FILES_ABSENT', `only ${found.length} files can be read in ${roots.join(', ')}`);
  const once = found.length;
  for (let copy = 2; total < bytes; copy++) {
    for (let index = 0; index < once && total < bytes; index++) {
      const file = found[index]!;
      found.push({ ...file, target: `copies/${copy}/${file.target}` });
      total += file.size;
    }
  }
  return found;
}

/**
 * Readable plain files by name, folder by folder. Names that would need quoting in any of the tools are left out, and most of the
 * very small files: they are three in four of all, and cost the tools more time than they bring bytes.
 */
async function* walk(root: string, below: string): AsyncGenerator<{ path: string; size: number }> {
  // A folder that is not there or not ours to read gives nothing: the estate is made of what can be had.
  const names = await readdir(join(root, below)).catch(() => []);
  names.sort();
  for (const [index, name] of names.entries()) {
    if (!/^[A-Za-z0-9_+][A-Za-z0-9_.+-]*$/.test(name)) continue;
    const path = join(below, name);
    // One folder's worth of synchronous calls; a promise for each of 60,000 files takes ten times as long.
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) yield* walk(root, path);
    else if (stats?.isFile() === true && worthTaking(stats.size, index) && readable(join(root, path))) yield { path, size: stats.size };
  }
}

function worthTaking(size: number, index: number): boolean {
  return size >= smallFileBytes ? size <= fileBytesMax : size > 0 && index % smallFilesTakenOneIn === 0;
}

function readable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
