import { closeSync, fstat, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { decodeRunHead, isTailIntact, packEntryBytes, pageBytes, type RunHead, runHeadBytes } from './run-layout.ts';
import type { RunSource } from './run-writer.ts';

const readAsync = promisify(read);
const statAsync = promisify(fstat);

/** What threads need for looking up: memory that they share, and a file that they read at places of their own. */
export interface SharedRun {
  readonly fd: number;
  readonly runId: Uint8Array;
  readonly pages: number;
  /** first 32 bits of each page's first id */
  readonly fences: Uint32Array;
  readonly filter: Uint8Array;
  /** set to 1 by whoever finds a page that isn't what was written */
  readonly damaged: Int32Array;
}

/** A run that is open in this process; its tail was authenticated. */
export interface OpenRun {
  readonly name: string;
  readonly rows: number;
  readonly fileBytes: number;
  readonly shared: SharedRun;
  /** `packEntryBytes` each */
  readonly packs: Buffer;
  readonly sources: readonly RunSource[];
  /** users besides the folder itself; the file is closed when nobody is left */
  users: number;
}

/** `undefined` when the file isn't a run that was finished under this key: then it is never used. */
export async function openRun(path: string, name: string, key: Uint8Array): Promise<OpenRun | undefined> {
  const fd = openSync(path, 'r');
  try {
    const { size } = await statAsync(fd);
    if (size >= runHeadBytes) {
      const headBytes = await readExactly(fd, size - runHeadBytes, Buffer.alloc(runHeadBytes));
      const head = headBytes && decodeRunHead(headBytes, size);
      const run = head && (await readTail(fd, size, name, key, head, headBytes));
      if (run !== undefined) return run;
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

async function readTail(fd: number, fileBytes: number, name: string, key: Uint8Array, head: RunHead, headBytes: Buffer): Promise<OpenRun | undefined> {
  const fences = new Uint32Array(new SharedArrayBuffer(head.pages * 4));
  const filter = new Uint8Array(new SharedArrayBuffer(head.filterBytes));
  const packs = Buffer.alloc(head.packs * packEntryBytes);
  const sources = Buffer.alloc(head.sourcesBytes);
  let at = head.pages * pageBytes;
  const parts = [Buffer.from(fences.buffer), Buffer.from(filter.buffer), packs, sources];
  for (const part of parts) {
    if ((await readExactly(fd, at, part)) === undefined) return undefined;
    at += part.length;
  }
  if (!isTailIntact(key, headBytes, parts)) return undefined;
  const shared = { fd, runId: head.runId, pages: head.pages, fences, filter, damaged: new Int32Array(new SharedArrayBuffer(4)) };
  return { name, rows: head.rows, fileBytes, shared, packs, sources: JSON.parse(sources.toString('utf8')), users: 0 };
}

/** `undefined` when the file ends before. */
export async function readExactly(fd: number, position: number, into: Buffer): Promise<Buffer | undefined> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await readAsync(fd, into, at, into.length - at, position + at);
    if (bytesRead === 0) return undefined;
    at += bytesRead;
  }
  return into;
}

export function closeRun(run: OpenRun): void {
  closeSync(run.shared.fd);
}

export function packIdIn(run: OpenRun, pack: number): string {
  return run.packs.toString('hex', pack * packEntryBytes, pack * packEntryBytes + 16);
}
