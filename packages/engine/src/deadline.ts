import type { Clock } from '@holdfast/kit';
import { engineErrors } from './errors.ts';

/**
 * A signal of its own for cleaning up: independent of the job's signal, which is aborted already when there is something to clean up,
 * and aborted by itself after `limitMs`, so that cleaning up ends.
 */
export function deadline(clock: Clock, limitMs: number): { readonly signal: AbortSignal } & Disposable {
  const expired = new AbortController();
  const cancelled = new AbortController();
  clock.sleep(limitMs, cancelled.signal).then(
    () => expired.abort(engineErrors.create('ENGINE_CLEANUP_FAILED', `cleaning up took longer than ${Math.round(limitMs / 1000)} s`)),
    () => {},
  );
  return { signal: expired.signal, [Symbol.dispose]: () => cancelled.abort() };
}
