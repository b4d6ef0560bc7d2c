import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

export interface LeaseServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
}

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A host with one device URL. What it does with the POST is up to the test. */
export async function leaseServer(answer: Answer): Promise<LeaseServer> {
  const requests: IncomingMessage[] = [];
  const answers: Promise<unknown>[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answers.push(Promise.resolve(answer(request, response)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/nfc/52f7/disk-0.vmdk`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await Promise.all(answers);
    },
  };
}

/** Keeps what was sent as a file, if the body came to its end. */
export function keepAs(path: string): Answer {
  return async (request, response) => {
    try {
      await pipeline(request, createWriteStream(`${path}.incoming`));
      await rename(`${path}.incoming`, path);
      response.writeHead(201).end();
    } catch {
      await rm(`${path}.incoming`, { force: true });
    }
  };
}
