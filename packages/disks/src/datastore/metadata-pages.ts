import { KiB, MiB } from '@holdfast/kit';

const pageBytes = 64 * KiB;
/** Tables for 16 GiB of SESparse or 1 GiB of scattered COWD at once. */
const pagesMax = (32 * MiB) / pageBytes;

/** Reads a part of a file, retried; shared by everybody who waits for it. */
export type ReadPage = (path: string, position: number, into: Uint8Array) => Promise<void>;

/** The directories and tables of delta files, read by the page when asked for; those used last stay in memory. */
export class MetadataPages {
  readonly #read: ReadPage;
  readonly #sizes: ReadonlyMap<string, number>;
  // In order of last use, the oldest first.
  readonly #pages = new Map<string, Promise<DataView>>();

  /** @param sizes of the files, bytes */
  constructor(read: ReadPage, sizes: ReadonlyMap<string, number>) {
    this.#read = read;
    this.#sizes = sizes;
  }

  /** The page that holds a position of a file, and where in it that is. */
  async at(path: string, position: number): Promise<{ view: DataView; at: number }> {
    const start = position - (position % pageBytes);
    const key = `${start} ${path}`;
    const page = this.#pages.get(key) ?? this.#load(path, start);
    this.#pages.delete(key);
    this.#pages.set(key, page);
    if (this.#pages.size > pagesMax) this.#pages.delete(this.#pages.keys().next().value as string);
    try {
      return { view: await page, at: position - start };
    } catch (error) {
      // The next to ask tries again.
      if (this.#pages.get(key) === page) this.#pages.delete(key);
      throw error;
    }
  }

  async #load(path: string, start: number): Promise<DataView> {
    const bytes = new Uint8Array(Math.min(pageBytes, (this.#sizes.get(path) as number) - start));
    await this.#read(path, start, bytes);
    return new DataView(bytes.buffer);
  }
}
