import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addToFilter, filterBytesFor } from './filter.ts';
import { closePage, encodeRunHead, idPrefixBytes, packEntryBytes, pageBytes, rowsPerPage, runRowBytes } from './run-layout.ts';

/** One index object of the vault from which rows came. */
export interface RunSource {
  readonly key: string;
  /** the session whose segment it is; for merged and repaired ones, the id in the key */
  readonly sessionId: string;
  /** keys of the objects that it stands for */
  readonly replaces: readonly string[];
  /** its session was given up: nothing in it counts, and no row of it is kept */
  readonly fenced?: boolean | undefined;
}

/** The packs of a run: where its rows lie, and which of its sources said so. */
export class PackList {
  #bytes = Buffer.alloc(256 * packEntryBytes);
  count = 0;

  /** Answers with the pack's number. */
  add(id: Uint8Array, source: number): number {
    const at = this.count * packEntryBytes;
    if (at === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], at * 2);
    this.#bytes.set(id, at);
    this.#bytes.writeUInt32LE(source, at + 16);
    return this.count++;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.count * packEntryBytes);
  }
}

const pagesPerWrite = 256;

export const unfinishedPrefix = 'new-';
export const runPrefix = 'run-';

/** Writes a run from rows that come in ascending order. Until `finish` the file has a name that nobody opens. */
export class RunWriter {
  readonly #folder: string;
  readonly #key: Uint8Array;
  readonly #runId: Buffer;
  readonly #file: FileHandle;
  readonly #buffer = Buffer.alloc(pagesPerWrite * pageBytes);
  readonly #filter: Buffer;
  #fences = new Uint32Array(1024);
  #pages = 0;
  #buffered = 0;
  #rowsInPage = 0;
  #rows = 0;

  private constructor(folder: string, key: Uint8Array, runId: Buffer, file: FileHandle, rowsMax: number) {
    this.#folder = folder;
    this.#key = key;
    this.#runId = runId;
    this.#file = file;
    this.#filter = Buffer.alloc(filterBytesFor(rowsMax));
  }

  /** @param rowsMax for the size of the filter: never fewer than will come */
  static async create(folder: string, key: Uint8Array, runId: Uint8Array, rowsMax: number): Promise<RunWriter> {
    const id = Buffer.from(runId);
    return new RunWriter(folder, key, id, await open(join(folder, `${unfinishedPrefix}${id.toString('hex')}`), 'wx', 0o600), rowsMax);
  }

  get rows(): number {
    return this.#rows;
  }

  /** The caller flushes before it adds more. */
  get isFull(): boolean {
    return this.#buffered === pagesPerWrite;
  }

  /** Copies a row of `runRowBytes`, with `pack` in the place of the row's own. */
  add(rows: Buffer, at: number, pack: number): void {
    const page = this.#buffered * pageBytes;
    const to = page + this.#rowsInPage * runRowBytes;
    rows.copy(this.#buffer, to, at, at + runRowBytes);
    this.#buffer.writeUInt32LE(pack, to + idPrefixBytes);
    addToFilter(this.#filter, rows, at);
    this.#rows++;
    if (++this.#rowsInPage === rowsPerPage) this.#closePage();
  }

  #closePage(): void {
    const bytes = this.#buffer.subarray(this.#buffered * pageBytes, (this.#buffered + 1) * pageBytes);
    if (this.#pages === this.#fences.length) {
      const grown = new Uint32Array(this.#fences.length * 2);
      grown.set(this.#fences);
      this.#fences = grown;
    }
    this.#fences[this.#pages] = bytes.readUInt32BE(0);
    closePage(this.#key, this.#runId, this.#pages, bytes, this.#rowsInPage);
    this.#pages++;
    this.#buffered++;
    this.#rowsInPage = 0;
  }

  async flush(): Promise<void> {
    if (this.#buffered > 0) await writeAll(this.#file, this.#buffer.subarray(0, this.#buffered * pageBytes));
    this.#buffered = 0;
  }

  /** Gives the run its name: from now on every process that shares the folder may use it. Answers with the name. */
  async finish(packs: PackList, sources: readonly RunSource[]): Promise<string> {
    if (this.#rowsInPage > 0) this.#closePage();
    await this.flush();
    const sourceBytes = Buffer.from(JSON.stringify(sources));
    const tail = [new Uint8Array(this.#fences.buffer, 0, this.#pages * 4), this.#filter, packs.bytes, sourceBytes];
    const sizes = { rows: this.#rows, pages: this.#pages, filterBytes: this.#filter.length, packs: packs.count, sourcesBytes: sourceBytes.length };
    for (const part of tail) await writeAll(this.#file, part);
    await writeAll(this.#file, encodeRunHead(this.#key, { runId: this.#runId, ...sizes }, tail));
    await this.#file.datasync();
    await this.#file.close();
    const name = `${runPrefix}${this.#runId.toString('hex')}`;
    await rename(this.#path, join(this.#folder, name));
    return name;
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {}); // closed already where finishing failed late
    await rm(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#folder, `${unfinishedPrefix}${this.#runId.toString('hex')}`);
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
