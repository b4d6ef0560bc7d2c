import { basename } from 'node:path';
import type { EstateFile, FileSystemPlace } from './estate.ts';
import type { FileSystemMaker } from './file-system.ts';
import { findTool, runTool } from './machine-tools.ts';

/** NTFS with ntfs-3g's tools. They know no offset, no folders and no removal: the whole disk, files side by side, and days on which nothing goes. */
export const ntfs: FileSystemMaker = {
  kind: 'ntfs',
  tools: ['mkntfs', 'ntfscp'],
  inPartition: false,

  async make(place, files) {
    await runTool('mkntfs', [
      '--quiet',
      '--force',
      '--fast',
      '--label',
      'FILES',
      '--sector-size',
      '512',
      '--partition-start',
      '0',
      '--heads',
      '255',
      '--sectors-per-track',
      '63',
      place.image,
    ]);
    await copyIn(place, files);
  },

  async change(place, changes) {
    await copyIn(place, [...changes.replace, ...changes.add]);
  },

  async check(place) {
    if (findTool('ntfsfix') === undefined) return { verdict: 'unjudged', tool: 'ntfsfix', said: 'ntfsfix is not on this machine' };
    const { code, stdout, stderr } = await runTool('ntfsfix', ['--no-action', place.image], { codes: [0, 1] });
    return { verdict: code === 0 ? 'clean' : 'damaged', tool: 'ntfsfix', said: `${stdout}${stderr}`.trim() };
  },
};

async function copyIn(place: FileSystemPlace, files: readonly EstateFile[]): Promise<void> {
  for (const file of files) await runTool('ntfscp', ['--quiet', '--force', place.image, file.source, `/${basename(file.target)}`]);
}
