import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { judge } from '../../../../tools/judges/judge.ts';

/** A program that serves until it is ended. Where the machine has setpriv, it ends with us, even if we are killed. */
export interface ChildServer extends AsyncDisposable {
  readonly pid: number;
  /** rejects when the program ends by itself, with what it said last */
  readonly ended: Promise<never>;
}

export function startChildServer(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildServer {
  const serve = [program, ...args];
  const [command, ...rest] = judge('setpriv') === undefined ? serve : ['setpriv', '--pdeathsig', 'KILL', ...serve];
  const child: ChildProcess = spawn(command!, rest, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-4000)));
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => Promise.reject(new Error(`${program} ended with ${code}: ${said}`)));
  ended.catch(() => {}); // heard only by whoever waits for the server
  return {
    pid: child.pid!,
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Somebody else may take it before it is used. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
