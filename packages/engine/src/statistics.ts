import type { DiskStatistics } from '@holdfast/vault';

export const noStatistics: DiskStatistics = { read: 0, zero: 0, reused: 0, fresh: 0, stored: 0, incompressible: 0, chunksRead: 0, chunksFresh: 0 };

export function sumStatistics(all: Iterable<DiskStatistics>): DiskStatistics {
  const sum = { ...noStatistics };
  for (const one of all) for (const name of Object.keys(sum) as (keyof DiskStatistics)[]) (sum as Record<string, number>)[name] = (sum[name] ?? 0) + one[name];
  return sum;
}

/**
 * What each means saves, apart, so that none can hide behind another. `undefined` where there was nothing to save on.
 *
 * `read = zero + reused + fresh`; `overall` = read ÷ stored.
 */
export interface Savings {
  /** share of what was read that is zeros, 0 … 1 */
  readonly zeroShare: number | undefined;
  /** bytes that aren't zeros ÷ bytes new to the vault */
  readonly deduplication: number | undefined;
  /** new bytes ÷ what they take in packs, headers and sealing included */
  readonly compression: number | undefined;
  readonly overall: number | undefined;
}

export function savings(statistics: DiskStatistics): Savings {
  const ratio = (whole: number, part: number) => (part > 0 ? whole / part : undefined);
  const { read, zero, fresh, stored } = statistics;
  return { zeroShare: ratio(zero, read), deduplication: ratio(read - zero, fresh), compression: ratio(fresh, stored), overall: ratio(read, stored) };
}
