import type { Clock, Random } from './environment.ts';

export interface RetryOptions {
  /** Attempts in all, the first included. */
  readonly attemptsMax: number;
  /** Upper bound of the first pause; doubles with every attempt. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  /** Whether this failure may pass when tried again. */
  retryable(error: unknown): boolean;
  onRetry?(error: unknown, attempt: number, pauseMs: number): void;
}

/** Tries until it succeeds, fails for good, or attempts run out; pauses with full jitter, so that many writers spread out. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= options.attemptsMax || options.signal?.aborted || !options.retryable(error)) throw error;
      const pauseMs = options.random.fraction() * Math.min(options.pauseMsMax, options.pauseMs * 2 ** (attempt - 1));
      options.onRetry?.(error, attempt, pauseMs);
      await options.clock.sleep(pauseMs, options.signal);
    }
  }
}
