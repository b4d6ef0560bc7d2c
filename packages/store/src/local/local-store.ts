import { type FileHandle, link, open, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { mapBounded } from '@holdfast/kit';
import { type StoreEnvironment, systemEnvironment } from '../environment.ts';
import { storeErrors } from '../errors.ts';
import { checkKey, checkPrefix } from '../key.ts';
import type { DeleteReport, GetOptions, ObjectInfo, ObjectStore, PutOptions, StoreCapabilities } from '../object-store.ts';
import { checkRange, checkRangeWithin } from '../range.ts';
import { codeOf, explainFileError } from './file-errors.ts';
import { pathOfKey, temporaryFolderName } from './names.ts';
import { RootFolder } from './root-folder.ts';
import { sortedFolder } from './sorted-folder.ts';
import { SyncedFolders } from './synced-folders.ts';
import { removeAbandoned, temporaryName } from './temporary-files.ts';
import { readExactly, writeFileSynced } from './write-file.ts';

export interface LocalStoreOptions {
  /** Make the folder on first use if it isn't there. Without it, a missing folder is `STORE_BUCKET_ABSENT`: a lost mount must not look like an empty vault. */
  readonly create?: boolean;
}

/** A removed folder may take the place of a new name away; how often a name is tried again. */
const namingAttemptsMax = 20;
const deletesAtOnce = 8;

const capabilities: StoreCapabilities = {
  conditionalPut: true,
  // It is verified where it is given, but here, by ourselves: nothing lies between this process and the file.
  verifiesSha256: false,
  storageClasses: [],
  objectBytesMax: 64 * 1024 ** 3,
};

/**
 * A folder as a store: one file per object, found under its key, readable with any tool.
 *
 * An object is written under a private name, synced, and gets its own name by a link (only if absent) or a rename (overwriting),
 * after which the folder is synced: a reader sees all of it or nothing, and what is reported stored survives a loss of power.
 * Any number of processes may use one folder at once. Needs a file system with hard links.
 */
export function localStore(folder: string, options: LocalStoreOptions = {}, environment: StoreEnvironment = systemEnvironment): ObjectStore {
  const root = new RootFolder(resolve(folder), options.create ?? false);
  const folders = new SyncedFolders(root.path);
  const temporaryFolder = join(root.path, temporaryFolderName);
  let cleaning: Promise<unknown> | undefined;
  return {
    description: root.path,
    capabilities,
    put,
    get,
    head,
    list,
    delete: remove,
    close: async () => {},
  };

  async function put(key: string, body: Uint8Array, { ifAbsent = false, sha256, signal }: PutOptions = {}): Promise<ObjectInfo> {
    checkKey(key);
    await root.check();
    const temporary = join(temporaryFolder, temporaryName(environment));
    const target = pathOfKey(root.path, key);
    try {
      await folders.make(temporaryFolder);
      cleaning ??= removeAbandoned(temporaryFolder, environment);
      await cleaning;
      await using file = await writeFileSynced(temporary, body, sha256, signal);
      signal?.throwIfAborted();
      await name(temporary, target, file, ifAbsent);
      return { key, size: body.length, modifiedAt: (await file.stat()).mtimeMs };
    } catch (error) {
      throw explainFileError(error, 'writing', key, root.path);
    } finally {
      await rm(temporary, { force: true }).catch(() => {
        // The next writer removes it: it carries our name and we will be gone.
      });
    }
  }

  /** The moment an object comes into being. */
  async function name(temporary: string, target: string, file: FileHandle, ifAbsent: boolean): Promise<void> {
    const parent = dirname(target);
    for (let attempt = 1; ; attempt++) {
      try {
        await folders.make(parent);
        if (ifAbsent) await link(temporary, target);
        else await rename(temporary, target);
        break;
      } catch (error) {
        if (ifAbsent && codeOf(error) === 'EEXIST') {
          // On NFS a link can succeed and its answer get lost; the second try then finds our own file.
          if ((await file.stat()).nlink === 2) break;
          if ((await stat(target)).isDirectory())
            throw storeErrors.create('STORE_UNSUITABLE', `${target} is a folder of other objects, so no object can have its name`);
          throw storeErrors.create('STORE_EXISTS', `${target} exists already`, { subject: { store: root.path } });
        }
        // Another process removed the last object beside ours, and the empty folder with it.
        if (codeOf(error) !== 'ENOENT' || attempt >= namingAttemptsMax) throw error;
      }
    }
    await syncUnlessGone(parent);
  }

  /** A folder that is gone by now held our object for a moment: somebody has deleted it since, which is as durable as can be. */
  async function syncUnlessGone(path: string): Promise<boolean> {
    try {
      await folders.sync(path);
      return true;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await root.check();
      return false;
    }
  }

  async function get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    checkKey(key);
    if (range !== undefined) checkRange(key, range);
    try {
      await using file = await open(pathOfKey(root.path, key), 'r');
      const found = await file.stat();
      if (found.isFile()) {
        if (range !== undefined) checkRangeWithin(key, range, found.size);
        const { offset, length } = range ?? { offset: 0, length: found.size };
        const bytes = await readExactly(file, offset, length, signal);
        if (bytes !== undefined) return bytes;
        throw storeErrors.create('STORE_DAMAGED', `${key} in ${root.path} was cut short while it was read`, { subject: { key, store: root.path } });
      }
    } catch (error) {
      if (!isAbsence(error)) throw explainFileError(error, 'reading', key, root.path);
    }
    await root.check();
    throw storeErrors.create('STORE_ABSENT', `${key} is not in ${root.path}`, { subject: { key, store: root.path } });
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    checkKey(key);
    const found = await look(key);
    if (found === undefined) await root.check();
    return found;
  }

  async function look(key: string): Promise<ObjectInfo | undefined> {
    try {
      const found = await stat(pathOfKey(root.path, key));
      return found.isFile() ? { key, size: found.size, modifiedAt: found.mtimeMs } : undefined;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw explainFileError(error, 'looking at', key, root.path);
    }
  }

  async function* list(prefix: string): AsyncIterable<ObjectInfo> {
    checkPrefix(prefix);
    await root.check();
    const slash = prefix.lastIndexOf('/') + 1;
    try {
      yield* walk(prefix.slice(0, slash), prefix.slice(slash));
    } catch (error) {
      throw explainFileError(error, 'listing', prefix === '' ? 'all objects' : prefix, root.path);
    }
    // Had the file system gone away on the way, the listing would have ended early rather than failed.
    await root.check();
  }

  async function* walk(folderKey: string, start: string): AsyncIterable<ObjectInfo> {
    const path = folderKey === '' ? root.path : pathOfKey(root.path, folderKey.slice(0, -1));
    for await (const { part } of sortedFolder(path, start)) {
      if (!part.startsWith(start)) return;
      const key = folderKey + part;
      if (part.endsWith('/')) yield* walk(key, '');
      else {
        const found = await look(key);
        if (found !== undefined) yield found;
      }
    }
  }

  async function remove(keys: readonly string[]): Promise<DeleteReport> {
    for (const key of keys) checkKey(key);
    await root.check();
    const failed: { key: string; reason: string }[] = [];
    const parents = new Set<string>();
    const all = [...new Set(keys)];
    await mapBounded(all, deletesAtOnce, async (key) => {
      try {
        const path = pathOfKey(root.path, key);
        await unlink(path);
        parents.add(dirname(path));
      } catch (error) {
        if (isAbsence(error) || (isFolderError(error) && (await look(key)) === undefined)) return;
        failed.push({ key, reason: (explainFileError(error, 'deleting', key, root.path) as Error).message });
      }
    });
    try {
      for (const parent of parents) await tidy(parent);
    } catch (error) {
      throw explainFileError(error, 'making deletions durable for', `${all.length} objects`, root.path);
    }
    return { deleted: all.length - failed.length, failed };
  }

  /** Makes the removal durable, and removes folders that have become empty, as a bucket would show none. */
  async function tidy(path: string): Promise<void> {
    for (let at = path; at !== root.path; at = dirname(at)) {
      try {
        await rmdir(at);
      } catch (error) {
        // Not empty, or not ours to remove: it stays, and what was removed from it is made durable.
        if (codeOf(error) !== 'ENOENT' && (await syncUnlessGone(at))) return;
      }
    }
    await syncUnlessGone(root.path);
  }
}

/** Proven: there is no such name. A name below an object counts, too. */
function isAbsence(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function isFolderError(error: unknown): boolean {
  return codeOf(error) === 'EISDIR' || codeOf(error) === 'EPERM';
}
