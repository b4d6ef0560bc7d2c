import { Buffer } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { replaceFile } from './atomic-file.ts';
import { storageErrors } from './errors.ts';
import { readWhole, writeWhole } from './whole-io.ts';

const headerBytes = 4096;
const magic = 'holdfast-ctk 1\n';

/** Which tracking a state belongs to, and how far it had come: together its change id. */
export interface Tracking {
  /** `52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63` */
  readonly uuid: string;
  readonly sequence: number;
}

/**
 * A `-ctk.vmdk`: for every block of the disk the sequence in which it last changed (0: not since tracking began).
 * The live one is in memory (16 MiB at most: blocks double with the disk) and written before the data that it speaks of.
 */
export class TrackingMap {
  readonly uuid: string;
  readonly sequence: number;
  readonly blockBytes: number;
  readonly marks: Uint32Array;
  readonly #file: FileHandle;

  private constructor(tracking: Tracking, blockBytes: number, marks: Uint32Array, file: FileHandle) {
    this.uuid = tracking.uuid;
    this.sequence = tracking.sequence;
    this.blockBytes = blockBytes;
    this.marks = marks;
    this.#file = file;
  }

  /** Replaces the file at `path` by `marks`. The bytes of `marks` stay the caller's. */
  static async write(path: string, uuid: string, marks: Uint32Array): Promise<void> {
    const content = Buffer.alloc(headerBytes + marks.byteLength);
    content.write(`${magic}${uuid}\n`, 'latin1');
    content.set(new Uint8Array(marks.buffer, marks.byteOffset, marks.byteLength), headerBytes);
    await replaceFile(path, content);
  }

  /** @throws `DISK_DAMAGED` when the file holds another tracking: it was replaced and the disk's state never learned of it */
  static async open(path: string, tracking: Tracking, options: { readonly blockBytes: number; readonly capacity: number }): Promise<TrackingMap> {
    const file = await open(path, 'r+');
    try {
      const header = Buffer.alloc(headerBytes);
      await readWhole(file, header, 0, path);
      const expected = `${magic}${tracking.uuid}\n`;
      if (header.toString('latin1', 0, expected.length) !== expected)
        throw storageErrors.create('DISK_DAMAGED', `${path} does not belong to tracking ${tracking.uuid}`);
      const marks = new Uint32Array(Math.ceil(options.capacity / options.blockBytes));
      await readWhole(file, new Uint8Array(marks.buffer), headerBytes, path);
      return new TrackingMap(tracking, options.blockBytes, marks, file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The blocks that the range touches changed in this sequence. */
  async mark(offset: number, length: number): Promise<void> {
    const first = Math.floor(offset / this.blockBytes);
    const blocks = this.marks.subarray(first, Math.ceil((offset + length) / this.blockBytes));
    if (blocks.every((mark) => mark === this.sequence)) return;
    blocks.fill(this.sequence);
    await writeWhole(this.#file, new Uint8Array(blocks.buffer, blocks.byteOffset, blocks.byteLength), headerBytes + first * 4);
  }

  async flush(): Promise<void> {
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
