import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';
import { estateErrors } from './errors.ts';
import type { EstateFile, FileSystemPlace } from './estate.ts';
import { type FileChanges, type FileSystemMaker, foldersOf, type MakeOptions } from './file-system.ts';
import { findTool, runTool } from './machine-tools.ts';

/** ext4 with e2fsprogs: `debugfs` writes into an image as the kernel would, at any offset, without mounting. */
export const ext4: FileSystemMaker = {
  kind: 'ext4',
  tools: ['mke2fs', 'debugfs'],
  inPartition: true,

  async make(place, files, options) {
    const features = options.variant === 'small-blocks' ? ['-O', '^has_journal,^64bit,^metadata_csum'] : [];
    const extended = `offset=${place.offset},lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0,hash_seed=${options.uuid}`;
    const size = `${Math.floor(place.length / 1024)}k`;
    const blockBytes = String(blockBytesOf(options));
    await runTool('mke2fs', ['-q', '-F', '-t', 'ext4', '-b', blockBytes, '-U', options.uuid, '-E', extended, ...features, place.image, size]);
    await debugfs(place, [...foldersOf(files).map((folder) => `mkdir "/${folder}"`), ...files.map(writeCommand)]);
  },

  async change(place, changes, options) {
    await debugfs(place, [
      ...[...changes.remove, ...changes.replace.map((file) => file.target)].map((target) => `rm "/${target}"`),
      ...changes.folders.map((folder) => `mkdir "/${folder}"`),
      ...[...changes.replace, ...changes.add].map(writeCommand),
    ]);
    await overwrite(place, changes.patch, blockBytesOf(options));
  },

  async check(place) {
    if (findTool('e2fsck') === undefined) return { verdict: 'unjudged', tool: 'e2fsck', said: 'e2fsck is not on this machine' };
    const { code, stdout, stderr } = await runTool('e2fsck', ['-f', '-n', imageName(place)], { codes: [0, 1, 2, 4, 8, 12] });
    return { verdict: code === 0 ? 'clean' : 'damaged', tool: 'e2fsck', said: `${stdout}${stderr}`.trim() };
  },
};

function imageName(place: FileSystemPlace): string {
  return place.offset === 0 ? place.image : `${place.image}?offset=${place.offset}`;
}

function blockBytesOf(options: MakeOptions): number {
  return options.variant === 'small-blocks' ? 1024 : 4096;
}

function writeCommand(file: EstateFile): string {
  return `write "${file.source}" "/${file.target}"`;
}

/** debugfs ends with 0 whatever happened; it tells of failures in lines of their own. Returns those lines of its answer that are no echo. */
async function debugfs(place: FileSystemPlace, commands: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await runTool('debugfs', ['-w', '-f', '-', imageName(place)], { input: `${commands.join('\n')}\n` });
  const failures = stderr.split('\n').filter((line) => line !== '' && !/^debugfs \d/.test(line));
  if (failures.length > 0) {
    throw estateErrors.create('ESTATE_TOOL_FAILED', `debugfs could not do everything in ${place.image}: ${failures.slice(0, 5).join('; ')}`, {
      subject: { tool: 'debugfs' },
    });
  }
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('debugfs: ') && !line.startsWith('Allocated inode'));
}

/** As a database writes its pages: the bytes change where they lie, the file system learns nothing of it. */
async function overwrite(place: FileSystemPlace, patches: FileChanges['patch'], blockBytes: number): Promise<void> {
  if (patches.length === 0) return;
  const blocks = patches.flatMap(({ file, offset, length }) =>
    Array.from({ length: Math.ceil(length / blockBytes) }, (_, index) => ({
      file,
      offset: offset + index * blockBytes,
      length: Math.min(blockBytes, length - index * blockBytes),
    })),
  );
  const physical = (
    await debugfs(
      place,
      blocks.map(({ file, offset }) => `bmap "/${file.target}" ${Math.floor(offset / blockBytes)}`),
    )
  ).map(Number);
  if (physical.length !== blocks.length || physical.some((block) => !(block > 0))) {
    throw estateErrors.create('ESTATE_TOOL_FAILED', `debugfs did not say where ${blocks.length} blocks of ${place.image} are`, {
      subject: { tool: 'debugfs' },
    });
  }
  await using image = await open(place.image, 'r+');
  for (const [index, { file, offset, length }] of blocks.entries()) {
    await using source = await open(file.source, 'r');
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await source.read(bytes, 0, length, offset);
    await image.write(bytes, 0, bytesRead, place.offset + physical[index]! * blockBytes + (offset % blockBytes));
  }
}
