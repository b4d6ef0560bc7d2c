import type { ObjectStore } from '../object-store.ts';

/** How much a check does. Small against a user's bucket, larger in tests. */
export interface CheckScale {
  /** objects made for the listing check */
  readonly listedObjects: number;
  /** bytes of the large body */
  readonly largeBytes: number;
  readonly writersAtOnce: number;
  /** how often they compete: a store that decides too early is found out with luck only */
  readonly contests: number;
}

/** Listing more than 1,000 objects makes S3 answer in pages. */
export const thoroughScale: CheckScale = { listedObjects: 1_100, largeBytes: 24 * 1024 * 1024 + 17, writersAtOnce: 16, contests: 12 };
export const probeScale: CheckScale = { listedObjects: 60, largeBytes: 8 * 1024 * 1024 + 17, writersAtOnce: 16, contests: 8 };

/** One thing a vault asks of a store, as a plain function: the same list is the test suite and `holdfast store probe`. */
export interface StoreCheck {
  readonly name: string;
  /** what breaks for a vault when this doesn't hold */
  readonly requirement: string;
  /** Throws when the store doesn't hold up. The store given is empty and the check's own. */
  run(store: ObjectStore, scale: CheckScale): Promise<void>;
}

/** Bytes that differ everywhere and can be told apart by their seed. */
export function patternBytes(length: number, seed: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  let state = (seed * 2654435761) >>> 0 || 1;
  const words = new Uint32Array(1024);
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state >>> 0;
  }
  const block = Buffer.from(words.buffer);
  for (let at = 0; at < length; at += block.length) {
    block.writeUInt32LE(at >>> 12, 0);
    block.copy(bytes, at);
  }
  return bytes;
}
