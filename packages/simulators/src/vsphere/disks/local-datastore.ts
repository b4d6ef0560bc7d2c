import { createReadStream, type Dirent, type Stats } from 'node:fs';
import { link, lstat, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Datastore, DatastoreFile, FileRange } from './datastore.ts';
import { checkedPath, formatDatastorePath, parseDatastorePath, refused } from './datastore-path.ts';
import { storageErrors } from './errors.ts';
import { copySparse } from './sparse-copy.ts';
import { writeWhole } from './whole-io.ts';

/** Makes the directory when it isn't there. */
export async function openDatastore(name: string, folder: string): Promise<Datastore> {
  parseDatastorePath(`[${name}]`);
  await mkdir(folder, { recursive: true });
  return new LocalDatastore(name, folder);
}

let drafts = 0;

class LocalDatastore implements Datastore {
  readonly name: string;
  readonly folder: string;

  constructor(name: string, folder: string) {
    this.name = name;
    this.folder = folder;
  }

  async space(): Promise<{ readonly capacity: number; readonly free: number }> {
    const { blocks, bavail, bsize } = await statfs(this.folder);
    return { capacity: blocks * bsize, free: bavail * bsize };
  }

  pathOf(path: string): string {
    return formatDatastorePath({ datastore: this.name, path: this.#inner(path) });
  }

  localPath(path: string): string {
    return join(this.folder, this.#inner(path));
  }

  async stat(path: string): Promise<DatastoreFile | undefined> {
    const inner = this.#inner(path);
    const stats = await this.#lstat(inner);
    return stats === undefined ? undefined : describe(inner, stats);
  }

  async list(path: string, options: { readonly deep?: boolean } = {}): Promise<readonly DatastoreFile[]> {
    const inner = this.#inner(path);
    if ((await this.#present(inner)).isFile()) throw this.#absent(inner, 'is a file and no folder');
    const files: DatastoreFile[] = [];
    const entries: Dirent[] = await readdir(join(this.folder, inner), { withFileTypes: true });
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.') || !(entry.isFile() || entry.isDirectory())) continue;
      const below = inner === '' ? entry.name : `${inner}/${entry.name}`;
      const stats = await this.#lstat(below);
      if (stats === undefined) continue;
      files.push(describe(below, stats));
      if (options.deep === true && entry.isDirectory()) files.push(...(await this.list(below, options)));
    }
    return files;
  }

  async read(path: string, range?: FileRange): Promise<Readable> {
    const inner = this.#inner(path);
    const { size } = await this.#presentFile(inner);
    if (range !== undefined && !(range.first >= 0 && range.first <= range.last && range.last < size)) {
      throw storageErrors.create('DATASTORE_FILE_TOO_LONG', `bytes ${range.first} to ${range.last} do not lie inside ${this.pathOf(inner)} of ${size} bytes`);
    }
    const file = await open(join(this.folder, inner), 'r');
    // Opened before it is handed out: a merge may delete the name while somebody still reads.
    return createReadStream('', { fd: file, highWaterMark: 256 * 1024, ...(range === undefined ? {} : { start: range.first, end: range.last }) });
  }

  async put(path: string, body: AsyncIterable<Uint8Array> | Uint8Array, options: { readonly ifAbsent?: boolean } = {}): Promise<number> {
    const inner = this.#inner(path);
    await this.#placeFor(inner, options.ifAbsent !== true);
    const draft = this.#draftOf(inner);
    try {
      const size = await writeFile(draft, body);
      await this.#arrive(draft, inner, options.ifAbsent !== true);
      return size;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async makeFolder(path: string, options: { readonly parents?: boolean } = {}): Promise<void> {
    const inner = this.#inner(path);
    if ((await this.#lstat(inner)) !== undefined) throw this.#exists(inner);
    if (options.parents !== true) await this.#parentOf(inner);
    await mkdir(join(this.folder, inner), { recursive: true });
  }

  async delete(path: string): Promise<void> {
    const inner = this.#inner(path);
    if (inner === '') throw refused(path, 'it is the whole datastore');
    await this.#present(inner);
    await rm(join(this.folder, inner), { recursive: true });
  }

  async move(from: string, to: string, options: { readonly replace?: boolean } = {}): Promise<void> {
    const source = this.#inner(from);
    const target = this.#inner(to);
    if (source === '' || target === source || target.startsWith(`${source}/`)) throw refused(to, `${this.pathOf(from)} can't be moved there`);
    await this.#present(source);
    await this.#placeFor(target, options.replace === true);
    await rename(join(this.folder, source), join(this.folder, target));
  }

  async copy(from: string, to: string, options: { readonly replace?: boolean } = {}): Promise<void> {
    const source = this.#inner(from);
    const target = this.#inner(to);
    await this.#presentFile(source);
    await this.#placeFor(target, options.replace === true);
    const draft = this.#draftOf(target);
    try {
      await copySparse(join(this.folder, source), draft);
      await this.#arrive(draft, target, options.replace === true);
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** The path from the root, checked. */
  #inner(path: string): string {
    if (!path.startsWith('[')) return checkedPath(path);
    const parsed = parseDatastorePath(path);
    if (parsed.datastore !== this.name) throw refused(path, `it is not of datastore ${this.name}`);
    return parsed.path;
  }

  #draftOf(inner: string): string {
    return join(this.folder, dirname(inner), `.${basename(inner).slice(0, 100)}.${process.pid}.${drafts++}.part`);
  }

  async #arrive(draft: string, inner: string, replace: boolean): Promise<void> {
    const path = join(this.folder, inner);
    if (replace) return await rename(draft, path);
    try {
      await link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw this.#exists(inner);
      throw error;
    }
  }

  /** A file may be made there. */
  async #placeFor(inner: string, replace: boolean): Promise<void> {
    if (inner === '') throw refused(inner, 'it names no file');
    await this.#parentOf(inner);
    const there = await this.#lstat(inner);
    if (there !== undefined && (!replace || there.isDirectory())) throw this.#exists(inner);
  }

  async #parentOf(inner: string): Promise<void> {
    const parent = dirname(inner);
    if (parent !== '.' && !(await this.#present(parent)).isDirectory()) throw this.#absent(parent, 'is a file and no folder');
  }

  async #presentFile(inner: string): Promise<Stats> {
    const stats = await this.#present(inner);
    if (!stats.isFile()) throw this.#absent(inner, 'is a folder and no file');
    return stats;
  }

  async #present(inner: string): Promise<Stats> {
    const stats = await this.#lstat(inner);
    if (stats === undefined) throw this.#absent(inner, 'is not there');
    return stats;
  }

  /** `undefined` when absent. Nothing but files and folders is ours, on the whole way. */
  async #lstat(inner: string): Promise<Stats | undefined> {
    try {
      if (inner === '') return await stat(this.folder);
      const parts = inner.split('/');
      for (const [index] of parts.entries()) {
        const stats = await lstat(join(this.folder, ...parts.slice(0, index + 1)));
        if (!stats.isFile() && !stats.isDirectory()) throw refused(inner, 'it leads over something that is neither file nor folder');
        if (index === parts.length - 1) return stats;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
    return undefined;
  }

  #absent(inner: string, what: string): Error {
    return storageErrors.create('DATASTORE_FILE_ABSENT', `${this.pathOf(inner)} ${what}`, { subject: { file: this.pathOf(inner) } });
  }

  #exists(inner: string): Error {
    return storageErrors.create('DATASTORE_FILE_EXISTS', `${this.pathOf(inner)} is there already`, { subject: { file: this.pathOf(inner) } });
  }
}

function describe(path: string, stats: Stats): DatastoreFile {
  const folder = stats.isDirectory();
  return {
    name: basename(path),
    path,
    type: folder ? 'folder' : typeOf(path),
    size: folder ? 0 : stats.size,
    uniqueSize: folder ? 0 : stats.blocks * 512,
    modified: stats.mtimeMs,
  };
}

function typeOf(path: string): DatastoreFile['type'] {
  if (/-(?:flat|delta|ctk|sesparse)\.vmdk$/.test(path)) return 'extent';
  if (path.endsWith('.vmdk')) return 'disk';
  if (path.endsWith('.vmx') || path.endsWith('.vmtx')) return 'config';
  if (path.endsWith('.nvram')) return 'nvram';
  if (path.endsWith('.log')) return 'log';
  return path.endsWith('.vmsd') ? 'snapshotList' : 'file';
}

async function writeFile(path: string, body: AsyncIterable<Uint8Array> | Uint8Array): Promise<number> {
  await using file = await open(path, 'wx');
  let size = 0;
  const parts = body instanceof Uint8Array ? [body] : body;
  for await (const part of parts) {
    await writeWhole(file, part, size);
    size += part.length;
  }
  return size;
}
