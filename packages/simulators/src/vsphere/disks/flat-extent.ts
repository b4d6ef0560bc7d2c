import { execFile } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Extent } from './extent.ts';
import type { Area } from './virtual-disk.ts';
import { readWhole, writeWhole } from './whole-io.ts';

/** The unit in which a flat file's use is noted. */
const usedBlockBytes = 64 * 1024;
/** Below this, writing zeros is quicker than starting the program that punches. */
const punchBytesMin = 8 * 1024 * 1024;
const zeros = new Uint8Array(1024 * 1024);

/**
 * A `-flat.vmdk`: the disk's bytes one to one, with holes. Which blocks were ever written is noted beside it (one byte a block),
 * because a file system's own holes can't be asked for everywhere and reading them is slow.
 *
 * Order of writes: a block is noted before its bytes are written, and forgotten after they are zero. A crash between leaves a block noted that is zero.
 */
export class FlatExtent implements Extent {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #usedFile: FileHandle;
  readonly #used: Uint8Array;
  readonly #capacity: number;

  private constructor(path: string, file: FileHandle, usedFile: FileHandle, used: Uint8Array, capacity: number) {
    this.path = path;
    this.#file = file;
    this.#usedFile = usedFile;
    this.#used = used;
    this.#capacity = capacity;
  }

  /** Makes both files, or lengthens them to `capacity` when they are there. */
  static async prepare(path: string, usedPath: string, capacity: number): Promise<void> {
    await using file = await open(path, 'a');
    await using usedFile = await open(usedPath, 'a');
    if ((await file.stat()).size < capacity) await file.truncate(capacity);
    const blocks = Math.ceil(capacity / usedBlockBytes);
    if ((await usedFile.stat()).size < blocks) await usedFile.truncate(blocks);
  }

  static async open(path: string, usedPath: string, options: { readonly capacity: number; readonly writable: boolean }): Promise<FlatExtent> {
    const file = await open(path, options.writable ? 'r+' : 'r');
    const usedFile = await open(usedPath, 'r+');
    const used = new Uint8Array(Math.ceil(options.capacity / usedBlockBytes));
    await readWhole(usedFile, used, 0, usedPath);
    return new FlatExtent(path, file, usedFile, used, options.capacity);
  }

  async read(into: Uint8Array, origin: number, parts: readonly Area[]): Promise<Area[]> {
    for (const part of parts) {
      for (const run of this.#runs(part.start, part.length)) {
        const target = into.subarray(run.start - origin, run.start - origin + run.length);
        if (run.used) await readWhole(this.#file, target, run.start, this.path);
        else target.fill(0);
      }
    }
    return [];
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    await this.#note(offset, bytes.length, 1);
    await writeWhole(this.#file, bytes, offset);
  }

  async zero(offset: number, length: number): Promise<void> {
    for (const run of this.#runs(offset, length)) {
      if (!run.used) continue;
      if (run.length < punchBytesMin || !(await punch(this.path, run.start, run.length))) await this.#fill(run.start, run.length);
    }
    const first = Math.ceil(offset / usedBlockBytes) * usedBlockBytes;
    const end = offset + length === this.#capacity ? this.#used.length * usedBlockBytes : Math.floor((offset + length) / usedBlockBytes) * usedBlockBytes;
    if (first < end) await this.#note(first, end - first, 0);
  }

  /** Notes a block as used without writing it: for files that came with content. */
  async noteUsed(areas: Iterable<Area>): Promise<void> {
    for (const area of areas) await this.#note(area.start, area.length, 1);
  }

  mayHold(offset: number, length: number): boolean {
    for (const run of this.#runs(offset, length)) if (run.used) return true;
    return false;
  }

  async *held(): AsyncGenerator<Area> {
    for (const run of this.#runs(0, this.#capacity)) if (run.used) yield run;
  }

  async flush(): Promise<void> {
    await this.#file.datasync();
    await this.#usedFile.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#usedFile.close();
  }

  *#runs(offset: number, length: number): Generator<Area & { readonly used: boolean }> {
    const end = offset + length;
    for (let at = offset; at < end; ) {
      let block = Math.floor(at / usedBlockBytes);
      const value = this.#used[block];
      while (block * usedBlockBytes < end && this.#used[block] === value) block++;
      const next = Math.min(block * usedBlockBytes, end);
      yield { start: at, length: next - at, used: value === 1 };
      at = next;
    }
  }

  async #note(offset: number, length: number, value: 0 | 1): Promise<void> {
    const first = Math.floor(offset / usedBlockBytes);
    const blocks = this.#used.subarray(first, Math.ceil((offset + length) / usedBlockBytes));
    if (!blocks.includes(1 - value)) return;
    blocks.fill(value);
    await writeWhole(this.#usedFile, blocks, first);
  }

  async #fill(offset: number, length: number): Promise<void> {
    for (let at = 0; at < length; at += zeros.length) await writeWhole(this.#file, zeros.subarray(0, Math.min(zeros.length, length - at)), offset + at);
  }
}

/** Gives the space back to the file system, where util-linux and the file system can. */
async function punch(path: string, offset: number, length: number): Promise<boolean> {
  try {
    await promisify(execFile)('fallocate', ['--punch-hole', '--offset', String(offset), '--length', String(length), path]);
    return true;
  } catch {
    return false;
  }
}
