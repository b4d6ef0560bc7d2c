import { mkdir, stat } from 'node:fs/promises';
import { storeErrors } from '../errors.ts';
import { codeOf, explainFileError } from './file-errors.ts';

/**
 * The folder of a store. Before anything is called absent, it is asked whether it is still the folder it was at first:
 * behind a lost mount every object would look deleted.
 */
export class RootFolder {
  readonly path: string;
  readonly #create: boolean;
  #identity: string | undefined;

  constructor(path: string, create: boolean) {
    this.path = path;
    this.#create = create;
  }

  /** @throws `STORE_BUCKET_ABSENT`, `STORE_UNREACHABLE` when another file system lies there now, `STORE_ACCESS` */
  async check(): Promise<void> {
    const identity = (await this.#look()) ?? (this.#identity === undefined && this.#create ? await this.#make() : undefined);
    const subject = { store: this.path };
    if (identity === undefined) throw storeErrors.create('STORE_BUCKET_ABSENT', `there is no folder ${this.path}`, { subject });
    this.#identity ??= identity;
    if (this.#identity !== identity)
      throw storeErrors.create('STORE_UNREACHABLE', `${this.path} is not the folder it was when we started: a file system was mounted or unmounted there`, {
        advice: 'Mount the file system of the store again.',
        subject,
      });
  }

  async #look(): Promise<string | undefined> {
    try {
      const found = await stat(this.path, { bigint: true });
      if (!found.isDirectory()) throw storeErrors.create('STORE_ADDRESS', `${this.path} is not a folder`, { subject: { store: this.path } });
      return `${found.dev}:${found.ino}`;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw explainFileError(error, 'looking at', 'the folder', this.path);
    }
  }

  async #make(): Promise<string | undefined> {
    try {
      await mkdir(this.path, { recursive: true });
    } catch (error) {
      throw explainFileError(error, 'making', 'the folder', this.path);
    }
    return await this.#look();
  }
}
