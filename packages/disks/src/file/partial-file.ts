import { constants } from 'node:fs';
import { access, type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError } from '@holdfast/kit';
import { diskErrors } from '../errors.ts';
import { checkCapacity } from '../guarded-sink.ts';

export interface FileSinkOptions {
  /** bytes */
  readonly capacity: number;
  /** Replace a file of this name, and a half-written one that an earlier restore left. */
  readonly overwrite?: boolean;
}

/** Open to its owner alone: the file holds everything that was on somebody's disk. */
const fileMode = 0o600;

/**
 * A file that gets its name only when it is whole: written as `<name>.partial`, renamed by `finish`.
 * Whatever happens before, the name is not there.
 */
export class PartialFile {
  readonly path: string;
  readonly #overwrite: boolean;
  readonly #handle: FileHandle;

  private constructor(path: string, overwrite: boolean, handle: FileHandle) {
    this.path = path;
    this.#overwrite = overwrite;
    this.#handle = handle;
  }

  /** @throws `DISK_TARGET_EXISTS` when the name, or a half-written file of it, is there and may not be replaced */
  static async create(path: string, { capacity, overwrite = false }: FileSinkOptions): Promise<PartialFile> {
    checkCapacity(path, capacity);
    if (!overwrite && (await exists(path))) throw targetExists(path);
    try {
      const handle = await open(partialPath(path), overwrite ? 'w+' : 'wx+', fileMode);
      return new PartialFile(path, overwrite, handle);
    } catch (error) {
      if (errorCode(error) === 'EEXIST')
        throw diskErrors.create('DISK_TARGET_EXISTS', `${partialPath(path)} is there: another restore writes it, or one that was stopped left it`, {
          advice: 'If no restore to this file is running, remove it or ask for it to be overwritten.',
          subject: { file: path },
        });
      throw targetFailure(path, error);
    }
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw targetFailure(this.path, error);
    }
  }

  /** Fills `into`; what lies behind the end of the file reads as zero. */
  async read(position: number, into: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < into.length; ) {
        const { bytesRead } = await this.#handle.read(into, done, into.length - done, position + done);
        if (bytesRead === 0) {
          into.fill(0, done);
          return;
        }
        done += bytesRead;
      }
    } catch (error) {
      throw targetFailure(this.path, error);
    }
  }

  /** Sets the length; what is new is a hole. */
  async resize(length: number): Promise<void> {
    await this.#handle.truncate(length).catch((error: unknown) => {
      throw targetFailure(this.path, error);
    });
  }

  async sync(): Promise<void> {
    await this.#handle.datasync().catch((error: unknown) => {
      throw targetFailure(this.path, error);
    });
  }

  /** The commit point: durable first, then known by its name. */
  async finish(): Promise<void> {
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await this.#giveName();
      await syncFolder(dirname(this.path));
    } catch (error) {
      throw targetFailure(this.path, error);
    }
  }

  async discard(): Promise<void> {
    // Closed already when `finish` failed after closing.
    await this.#handle.close().catch(() => undefined);
    await rm(partialPath(this.path), { force: true }).catch((error: unknown) => {
      throw targetFailure(this.path, error);
    });
  }

  async #giveName(): Promise<void> {
    const partial = partialPath(this.path);
    if (!this.#overwrite) {
      try {
        // Unlike a rename, a link never replaces a file that appeared meanwhile.
        await link(partial, this.path);
        await rm(partial);
        return;
      } catch (error) {
        if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error))) throw error;
        // A file system without hard links.
        if (await exists(this.path)) throw targetExists(this.path);
      }
    }
    await rename(partial, this.path);
  }
}

function partialPath(path: string): string {
  return `${path}.partial`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw targetFailure(path, error);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function targetExists(path: string): HoldfastError {
  return diskErrors.create('DISK_TARGET_EXISTS', `${path} exists already`, { subject: { file: path } });
}

function targetFailure(path: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const code = errorCode(error);
  const details = { subject: { file: path }, cause: error };
  if (code === 'EEXIST') return targetExists(path);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return diskErrors.create(
      'DISK_TARGET_FULL',
      `${path} can’t be written further: ${code === 'EFBIG' ? 'the file system takes no file this large' : 'no space left'}`,
      details,
    );
  return diskErrors.create('DISK_TARGET_FAILED', `${path} can’t be written: ${error instanceof Error ? error.message : String(error)}`, details);
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
