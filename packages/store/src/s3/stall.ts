import type { Clock } from '@holdfast/kit';

export interface StallLimits {
  readonly stallMs: number;
  readonly stallBytes: number;
  readonly answerMs: number;
}

/**
 * Settles with what stalled, when too few bytes have moved for too long; with `undefined` when `over` is aborted first.
 * Waiting for the first byte of an answer is allowed a time of its own: the store is making the object durable.
 */
export async function watchForStall(
  progress: { readonly phase: 'sending' | 'answer' | 'receiving'; readonly moved: number },
  { stallMs, stallBytes, answerMs }: StallLimits,
  clock: Clock,
  over: AbortSignal,
): Promise<string | undefined> {
  while (!over.aborted) {
    const { phase, moved } = progress;
    const windowMs = phase === 'answer' ? answerMs : stallMs;
    try {
      await clock.sleep(windowMs, over);
    } catch (error) {
      if (over.aborted) return undefined;
      throw error;
    }
    const gained = progress.moved - moved;
    if (over.aborted || progress.phase !== phase || gained >= stallBytes) continue;
    return phase === 'answer' ? `no answer came within ${windowMs / 1000} s` : `only ${gained} bytes moved in ${windowMs / 1000} s while ${phase}`;
  }
  return undefined;
}
