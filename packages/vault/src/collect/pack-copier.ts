import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import { idBytes, packHeaderBytes, packSlotsMax } from '../format.ts';
import { type IndexedPack, rowBytes, writeRow } from '../index/segment.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { SlotAddress } from '../model.ts';
import { closingBytes, type PackKind, readSlotHeader } from '../pack/layout.ts';
import { beginPack } from '../pack/pack-keys.ts';
import { closePack, type openForMoving, slotLength, writeSlot } from '../pack/seal.ts';

/** A pack that is ready to be stored, and its rows for the index. */
export interface CopiedPack extends IndexedPack {
  readonly bytes: Buffer;
  readonly rows: Buffer;
}

interface OpenPack {
  readonly id: string;
  readonly cipherKey: KeyObject;
  end: number;
  readonly slots: Omit<SlotAddress, 'pack'>[];
}

/** Fills packs of one kind with slots that lay in others. Memory: one pack. */
export class PackCopier {
  readonly #keys: VaultKeys;
  readonly #random: Random;
  readonly #kind: PackKind;
  readonly #bytes: Buffer;
  readonly #onFull: (pack: CopiedPack) => Promise<void>;
  #open: OpenPack | undefined;

  /** @param onFull has stored the pack when it answers: its bytes are used again */
  constructor(keys: VaultKeys, random: Random, kind: PackKind, packBytes: number, onFull: (pack: CopiedPack) => Promise<void>) {
    this.#keys = keys;
    this.#random = random;
    this.#kind = kind;
    this.#bytes = Buffer.alloc(packBytes);
    this.#onFull = onFull;
  }

  /** Seals under the new pack's key what was opened, and proven, under the old one's. */
  async add({ payload, header }: NonNullable<ReturnType<typeof openForMoving>>): Promise<SlotAddress> {
    const length = slotLength(payload.length);
    const full = (open: OpenPack) => open.end + length + closingBytes(open.slots.length + 1) > this.#bytes.length || open.slots.length === packSlotsMax;
    if (this.#open !== undefined && full(this.#open)) await this.finish();
    this.#open ??= this.#begin();
    const { id, cipherKey, end, slots } = this.#open;
    writeSlot(this.#bytes, end, cipherKey, { ...header, slot: slots.length }, header.id, payload);
    const place = { slot: slots.length, offset: end, length };
    slots.push(place);
    this.#open.end += length;
    return { pack: id, ...place };
  }

  /** Closes the open pack, if there is one. */
  async finish(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const { size, slots } = closePack(this.#bytes, open.end, open.cipherKey);
    const bytes = this.#bytes.subarray(0, size);
    const rows = Buffer.alloc(this.#kind === 'data' ? open.slots.length * rowBytes : 0);
    if (this.#kind === 'data') {
      for (const [index, slot] of open.slots.entries()) {
        const { id, plainLength } = readSlotHeader(bytes, slot.offset)!;
        writeRow(rows, index, { ...slot, id, plainLength });
      }
    }
    await this.#onFull({ id: open.id, kind: this.#kind, size, slots, sha256: createHash('sha256').update(bytes).digest('hex'), bytes, rows });
  }

  #begin(): OpenPack {
    const id = Buffer.from(this.#random.bytes(idBytes)).toString('hex');
    const key = beginPack(this.#keys, this.#random, this.#kind, id, this.#bytes);
    const cipherKey = createSecretKey(key);
    key.fill(0);
    return { id, cipherKey, end: packHeaderBytes, slots: [] };
  }
}
