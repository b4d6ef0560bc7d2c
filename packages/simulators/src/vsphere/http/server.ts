import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Vcenter } from '../vcenter.ts';
import { answerFolder } from './folder-endpoint.ts';
import { answerNfc } from './nfc-endpoint.ts';
import { answerSdk } from './sdk-endpoint.ts';
import { serviceVersions } from './service-versions.ts';

/** A listening server, and how to end it. */
export interface HttpFace {
  readonly port: number;
  close(): Promise<void>;
}

/** One request with what every endpoint needs. */
export interface Exchange {
  readonly vcenter: Vcenter;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The caller hung up, or the simulator closes. */
  readonly signal: AbortSignal;
}

/** Listens on 127.0.0.1 only. */
export async function listen(vcenter: Vcenter, port: number): Promise<HttpFace> {
  const { keyPem, certificatePem } = vcenter.certificate;
  const closing = new AbortController();
  const sockets = new Set<Duplex>();
  const server: Server = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
    const hungUp = new AbortController();
    response.once('close', () => hungUp.abort());
    const url = new URL(request.url ?? '/', 'https://vcenter.simulated');
    const signal = AbortSignal.any([hungUp.signal, closing.signal]);
    route({ vcenter, request, response, url, signal }).catch((error: unknown) => fail(response, error));
  });
  // Long polls and slow transfers are ordinary here; the clients' own limits decide.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function route(exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const path = url.pathname;
  if (request.method === 'POST' && (path === '/sdk' || path === '/sdk/' || path === '/sdk/vimService')) return await answerSdk(exchange);
  if (request.method === 'GET' && path === '/sdk/vimServiceVersions.xml') {
    response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(serviceVersions(exchange.vcenter.apiVersion));
    return;
  }
  if (path === '/folder' || path.startsWith('/folder/')) return await answerFolder(exchange);
  if (path.startsWith('/nfc/')) return await answerNfc(exchange);
  response.writeHead(404).end();
}

/** Nothing an endpoint throws may end the process; the caller sees a broken exchange, and the reason. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response
    .writeHead(500, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(error instanceof Error ? `${error.message}\n` : `${String(error)}\n`);
}
