import { HoldfastError } from '@holdfast/kit';
import type { FindingState } from './finding.ts';

/** So many refusals in a row mean that the store is away, not that so many objects are lost. */
const refusalsInARowMax = 16;

/** Sorts what the store and the opening of objects say; gives up when the store refuses everything. */
export class Answers {
  #refusedInARow = 0;
  refused = 0;
  bytes = 0;

  /** A fetch has brought so many bytes. */
  fetched(bytes: number): void {
    this.#refusedInARow = 0;
    this.bytes += bytes;
  }

  /** @throws the error itself when it says nothing about one object: an interruption, a defect, a store that is away */
  stateOf(error: unknown): Exclude<FindingState, 'notice'> {
    if (!(error instanceof HoldfastError) || error.code === 'STORE_BUCKET_ABSENT') throw error;
    if (error.code === 'STORE_ABSENT' || error.code === 'PACK_ABSENT') return 'absent';
    if (error.kind === 'damaged') return 'damaged';
    if (error.kind !== 'unavailable' && error.kind !== 'access') throw error;
    this.refused++;
    if (++this.#refusedInARow >= refusalsInARowMax) throw error;
    return 'unreadable';
  }
}
