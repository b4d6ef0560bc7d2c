import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storeErrors } from '../errors.ts';
import { codeOf } from './file-errors.ts';

/** How many folders are remembered as durable; beyond that the memory starts over. */
const rememberedMax = 4096;

/**
 * Makes folders, and makes sure that each is durably named in the one above it, whoever made it.
 *
 * A folder is remembered by inode and birth time, so that one that was removed and made again by another process is synced again.
 */
export class SyncedFolders {
  readonly #root: string;
  readonly #durable = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes `folder` and what is missing above it, down from the root. */
  async make(folder: string): Promise<void> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      throw storeErrors.create('STORE_UNSUITABLE', `${folder} is an object, so nothing can lie below it`, { cause: error });
    }
  }

  /** After this, the entries of `folder`, and the folder itself, survive a loss of power. */
  async sync(folder: string): Promise<void> {
    const identity = await syncFolder(folder);
    if (folder === this.#root || this.#durable.get(folder) === identity) return;
    await this.sync(dirname(folder));
    if (this.#durable.size >= rememberedMax) this.#durable.clear();
    this.#durable.set(folder, identity);
  }
}

async function syncFolder(folder: string): Promise<string> {
  await using handle = await open(folder, 'r');
  await handle.sync();
  const { dev, ino, birthtimeNs } = await handle.stat({ bigint: true });
  return `${dev}:${ino}:${birthtimeNs}`;
}
