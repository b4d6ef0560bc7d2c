import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { systemClock } from '@holdfast/kit';
import type { StoreEnvironment } from '../environment.ts';
import type { S3Limits, S3StoreOptions } from './s3-options.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Plays the store: called for each request once its body is there. */
export type Play = (request: SeenRequest, response: ServerResponse, nth: number) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly options: S3StoreOptions & { readonly endpoint: string };
  readonly seen: SeenRequest[];
  /** connections opened so far */
  connections(): number;
}

/** A server on the loopback address that does what a test writes. */
export async function scriptedServer(play: Play, tls?: { certificate: string; privateKey: string }): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    try {
      const body = Buffer.concat(await request.toArray());
      const one = { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body };
      seen.push(one);
      play(one, response, seen.length);
    } catch {
      // The client went away in the middle of its body.
      response.destroy();
    }
  };
  const server: Server = tls === undefined ? createPlainServer(onRequest) : createSecureServer({ cert: tls.certificate, key: tls.privateKey }, onRequest);
  let connections = 0;
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    options: {
      bucket: 'bucket',
      region: 'us-east-1',
      endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      ...(tls !== undefined && { ca: tls.certificate }),
    },
    seen,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function refuse(response: ServerResponse, status: number, code: string, more = '', headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>said by the test</Message>${more}<RequestId>R1</RequestId></Error>`);
}

/** Pauses are taken at once and written down; everything else goes by the real clock, scaled down by the limits. */
export function impatient(pauses: number[] = []): StoreEnvironment {
  return {
    clock: {
      ...systemClock,
      sleep: async (milliseconds, signal) => {
        // Watching for stalls passes a signal and needs real time; a pause between attempts is only recorded.
        if (signal !== undefined) return await systemClock.sleep(milliseconds, signal);
        pauses.push(milliseconds);
      },
    },
    random: { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 },
  };
}

/** So that stalls show within a test. */
export const shortWaits: Partial<S3Limits> = { stallMs: 150, answerMs: 300 };
