import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { vsphereErrors } from '../errors.ts';
import type { Address } from './address.ts';
import { openTrusted, type Trust } from './trust.ts';

/** An agent whose every connection has been checked for trust before a request goes out on it. */
export function trustedAgent(address: Address, trust: Trust, options: { readonly keepAlive: boolean; readonly connectionsMax: number }): Agent {
  const agent = new Agent({ keepAlive: options.keepAlive, maxSockets: options.connectionsMax, maxFreeSockets: options.connectionsMax, scheduling: 'lifo' });
  const closed = new AbortController();
  // Node leaves making the connection to this method and takes it asynchronously.
  agent.createConnection = (_options: unknown, callback?: (error: Error | null, socket: Duplex) => void) => {
    openTrusted(address, trust, { signal: closed.signal }).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  };
  const destroy = agent.destroy.bind(agent);
  // A connection still being made would otherwise outlive the agent, idle.
  agent.destroy = () => {
    closed.abort(vsphereErrors.create('VSPHERE_CANCELLED', `the connections to ${address.host} were closed`));
    destroy();
  };
  return agent;
}

export interface HttpsRequest {
  readonly address: Address;
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
  /** ends the request, the response's body included */
  readonly signal?: AbortSignal | undefined;
  /** how long the connection may be silent */
  readonly silenceMsMax: number;
}

/** The request, unsent; errors of the connection come as `vsphereErrors`. */
export function beginRequest(options: Omit<HttpsRequest, 'body'>): ClientRequest {
  const { address, agent, method, path, headers, signal, silenceMsMax } = options;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const request = httpsRequest({
    agent,
    method,
    path,
    host: address.host,
    port: address.port,
    timeout: silenceMsMax,
    ...(signal === undefined ? {} : { signal }),
    headers: { Host: address.port === 443 ? host : `${host}:${address.port}`, ...headers },
  });
  request.on('timeout', () => request.destroy(vsphereErrors.create('VSPHERE_TIMEOUT', `${address.host} was silent for ${silenceMsMax / 1000} s`)));
  return request;
}

/** Sends a request and resolves when the head of the response is there. */
export function sendRequest(options: HttpsRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = beginRequest(options);
    request.on('error', (error) => reject(connectionFailure(error, options.address, options.signal)));
    request.on('response', resolve);
    request.end(options.body);
  });
}

export interface HttpsResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a request and reads the whole response. @throws `VSPHERE_LIMIT` when its body is larger than `bytesMax` */
export async function exchange(options: HttpsRequest & { readonly bytesMax: number }): Promise<HttpsResponse> {
  const response = await sendRequest(options);
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > options.bytesMax)
        throw vsphereErrors.create('VSPHERE_LIMIT', `an answer of ${options.address.host} is larger than ${options.bytesMax} bytes`);
      parts.push(part);
    }
  } catch (error) {
    response.destroy();
    throw connectionFailure(error, options.address, options.signal);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) };
}

/** An error of a connection, in our terms. */
export function connectionFailure(error: unknown, address: Address, signal: AbortSignal | undefined): unknown {
  if (vsphereErrors.is(error)) return error;
  if (signal?.aborted) {
    const timedOut = (signal.reason as Error | undefined)?.name === 'TimeoutError';
    return timedOut
      ? vsphereErrors.create('VSPHERE_TIMEOUT', `${address.host} took longer than we wait`, { cause: error })
      : vsphereErrors.create('VSPHERE_CANCELLED', `the request to ${address.host} was stopped`, { cause: signal.reason });
  }
  return vsphereErrors.create('VSPHERE_UNREACHABLE', `the connection to ${address.host}:${address.port} broke: ${(error as Error).message}`, {
    subject: { host: address.host },
    cause: error,
  });
}
