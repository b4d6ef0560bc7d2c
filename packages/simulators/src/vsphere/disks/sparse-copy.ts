import { constants, copyFile, open, stat } from 'node:fs/promises';
import { dataRanges } from './data-ranges.ts';
import { readWhole, writeWhole } from './whole-io.ts';
import { isZero } from './zeros.ts';

const blockBytes = 64 * 1024;
const windowBytes = 1024 * 1024;

/** Copies a file: as a clone that shares its blocks where the file system can, else without its holes and zeros. */
export async function copySparse(from: string, to: string): Promise<void> {
  try {
    return await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    // No clones here: whatever else stood in the way, the copy below meets it too and reports it.
  }
  const { size } = await stat(from);
  await using source = await open(from, 'r');
  await using target = await open(to, 'w');
  await target.truncate(size);
  const buffer = new Uint8Array(windowBytes);
  for (const range of await dataRanges(from)) {
    const end = range.start + range.length;
    for (let start = range.start; start < end; start += windowBytes) {
      const window = buffer.subarray(0, Math.min(windowBytes, end - start));
      await readWhole(source, window, start, from);
      for (let at = 0; at < window.length; at += blockBytes) {
        const block = window.subarray(at, at + blockBytes);
        if (!isZero(block)) await writeWhole(target, block, start + at);
      }
    }
  }
}
