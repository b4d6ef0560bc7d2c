import { type Clock, HoldfastError, type Random, retry, Semaphore } from '@holdfast/kit';
import { diskErrors } from '../errors.ts';
import type { DatastoreFiles } from './datastore-files.ts';

const pauseMs = 250;
const pauseMsMax = 10_000;

export interface FileReaderOptions {
  readonly files: DatastoreFiles;
  readonly connectionsMax: number;
  /** Attempts in a row that bring nothing. */
  readonly attemptsMax: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Reads datastore files over a bounded number of connections; goes on after a cut where it broke off. */
export class FileReader {
  readonly #options: FileReaderOptions;
  readonly #connections: Semaphore;

  constructor(options: FileReaderOptions) {
    this.#options = options;
    this.#connections = new Semaphore(options.connectionsMax);
  }

  async size(path: string, signal?: AbortSignal): Promise<number> {
    return await this.#connected(path, signal, async () => {
      try {
        return await this.#options.files.size(path, signal);
      } catch (error) {
        if (retryable(error)) await this.#askWhy(path, signal);
        throw error;
      }
    });
  }

  /** @throws `DISK_FILE_ABSENT`, `DISK_FILE_LOCKED`, `DISK_READ_FAILED`, or what a refused session throws */
  async read(path: string, position: number, into: Uint8Array, signal?: AbortSignal): Promise<void> {
    const progress = { done: 0 };
    await this.#connected(path, signal, () => this.#resume(path, position, into, progress, signal));
  }

  /** A piece whose bytes are spread: read into memory of its own while it is under way. */
  async readApart(path: string, position: number, length: number, signal: AbortSignal | undefined, use: (bytes: Uint8Array) => void): Promise<void> {
    // Made when its turn has come, so that pieces in a queue hold no memory.
    let bytes: Uint8Array | undefined;
    const progress = { done: 0 };
    await this.#connected(path, signal, async () => {
      bytes ??= new Uint8Array(length);
      await this.#resume(path, position, bytes, progress, signal);
      use(bytes);
    });
  }

  /** A host that won't tell a size (HEAD) can't say why, for want of a body; when asked for a byte it can. */
  async #askWhy(path: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#options.files.read(path, 0, new Uint8Array(1), signal);
    } catch (error) {
      if (!retryable(error)) throw error;
    }
  }

  async #connected<T>(path: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    using _connection = await this.#connections.acquire();
    signal?.throwIfAborted();
    try {
      const { attemptsMax, clock, random } = this.#options;
      return await retry(work, { attemptsMax, pauseMs, pauseMsMax, clock, random, signal, retryable });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw readFailure(path, error);
    }
  }

  /** As long as every attempt brings something, it goes on: a server that cuts the line every few MiB is slow, not broken. */
  async #resume(path: string, position: number, into: Uint8Array, progress: { done: number }, signal: AbortSignal | undefined): Promise<void> {
    const { files, clock, random } = this.#options;
    while (progress.done < into.length) {
      const { done } = progress;
      let arrived = 0;
      try {
        await files.read(path, position + done, into.subarray(done), signal, (bytes) => {
          arrived = bytes;
        });
        return;
      } catch (error) {
        progress.done = done + arrived;
        if (arrived === 0 || !retryable(error) || signal?.aborted) throw error;
        await clock.sleep(random.fraction() * pauseMs, signal);
      }
    }
  }
}

/** What may pass later: the network, and whatever a server calls unavailable. */
function retryable(error: unknown): boolean {
  if (error instanceof HoldfastError) return error.kind === 'unavailable';
  return error instanceof Error && error.name !== 'AbortError' && 'code' in error && typeof error.code === 'string';
}

function readFailure(path: string, error: unknown): unknown {
  const details = { subject: { file: path }, cause: error };
  const kind = error instanceof HoldfastError ? error.kind : undefined;
  if (kind === 'absent') return diskErrors.create('DISK_FILE_ABSENT', `${path} is not there`, details);
  if (kind === 'conflict') return diskErrors.create('DISK_FILE_LOCKED', `${path} is locked by a host`, details);
  if (!retryable(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return diskErrors.create('DISK_READ_FAILED', `${path} can’t be read: ${why}`, { ...details, did: 'It was tried several times, with pauses.' });
}
