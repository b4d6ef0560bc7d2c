import { retry } from '@holdfast/kit';
import { isFault } from '../client/fault.ts';
import type { Vcenter } from '../client/vcenter.ts';

const attemptsMax = 10;
const pauseMs = 5_000;
const pauseMsMax = 300_000;

/** Tries again, with growing pauses, while another task works on the VM or holds its files. */
export async function whileBusy<T>(vcenter: Vcenter, what: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  return await retry(work, {
    attemptsMax,
    pauseMs,
    pauseMsMax,
    clock: vcenter.clock,
    random: vcenter.random,
    signal,
    retryable: (error) => ['TaskInProgress', 'ConcurrentAccess', 'ResourceInUse', 'FileLocked', 'SnapshotLocked'].some((name) => isFault(error, name)),
    onRetry: (error, attempt, pause) =>
      vcenter.log(`${what} waits ${Math.round(pause / 1000)} s (attempt ${attempt} of ${attemptsMax}): ${(error as Error).message}`),
  });
}
