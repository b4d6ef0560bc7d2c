import type { EstateFile, FileSystemPlace } from './estate.ts';
import { type FileSystemMaker, foldersOf } from './file-system.ts';
import { findTool, runTool } from './machine-tools.ts';
import { withPartition } from './partition-copy.ts';

/** A command line holds about 2 MiB; paths here are short of 300 bytes each. */
const filesAtOnce = 500;

/** FAT with dosfstools and mtools, which reach into an image at any offset. */
export const fat32: FileSystemMaker = {
  kind: 'fat32',
  tools: ['mkfs.vfat', 'mcopy', 'mmd', 'mdel'],
  inPartition: true,

  async make(place, files, options) {
    const sectors = place.length / 512;
    const volume = options.uuid.slice(0, 8);
    await runTool('mkfs.vfat', ['-F', '32', '-i', volume, '-n', 'FILES', '--offset', String(place.offset / 512), place.image, String(Math.floor(sectors / 2))]);
    for (const batch of batches(foldersOf(files))) await mtool('mmd', place, batch.map(dosPath));
    await copyIn(place, files);
  },

  async change(place, changes) {
    for (const batch of batches(changes.remove)) await mtool('mdel', place, batch.map(dosPath));
    for (const batch of batches(changes.folders)) await mtool('mmd', place, batch.map(dosPath));
    await copyIn(place, [...changes.replace, ...changes.add]);
  },

  async check(place) {
    if (findTool('fsck.fat') === undefined) return { verdict: 'unjudged', tool: 'fsck.fat', said: 'fsck.fat is not on this machine' };
    return await withPartition(place, async (file) => {
      const { code, stdout, stderr } = await runTool('fsck.fat', ['-n', file], { codes: [0, 1, 2] });
      return { verdict: code === 0 ? 'clean' : 'damaged', tool: 'fsck.fat', said: `${stdout}${stderr}`.trim() };
    });
  },
};

/** mcopy keeps names when it copies into a folder; a name that differs needs a call of its own. */
async function copyIn(place: FileSystemPlace, files: readonly EstateFile[]): Promise<void> {
  const calls = new Map<string, string[]>();
  for (const { source, target } of files) {
    const folder = target.slice(0, target.lastIndexOf('/') + 1);
    const destination = source.endsWith(`/${target.slice(folder.length)}`) ? folder : target;
    calls.set(destination, [...(calls.get(destination) ?? []), source]);
  }
  for (const [destination, sources] of calls) {
    for (const batch of batches(sources)) await mtool('mcopy', place, ['-D', 'o', '-Q', ...batch, dosPath(destination)]);
  }
}

async function mtool(name: string, place: FileSystemPlace, args: readonly string[]): Promise<void> {
  await runTool(name, ['-i', `${place.image}@@${place.offset}`, ...args], { environment: { MTOOLS_SKIP_CHECK: '1' } });
}

function dosPath(target: string): string {
  return `::/${target}`;
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += filesAtOnce) yield items.slice(at, at + filesAtOnce);
}
