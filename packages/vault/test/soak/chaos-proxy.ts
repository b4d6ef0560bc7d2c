import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';

export interface ChaosProxy extends AsyncDisposable {
  readonly port: number;
  readonly figures: Record<Fate | 'requests', number>;
  /** Resolves when nothing is under way any more, late requests included. Only when nobody sends. */
  drained(): Promise<void>;
}

/**
 * - `slow down`: 503, and nothing happens
 * - `cut`: the connection ends, and nothing happens
 * - `lost answer`: it happens, and the connection ends
 * - `half an answer`: the connection ends in the middle of the body
 * - `late`: the connection ends, and it happens seconds later
 * - `twice`: answered, and it happens once more seconds later
 * - `slow`: answered after a while
 */
type Fate = 'slow down' | 'cut' | 'lost answer' | 'half an answer' | 'late' | 'twice' | 'slow' | 'good';

const fates: readonly (readonly [Fate, number])[] = [
  ['slow down', 0.03],
  ['cut', 0.012],
  ['lost answer', 0.015],
  ['half an answer', 0.008],
  ['late', 0.008],
  ['twice', 0.01],
  ['slow', 0.015],
];
/** By requests and not by time: a slow machine would never get between two bursts. */
const burstEvery = 2500;
const burstRequests = 80;
const burstRefusals = 0.8;
const lateMsMax = 12_000;
const slowMsMax = 1000;
const slowDown =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>0</RequestId></Error>';

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Stands before an S3 server and does to its requests what networks and busy servers do. Told of everything that takes effect late. */
export async function startChaosProxy(target: URL, chance: Chance, onLate: (keys: string[]) => void): Promise<ChaosProxy> {
  const agent = new Agent({ keepAlive: true });
  const figures: ChaosProxy['figures'] = {
    requests: 0,
    ...{ 'slow down': 0, cut: 0, 'lost answer': 0, 'half an answer': 0, late: 0, twice: 0, slow: 0, good: 0 },
  };
  const running = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    const tracked: Promise<unknown> = work.catch(() => {}).finally(() => running.delete(tracked));
    running.add(tracked);
  };

  const forward = (from: IncomingMessage, body: Buffer): Promise<Forwarded> =>
    new Promise((resolve, reject) => {
      const options = { agent, host: target.hostname, port: target.port, method: from.method!, path: from.url!, headers: from.headers };
      const sent = request(options, (answer) => {
        readAll(answer).then((whole) => resolve({ status: answer.statusCode!, headers: answer.headers, body: whole }), reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const later = (from: IncomingMessage, body: Buffer) =>
    track(
      sleep(chance.between(100, lateMsMax)).then(async () => {
        const { status } = await forward(from, body);
        if (status < 300) onLate(keysOf(from, body));
      }),
    );

  const handle = async (from: IncomingMessage, to: ServerResponse) => {
    figures.requests++;
    const body = await readAll(from);
    const fate = fateOf(from, chance, figures.requests);
    figures[fate]++;
    if (fate === 'late') later(from, body);
    if (fate === 'cut' || fate === 'late') return from.socket.destroy();
    if (fate === 'slow down') return to.writeHead(503, { 'content-type': 'application/xml', 'content-length': slowDown.length }).end(slowDown);
    if (fate === 'slow') await sleep(chance.between(50, slowMsMax));
    const answer = await forward(from, body);
    if (fate === 'twice') later(from, body);
    if (fate === 'lost answer') return from.socket.destroy();
    to.writeHead(answer.status, answer.headers);
    if (fate !== 'half an answer') return to.end(answer.body);
    to.write(answer.body.subarray(0, answer.body.length >> 1), () => from.socket.destroy());
  };

  const server = createServer((from, to) => {
    to.on('error', () => {});
    // A sender that was killed in the middle, or a server that ends: as cut.
    track(handle(from, to).catch(() => from.socket.destroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    figures,
    drained: async () => {
      while (running.size > 0) await Promise.all(running);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}

function fateOf(from: IncomingMessage, chance: Chance, requests: number): Fate {
  if (requests % burstEvery < burstRequests && chance.happens(burstRefusals)) return 'slow down';
  let lot = chance.fraction();
  for (const [fate, share] of fates) {
    if (lot < share) {
      const changes = from.method !== 'GET' && from.method !== 'HEAD';
      return changes || (fate !== 'late' && fate !== 'twice') ? fate : 'good';
    }
    lot -= share;
  }
  return 'good';
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}

/** Keys that a request changes: the path behind the bucket, or those in the body of a deletion of several. */
function keysOf({ url }: IncomingMessage, body: Buffer): string[] {
  const path = decodeURIComponent(url!.split('?')[0]!).split('/').slice(2).join('/');
  return path !== '' ? [path] : [...body.toString().matchAll(/<Key>([^<]+)<\/Key>/g)].map((match) => match[1]!);
}
