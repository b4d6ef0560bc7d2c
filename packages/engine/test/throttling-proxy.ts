import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ThrottlingProxy extends AsyncDisposable {
  readonly url: string;
  readonly refused: () => number;
}

/** Stands before an S3 server and answers `503 Slow Down` to every nth request instead of passing it on. */
export async function throttlingProxy(target: string, every: number): Promise<ThrottlingProxy> {
  let seen = 0;
  let refused = 0;
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, answer) => {
    seen += 1;
    if (seen % every === 0) {
      refused += 1;
      incoming.resume();
      answer
        .writeHead(503, { 'content-type': 'application/xml' })
        .end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
      return;
    }
    // The Host header stays as it was signed.
    const outgoing = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
