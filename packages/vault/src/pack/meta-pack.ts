import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import { vaultErrors } from '../errors.ts';
import { idBytes, packHeaderBytes, packSlotsMax, tagBytes } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { NodeReference } from '../model.ts';
import { closingBytes, type PackKind } from './layout.ts';
import { beginPack } from './pack-keys.ts';
import { closePack, compress, openSlot, slotLength, writeSlot } from './seal.ts';

/** Metadata packs stay small: a point's nodes are read together, and few points fill one. */
const startBytes = 256 * 1024;
const metaPackBytesMax = 16 * 1024 * 1024;

export interface FinishedPack {
  readonly kind: PackKind;
  readonly packId: string;
  readonly bytes: Buffer;
  readonly slots: number;
  readonly sha256: string;
}

/**
 * Gathers nodes and small files into small packs, metadata packs unless another kind is asked for; each is opened and hashed
 * again before anybody can refer to it.
 */
export class MetaPackWriter {
  readonly #keys: VaultKeys;
  readonly #random: Random;
  readonly #onFinished: (pack: FinishedPack) => void;
  readonly #kind: PackKind;
  #open: { readonly packId: string; readonly cipherKey: KeyObject; bytes: Buffer; end: number; slots: number } | undefined;
  /** bytes of slots written so far */
  stored = 0;

  constructor(keys: VaultKeys, random: Random, onFinished: (pack: FinishedPack) => void, kind: PackKind = 'meta') {
    this.#keys = keys;
    this.#random = random;
    this.#onFinished = onFinished;
    this.#kind = kind;
  }

  add(plain: Buffer): NodeReference {
    const frame = compress(plain, 'dense');
    const payload = frame ?? plain;
    const length = slotLength(payload.length);
    const pack = this.#room(length);
    const id = this.#idOf(plain);
    const header = { slot: pack.slots, compressed: frame !== undefined, plainLength: plain.length, bodyLength: payload.length + tagBytes };
    writeSlot(pack.bytes, pack.end, pack.cipherKey, header, Buffer.from(id, 'hex'), payload);
    const opened = openSlot(pack.bytes.subarray(pack.end, pack.end + length), pack.slots, pack.cipherKey);
    if (opened === undefined || this.#idOf(opened.plain) !== id)
      throw vaultErrors.create('CHUNK_ALTERED', 'A node of a disk map didn’t decode to what was sealed.');
    const reference: NodeReference = { id, pack: pack.packId, slot: pack.slots, offset: pack.end, length };
    pack.slots++;
    pack.end += length;
    this.stored += length;
    return reference;
  }

  /** Closes the open pack, if anything is in it. */
  finish(): void {
    const pack = this.#open;
    this.#open = undefined;
    if (pack === undefined || pack.slots === 0) return;
    const { size, slots } = closePack(pack.bytes, pack.end, pack.cipherKey);
    const bytes = pack.bytes.subarray(0, size);
    this.#onFinished({ kind: this.#kind, packId: pack.packId, bytes, slots, sha256: createHash('sha256').update(bytes).digest('hex') });
  }

  #idOf(plain: Uint8Array): string {
    const { nodeId, chunkId } = this.#keys;
    return createHmac('sha256', this.#kind === 'meta' ? nodeId : chunkId)
      .update(plain)
      .digest('hex');
  }

  #room(length: number) {
    const needed = (pack: { end: number; slots: number }) => pack.end + length + closingBytes(pack.slots + 1);
    if (this.#open !== undefined && (needed(this.#open) > metaPackBytesMax || this.#open.slots === packSlotsMax)) this.finish();
    if (this.#open === undefined) {
      const packId = Buffer.from(this.#random.bytes(idBytes)).toString('hex');
      const bytes = Buffer.alloc(startBytes);
      const key = beginPack(this.#keys, this.#random, this.#kind, packId, bytes);
      this.#open = { packId, cipherKey: createSecretKey(key), bytes, end: packHeaderBytes, slots: 0 };
      key.fill(0);
    }
    const pack = this.#open;
    let size = pack.bytes.length;
    while (size < needed(pack)) size *= 2;
    if (size > pack.bytes.length) pack.bytes = Buffer.concat([pack.bytes, Buffer.alloc(size - pack.bytes.length)]);
    return pack;
  }
}
