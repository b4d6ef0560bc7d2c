import { open, rm, stat, writeFile } from 'node:fs/promises';
import type { EstateFile, FileSystemPlace } from './estate.ts';
import { type FileSystemMaker, foldersOf } from './file-system.ts';
import { findTool, runTool } from './machine-tools.ts';

/**
 * XFS with xfsprogs, filled while it is made. Nothing can change one without mounting it: a day's changes make it anew,
 * in the same order and with the same UUID, so that what did not change stays where it was.
 */
export const xfs: FileSystemMaker = {
  kind: 'xfs',
  tools: ['mkfs.xfs'],
  inPartition: false,

  async make(place, files, options) {
    const plan = `${place.image}.proto`;
    await writeFile(plan, protoFile(files));
    try {
      await runTool('mkfs.xfs', ['-q', '-f', '-K', '-m', `uuid=${options.uuid}`, '-p', plan, '-d', `file=1,name=${place.image},size=${place.length}`]);
    } finally {
      await rm(plan);
    }
  },

  async change(place, changes, options) {
    await makeEmpty(place);
    await this.make(place, changes.all, options);
  },

  async check(place) {
    if (findTool('xfs_repair') === undefined) return { verdict: 'unjudged', tool: 'xfs_repair', said: 'xfs_repair is not on this machine' };
    const { code, stdout, stderr } = await runTool('xfs_repair', ['-n', '-f', place.image], { codes: [0, 1, 2] });
    return { verdict: code === 0 ? 'clean' : 'damaged', tool: 'xfs_repair', said: `${stdout}${stderr}`.trim() };
  },
};

async function makeEmpty(place: FileSystemPlace): Promise<void> {
  const { size } = await stat(place.image);
  await using file = await open(place.image, 'r+');
  await file.truncate(0);
  await file.truncate(size);
}

/** The tree as mkfs.xfs reads it: a folder's entries one after the other, each folder closed by `$`. */
function protoFile(files: readonly EstateFile[]): string {
  const entries = new Map<string, string[]>([['', []]]);
  for (const folder of foldersOf(files)) entries.set(folder, []);
  for (const file of files) entries.get(parentOf(file.target))!.push(`${nameOf(file.target)} ---644 0 0 ${file.source}`);
  const render = (folder: string): string[] => [
    ...entries.get(folder)!,
    ...[...entries.keys()].filter((other) => other !== '' && parentOf(other) === folder).flatMap((other) => [`${nameOf(other)} d--755 0 0`, ...render(other)]),
    '$',
  ];
  return ['/dev/null', '0 0', 'd--755 0 0', ...render(''), ''].join('\n');
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
