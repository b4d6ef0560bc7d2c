import type { Clock } from '@holdfast/kit';
import { cliErrors } from './errors.ts';

/** A terminal signals everybody in front of it, and a launcher passes on what it got: what comes this soon is the same Ctrl-C. */
const sameMs = 500;

/**
 * The first SIGINT, SIGTERM or SIGHUP asks for a clean end (snapshots removed, sessions ended); the second leaves at once.
 */
export function interruptSignal(clock: Pick<Clock, 'elapsed'>, onFirst: (name: string) => void): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const signalled = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (clock.elapsed() - firstMs > sameMs) process.exit(130);
      return;
    }
    firstMs = clock.elapsed();
    onFirst(name);
    controller.abort(cliErrors.create('CLI_INTERRUPTED', `interrupted (${name})`, { did: 'what was under way was given up and cleaned up' }));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => signalled(name));
  return controller.signal;
}
