import { createHash } from 'node:crypto';
import { copyFile, link, lstat, mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { measure } from './measure.ts';

/** Where a Linux machine keeps programs, libraries and documents: what a server's disk is full of. */
const folders = ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/libexec', '/usr/share', '/usr/include', '/etc', '/var/lib/dpkg'];
const share = 0.8;
const inodeBytes = 2 * 256;
const fileBytesMax = 512 * 1024 * 1024;

/** A raw ext4 image made of this machine's own files, four fifths full where there are enough of them. Built once for each size. */
export async function buildImage(scratch: string, bytes: number): Promise<string> {
  const image = join(scratch, `image-${bytes}.raw`);
  if (await stat(image).catch(() => undefined)) return image;
  const staging = join(scratch, 'staging');
  await rm(staging, { recursive: true, force: true });
  const files = await stage(staging, bytes * share);
  const unfinished = `${image}.unfinished`;
  await writeFile(unfinished, '');
  await truncate(unfinished, bytes);
  const environment = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  await measure({ file: 'mke2fs', parameters: ['-q', '-t', 'ext4', '-m', '0', '-N', String(2 * files + 1000), '-d', staging, unfinished], environment });
  await rm(staging, { recursive: true, force: true });
  await rename(unfinished, image);
  return image;
}

/** Fills a folder with links to (or copies of) files, chosen by the hash of their path until the budget is used: a fair sample, the same every time. Returns how many. */
async function stage(folder: string, budgetBytes: number): Promise<number> {
  const candidates: { path: string; size: number; order: string }[] = [];
  for (const root of folders) {
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const { size } = await lstat(path).catch(() => ({ size: fileBytesMax + 1 }));
      if (size <= fileBytesMax) candidates.push({ path, size, order: createHash('sha1').update(path).digest('hex') });
    }
  }
  let used = 0;
  let files = 0;
  for (const { path, size } of candidates.sort((a, b) => (a.order < b.order ? -1 : 1))) {
    if (used + size > budgetBytes) continue;
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const staged = await link(path, target).catch(() => copyFile(path, target).catch(() => 'unreadable'));
    if (staged === 'unreadable') continue;
    used += Math.ceil(size / 4096) * 4096 + inodeBytes;
    files++;
  }
  return files;
}
