import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { decodeResponse, encodeRequest, type MoRef, newestApiVersion } from '@holdfast/vsphere/wire';
import type { VsphereSimulator } from '../src/index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** A fault the server answered with. */
class Refusal extends Error {
  readonly fault: { readonly $type?: string; readonly [field: string]: unknown };

  constructor(message: string, fault: Refusal['fault']) {
    super(`${fault.$type}: ${message}`);
    this.fault = fault;
  }
}

/** The barest SOAP and HTTP client, which hides nothing. One connection at a time unless told otherwise. */
export interface SoapClient {
  /** Calls a method; gives its result, or throws its fault as a {@link Refusal}. */
  call(target: MoRef, method: string, parameters?: Record<string, unknown>, version?: string): Promise<unknown>;
  /** Waits for the task a method started. */
  task(target: MoRef, method: string, parameters?: Record<string, unknown>): Promise<unknown>;
  property(target: MoRef, path: string): Promise<unknown>;
  http(method: string, path: string, options?: { headers?: Record<string, string>; body?: string | Buffer; cookie?: boolean }): Promise<Reply>;
  login(username?: string, password?: string): Promise<void>;
  cookie: string | undefined;
  close(): void;
}

const service = (type: string, value: string): MoRef => ({ type, value });
export const serviceInstance = service('ServiceInstance', 'ServiceInstance');
const sessionManager = service('SessionManager', 'SessionManager');
export const propertyCollector = service('PropertyCollector', 'propertyCollector');

export function soapClient(simulator: VsphereSimulator): SoapClient {
  const agent = new Agent({ ca: simulator.caPem, keepAlive: true, maxSockets: 8 });
  const http: SoapClient['http'] = async (method, path, { headers = {}, body, cookie = true } = {}) =>
    await new Promise((resolve, reject) => {
      const sent = request(`${simulator.url}${path}`, {
        agent,
        method,
        headers: { ...(cookie && client.cookie !== undefined && { cookie: client.cookie }), ...headers },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        buffer(response).then((bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }), reject);
      });
      sent.end(body);
    });
  const call: SoapClient['call'] = async (target, method, parameters = {}, version = newestApiVersion) => {
    const body = encodeRequest({ method, target, parameters, operationId: `op-${method}` }, version);
    const reply = await http('POST', '/sdk', { body, headers: { 'content-type': 'text/xml', soapaction: `urn:vim25/${version}` } });
    const cookie = reply.headers['set-cookie']?.[0];
    if (cookie !== undefined) client.cookie = cookie.split(';')[0];
    const answer = decodeResponse(reply.body.toString('utf8'), method);
    if (answer.kind === 'fault') throw new Refusal(answer.message, answer.fault ?? {});
    return answer.value;
  };
  const property: SoapClient['property'] = (target, path) => call(target, 'Fetch', { prop: path });
  const client: SoapClient = {
    call,
    property,
    http,
    cookie: undefined,
    task: async (target, method, parameters) => {
      const task = (await call(target, method, parameters)) as MoRef;
      for (;;) {
        const info = (await property(task, 'info')) as { state: string; result?: unknown; error?: { fault: Refusal['fault']; localizedMessage?: string } };
        if (info.state === 'success') return info.result;
        if (info.state === 'error') throw new Refusal(info.error?.localizedMessage ?? '', info.error?.fault ?? {});
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    login: async (username = simulator.username, password = simulator.password) => {
      await call(sessionManager, 'Login', { userName: username, password });
    },
    close: () => agent.destroy(),
  };
  return client;
}
