import type { ChunkerSettings } from '../description.ts';
import type { KnownRuns } from '../index/known-runs.ts';
import type { Level } from '../pack/seal.ts';
import type { SlotWish } from '../restore/open-slots.ts';
import type { PageRange } from '../tree/merge-leaf.ts';
import type { ClosedPack, SealedSegment } from './seal-segment.ts';

/** What every worker of a vault is started with. Buffers are shared memory. */
export interface WorkerSetup {
  readonly packBuffers: readonly SharedArrayBuffer[];
  readonly segmentBuffers: readonly SharedArrayBuffer[];
  readonly chunkIdKey: Uint8Array;
  readonly chunker: ChunkerSettings;
  readonly chunkerSeed: number;
  readonly level: Level;
  readonly verifyEvery: number;
}

export interface SealWork {
  readonly kind: 'seal';
  readonly session: string;
  readonly buffer: number;
  readonly ranges: readonly PageRange[];
}

/** Closes the session's open pack, however little is in it. */
export interface CloseWork {
  readonly kind: 'close';
  readonly session: string;
}

export interface OpenWork {
  readonly kind: 'open';
  readonly packId: string;
  readonly packKey: Uint8Array;
  readonly fetched: Uint8Array;
  readonly wishes: readonly SlotWish[];
  readonly window: number;
}

export type Work = SealWork | CloseWork | OpenWork;
export interface Results {
  readonly seal: SealedSegment;
  readonly close: undefined;
  /** numbers of damaged slots */
  readonly open: number[];
}

/** What a session shares with its workers, beside the buffers that all sessions share. */
export interface SharedWithWorkers {
  readonly control: Int32Array;
  readonly table: Int32Array;
  /** the vault's chunks on this machine's disk, where there are any */
  readonly runs?: KnownRuns | undefined;
}

export type ToWorker =
  | ({ readonly kind: 'join'; readonly session: string } & SharedWithWorkers)
  | { readonly kind: 'leave'; readonly session: string }
  | { readonly kind: 'work'; readonly task: number; readonly work: Work };

export type FromWorker =
  | { readonly kind: 'done'; readonly task: number; readonly result: Results[keyof Results] }
  | { readonly kind: 'failed'; readonly task: number; readonly code: string | undefined; readonly message: string }
  | { readonly kind: 'packFull'; readonly session: string }
  | { readonly kind: 'packClosed'; readonly session: string; readonly pack: ClosedPack };
