import { cliErrors } from './errors.ts';

/**
 * The first SIGINT, SIGTERM or SIGHUP asks for a clean end (snapshots removed, sessions ended); the second leaves at once.
 */
export function interruptSignal(onFirst: (name: string) => void): AbortSignal {
  const controller = new AbortController();
  const signalled = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    onFirst(name);
    controller.abort(cliErrors.create('CLI_INTERRUPTED', `interrupted (${name})`, { did: 'what was under way was given up and cleaned up' }));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => signalled(name));
  return controller.signal;
}
