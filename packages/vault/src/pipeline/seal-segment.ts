import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { cutGrid } from '../chunk/grid.ts';
import { looksCompressed } from '../chunk/incompressible.ts';
import { cutPages, type Piece } from '../chunk/page-cdc.ts';
import type { ChunkerSettings } from '../description.ts';
import { vaultErrors } from '../errors.ts';
import { pageBytes, tagBytes } from '../format.ts';
import { giveBack } from '../give-back.ts';
import { rowBytes, writeRow } from '../index/segment.ts';
import { readSlotHeader, walkSlots } from '../pack/layout.ts';
import { closePack, compress, type Level, openSlot, slotLength, writeSlot } from '../pack/seal.ts';
import type { PageRange } from '../tree/merge-leaf.ts';
import { type ChunkPlace, type ChunkTable, claimChunk, publishChunk } from './chunk-table.ts';
import { awaitSealed, type OpenPack, reserveSlot, type SharedControl, slotSealed, takeOpenPack } from './shared-control.ts';

/** What a worker needs for one session's chunks. */
export interface SealContext {
  readonly control: SharedControl;
  readonly table: ChunkTable;
  /** where the vault holds a chunk already */
  known(id: Buffer): ChunkPlace | undefined;
  readonly packBuffers: readonly Buffer[];
  readonly chunkIdKey: KeyObject;
  /** the key of a pack as an object, which is remembered as long as the same pack is asked for */
  cipherKey(pack: { readonly packId: string; readonly key: Uint8Array }): KeyObject;
  readonly chunker: ChunkerSettings;
  readonly chunkerSeed: number;
  readonly level: Level;
  /** every n-th fresh chunk is opened and hashed again before it is sent */
  readonly verifyEvery: number;
  /** the open pack takes no more: the main thread may bring the next one */
  onPackFull(): void;
  /** a pack is closed: every byte is in its buffer */
  onPackClosed(pack: ClosedPack): void;
}

export interface ClosedPack {
  readonly buffer: number;
  readonly ordinal: number;
  readonly packId: string;
  readonly size: number;
  readonly slots: number;
  readonly sha256: string;
  /** index rows of its slots, `rowBytes` each */
  readonly rows: Uint8Array;
}

/** What became of a run of pages. Pages are counted in order through the ranges. */
export interface SealedPiece {
  readonly pages: number;
  readonly chunk?: ChunkPlace & { readonly id: string };
}

export interface SealedSegment {
  readonly pieces: SealedPiece[];
  readonly zero: number;
  readonly reused: number;
  readonly fresh: number;
  readonly stored: number;
  readonly incompressible: number;
  readonly chunksRead: number;
  readonly chunksFresh: number;
}

/** Cuts, hashes, looks up, compresses and seals the given pages of a segment that lies in memory. */
export function sealSegment(context: SealContext, segment: Buffer, ranges: readonly PageRange[]): SealedSegment {
  const words = new Uint32Array(segment.buffer, segment.byteOffset, segment.length / 4);
  const pieces: SealedPiece[] = [];
  const sums = { zero: 0, reused: 0, fresh: 0, stored: 0, incompressible: 0, chunksRead: 0, chunksFresh: 0 };
  for (const range of ranges) {
    for (const piece of cut(context, words, range)) {
      const pages = piece.end - piece.start;
      const bytes = pages * pageBytes;
      if (piece.zero) {
        sums.zero += bytes;
        pieces.push({ pages });
        continue;
      }
      sums.chunksRead++;
      const sealed = sealChunk(context, segment.subarray(piece.start * pageBytes, piece.end * pageBytes));
      if (sealed.fresh) {
        sums.fresh += bytes;
        sums.chunksFresh++;
        sums.stored += sealed.place.length;
        if (sealed.raw) sums.incompressible += bytes;
      } else sums.reused += bytes;
      pieces.push({ pages, chunk: { ...sealed.place, id: sealed.id } });
    }
  }
  return { pieces, ...sums };
}

function cut({ chunker, chunkerSeed }: SealContext, words: Uint32Array, range: PageRange): Piece[] {
  return chunker.name === 'grid'
    ? cutGrid(words, range.start, range.end, chunker.averageBytes)
    : cutPages(words, range.start, range.end, { ...chunker, seed: chunkerSeed });
}

function sealChunk(context: SealContext, plain: Buffer): { id: string; place: ChunkPlace; fresh: boolean; raw: boolean } {
  const id = createHmac('sha256', context.chunkIdKey).update(plain).digest();
  const claim = claimChunk(context.control, context.table, id, context.known);
  if (claim.kind === 'known') return { id: id.toString('hex'), place: claim.place, fresh: false, raw: false };
  const frame = looksCompressed(plain) ? undefined : compress(plain, context.level);
  const payload = frame ?? plain;
  const reserved = reserveSlot(context.control, slotLength(payload.length), (full) => {
    context.onPackFull();
    context.onPackClosed(close(context, full));
  });
  const length = slotLength(payload.length);
  const place: ChunkPlace = { ordinal: reserved.ordinal, slot: reserved.slot, offset: reserved.offset, length };
  const pack = context.packBuffers[reserved.buffer]!;
  const cipherKey = context.cipherKey(reserved);
  const header = { slot: reserved.slot, compressed: frame !== undefined, plainLength: plain.length, bodyLength: payload.length + tagBytes };
  writeSlot(pack, reserved.offset, cipherKey, header, id, payload);
  if (frame !== undefined) giveBack(frame);
  if (context.verifyEvery > 0 && id.readUInt32LE(28) % context.verifyEvery === 0)
    verify(context, pack.subarray(reserved.offset, reserved.offset + length), reserved.slot, cipherKey, id);
  slotSealed(context.control, reserved.buffer);
  if (claim.kind === 'mine') publishChunk(context.table, claim.entry, place);
  return { id: id.toString('hex'), place, fresh: true, raw: frame === undefined };
}

/** Catches bad memory while the source still exists. */
function verify(context: SealContext, slot: Buffer, number: number, cipherKey: KeyObject, id: Buffer): void {
  const opened = openSlot(slot, number, cipherKey);
  if (opened === undefined || !createHmac('sha256', context.chunkIdKey).update(opened.plain).digest().equals(id)) {
    throw vaultErrors.create('CHUNK_ALTERED', 'A chunk didn’t decode to what was read from the disk.');
  }
  giveBack(opened.plain);
}

function close(context: SealContext, pack: OpenPack): ClosedPack {
  awaitSealed(context.control, pack);
  const buffer = context.packBuffers[pack.buffer]!;
  const rows = Buffer.alloc(pack.slots * rowBytes);
  walkSlots(buffer, pack.end).forEach(({ offset, length, id }, slot) => {
    writeRow(rows, slot, { id, slot, offset, length, plainLength: readSlotHeader(buffer, offset)!.plainLength });
  });
  const { size, slots } = closePack(buffer, pack.end, context.cipherKey(pack));
  const sha256 = createHash('sha256').update(buffer.subarray(0, size)).digest('hex');
  return { buffer: pack.buffer, ordinal: pack.ordinal, packId: pack.packId, size, slots, sha256, rows };
}

/** Closes the open pack although it has room left: at a session's end, when nothing else is sealing. */
export function closeOpenPack(context: SealContext): void {
  const pack = takeOpenPack(context.control);
  if (pack !== undefined) context.onPackClosed(close(context, pack));
}
