import { createHmac } from 'node:crypto';

/**
 * A run: an immutable file of the local index, from which a chunk's place is found with one read (docs/adr/0012).
 *
 *     page* ‖ fences (u32 a page) ‖ filter ‖ packs (20 each) ‖ sources (JSON) ‖ head (96)
 *
 * A page is 4 KiB: up to 127 rows of 32 bytes, ascending by id, and a tag over them, their number and the page's. The tail
 * (everything behind the pages) has one tag. Tags are keyed: what doesn't verify is never used, whoever changed it.
 */
export const pageBytes = 4096;
export const runRowBytes = 32;
export const rowsPerPage = 127;
export const idPrefixBytes = 16;
export const packEntryBytes = 20;
export const runHeadBytes = 96;
const pageTagAt = pageBytes - 16;
const pageCountAt = rowsPerPage * runRowBytes;
const magic = Buffer.from('HFRUN001');

/** Row: first 16 bytes of the chunk id ‖ pack u32 ‖ offset u32 ‖ length u32 ‖ slot u16 ‖ 2 of padding. `pack` counts in the run's own packs. */
export interface RunRow {
  readonly pack: number;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
}

export function writeRunRow(into: Buffer, at: number, id: Uint8Array, row: RunRow): void {
  into.set(id.subarray(0, idPrefixBytes), at);
  into.writeUInt32LE(row.pack, at + 16);
  into.writeUInt32LE(row.offset, at + 20);
  into.writeUInt32LE(row.length, at + 24);
  into.writeUInt16LE(row.slot, at + 28);
  into.writeUInt16LE(0, at + 30);
}

export function readRunRow(from: Buffer, at: number): RunRow {
  return { pack: from.readUInt32LE(at + 16), offset: from.readUInt32LE(at + 20), length: from.readUInt32LE(at + 24), slot: from.readUInt16LE(at + 28) };
}

const pageName = Buffer.alloc(8);

function pageTag(key: Uint8Array, runId: Buffer, page: number, bytes: Buffer): Buffer {
  pageName.writeUInt32LE(page, 0);
  return createHmac('sha256', key).update(runId).update(pageName).update(bytes.subarray(0, pageTagAt)).digest();
}

/** Fills in the number of rows and the tag of a page whose rows are in place. */
export function closePage(key: Uint8Array, runId: Buffer, page: number, bytes: Buffer, rows: number): void {
  bytes.fill(0, rows * runRowBytes, pageTagAt);
  bytes.writeUInt16LE(rows, pageCountAt);
  pageTag(key, runId, page, bytes).copy(bytes, pageTagAt, 0, 16);
}

/** How many rows a page holds; `undefined` when it isn't what was written. */
export function openPage(key: Uint8Array, runId: Buffer, page: number, bytes: Buffer): number | undefined {
  if (pageTag(key, runId, page, bytes).compare(bytes, pageTagAt, pageBytes, 0, 16) !== 0) return undefined;
  return bytes.readUInt16LE(pageCountAt);
}

/** What the end of a run's file says about the rest. */
export interface RunHead {
  readonly runId: Buffer;
  readonly rows: number;
  readonly pages: number;
  readonly filterBytes: number;
  readonly packs: number;
  readonly sourcesBytes: number;
}

const headTagAt = runHeadBytes - 32;

/** @param tail everything between the pages and the head */
export function encodeRunHead(key: Uint8Array, head: RunHead, tail: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.alloc(runHeadBytes);
  magic.copy(bytes);
  head.runId.copy(bytes, 8);
  for (const [index, value] of [head.rows, head.pages, head.filterBytes, head.packs, head.sourcesBytes].entries()) bytes.writeUInt32LE(value, 24 + index * 4);
  tailTag(key, bytes, tail).copy(bytes, headTagAt);
  return bytes;
}

function tailTag(key: Uint8Array, head: Buffer, tail: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of tail) hmac.update(part);
  return hmac.update(head.subarray(0, headTagAt)).digest();
}

/** The head of a file of `fileBytes`; `undefined` when it can't be one. Nothing is authenticated yet. */
export function decodeRunHead(bytes: Buffer, fileBytes: number): RunHead | undefined {
  if (bytes.length !== runHeadBytes || !bytes.subarray(0, 8).equals(magic)) return undefined;
  const [rows, pages, filterBytes, packs, sourcesBytes] = [24, 28, 32, 36, 40].map((at) => bytes.readUInt32LE(at)) as [number, number, number, number, number];
  const head = { runId: Buffer.from(bytes.subarray(8, 24)), rows, pages, filterBytes, packs, sourcesBytes };
  return pages * pageBytes + tailBytes(head) + runHeadBytes === fileBytes ? head : undefined;
}

function tailBytes({ pages, filterBytes, packs, sourcesBytes }: RunHead): number {
  return pages * 4 + filterBytes + packs * packEntryBytes + sourcesBytes;
}

export function isTailIntact(key: Uint8Array, head: Buffer, tail: readonly Uint8Array[]): boolean {
  return tailTag(key, head, tail).compare(head, headTagAt) === 0;
}
