import type { Random } from '@holdfast/kit';
import type { ObjectStore, Retention } from '@holdfast/store';
import { idBytes, packHeaderBytes } from '../format.ts';
import { segmentKeyOf } from '../index/index-names.ts';
import { encodeSegment, type IndexedPack, rowBytes } from '../index/segment.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { packKey } from '../pack/layout.ts';
import type { FinishedPack } from '../pack/meta-pack.ts';
import { beginPack } from '../pack/pack-keys.ts';
import type { BufferPool } from '../pipeline/buffer-pool.ts';
import type { ClosedPack } from '../pipeline/seal-segment.ts';
import { installPack, type SharedControl } from '../pipeline/shared-control.ts';
import { sealObject } from '../sealed-object.ts';
import { putOnce } from './put-once.ts';

/** 3.5 MiB of rows: a segment is read whole, so it stays small; a TiB makes about sixty. */
const segmentRowsMax = 65_536;

export interface PackFlowContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly random: Random;
  readonly sessionId: string;
  readonly vmId: string;
  readonly buffers: BufferPool;
  readonly control: SharedControl;
  readonly signal: AbortSignal;
  /** locks the packs as they are stored */
  readonly retention?: Retention | undefined;
  /** something failed for good: the session can't commit any more */
  onFailure(error: unknown): void;
}

/** Packs that the session may refer to beside its own: the first ordinals are theirs. */
export interface KnownPacks {
  readonly packCount: number;
  packIdOf(ordinal: number): string;
}

/** The way of one session's packs from shared memory into the store, and of their index rows into segments. */
export class PackFlow {
  readonly #context: PackFlowContext;
  readonly #known: KnownPacks;
  readonly #packIds: string[] = [];
  readonly #uploads = new Set<Promise<void>>();
  /** buffers that are this session's at the moment; those on their way to the store are in `#sending`, too */
  readonly #held = new Set<number>();
  readonly #sending = new Set<number>();
  readonly packs: IndexedPack[] = [];
  readonly segments: string[] = [];
  #packsInSegments = 0;
  #rows: Buffer[] = [];
  #rowCount = 0;

  constructor(context: PackFlowContext, known: KnownPacks) {
    this.#context = context;
    this.#known = known;
  }

  packIdOf(ordinal: number): string {
    return ordinal < this.#known.packCount ? this.#known.packIdOf(ordinal) : this.#packIds[ordinal - this.#known.packCount]!;
  }

  /** Gives the workers an empty pack to fill, as soon as a buffer is free. */
  openNext(): void {
    this.#track(async () => {
      const { buffers, keys, random, control, signal } = this.#context;
      const buffer = await buffers.take();
      if (signal.aborted) return buffers.release(buffer);
      this.#held.add(buffer);
      const packId = Buffer.from(random.bytes(idBytes)).toString('hex');
      const bytes = buffers.bytes(buffer);
      const key = beginPack(keys, random, 'data', packId, bytes);
      const ordinal = this.#known.packCount + this.#packIds.push(packId) - 1;
      installPack(control, { buffer, ordinal, packId, key, slots: 0, end: packHeaderBytes }, bytes.length);
      key.fill(0); // from here on it lies where the workers find it, until the pack is full
    });
  }

  sendData(pack: ClosedPack): void {
    this.#sending.add(pack.buffer);
    this.#track(async () => {
      const bytes = this.#context.buffers.bytes(pack.buffer).subarray(0, pack.size);
      try {
        await this.#send({ id: pack.packId, size: pack.size, sha256: pack.sha256, kind: 'data', slots: pack.slots }, bytes, Buffer.from(pack.rows));
      } finally {
        this.#sending.delete(pack.buffer);
        this.#release(pack.buffer);
      }
    });
  }

  /** A pack of nodes or files: nothing in it is ever looked up in the index. */
  sendSmall({ kind, packId: id, bytes, sha256, slots }: FinishedPack): void {
    this.#track(() => this.#send({ id, size: bytes.length, sha256, kind, slots }, bytes, Buffer.alloc(0)));
  }

  async #send(pack: IndexedPack, bytes: Buffer, rows: Buffer): Promise<void> {
    const { store, signal, retention } = this.#context;
    await putOnce(store, packKey(pack.kind, pack.id), bytes, pack.sha256, signal, retention);
    this.packs.push(pack);
    this.#rows.push(rows);
    this.#rowCount += rows.length / rowBytes;
    if (this.#rowCount >= segmentRowsMax) await this.#putSegment();
  }

  /** Everything sent so far is durable, and so is the index of it. */
  async settle(): Promise<void> {
    while (this.#uploads.size > 0) await Promise.all(this.#uploads);
    if (this.packs.length > this.#packsInSegments) await this.#putSegment();
  }

  async #putSegment(): Promise<void> {
    const { store, keys, random, sessionId, vmId, signal } = this.#context;
    const content = encodeSegment(this.packs.slice(this.#packsInSegments), this.#rows);
    this.#packsInSegments = this.packs.length;
    this.#rows = [];
    this.#rowCount = 0;
    const key = segmentKeyOf(sessionId, this.segments.length, vmId);
    this.segments.push(key);
    await putOnce(store, key, sealObject(keys, { kind: 'HFINDEX1', key, sessionId }, content, random), undefined, signal);
  }

  /** Waits for what is under way, whatever becomes of it, and gives all buffers back. Only when no worker seals any more. */
  async dispose(): Promise<void> {
    for (const buffer of this.#held) if (!this.#sending.has(buffer)) this.#release(buffer);
    while (this.#uploads.size > 0) await Promise.allSettled(this.#uploads);
    for (const buffer of this.#held) this.#release(buffer);
  }

  #release(buffer: number): void {
    if (this.#held.delete(buffer)) this.#context.buffers.release(buffer);
  }

  #track(work: () => Promise<void>): void {
    const upload: Promise<void> = work()
      .catch((error: unknown) => this.#context.onFailure(error))
      .finally(() => this.#uploads.delete(upload));
    this.#uploads.add(upload);
  }
}
