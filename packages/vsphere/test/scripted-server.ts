import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { systemRandom } from '@holdfast/kit';
import { generate } from 'selfsigned';
import { type ConnectOptions, connect, type Vcenter } from '../src/client/vcenter.ts';
import { type DataObject, decodeRequest, encodeFault, encodeResponse, type Request } from '../src/wire/index.ts';
import { hastyClock } from './fake-vcenter.ts';

export interface ReceivedCall extends Request {
  readonly soapAction: string | undefined;
  readonly cookie: string | undefined;
}

/** What the script answers: a result, or one of these. */
export class Answer {
  readonly kind: 'fault' | 'raw' | 'cut';
  readonly fault: DataObject | undefined;
  readonly status: number;
  readonly body: string;

  constructor(kind: 'fault' | 'raw' | 'cut', fault?: DataObject, status = 500, body = '') {
    this.kind = kind;
    this.fault = fault;
    this.status = status;
    this.body = body;
  }
}

export const faultAnswer = (name: string, fields: DataObject = {}): Answer => new Answer('fault', { $type: name, ...fields });
export const rawAnswer = (status: number, body: string): Answer => new Answer('raw', undefined, status, body);
/** The connection breaks instead of an answer. */
export const cutAnswer: Answer = new Answer('cut');

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly certificatePem: string;
  readonly sha256: string;
  readonly sha1: string;
  readonly calls: ReceivedCall[];
  /** Everything that came in over HTTP, as `GET /path`. */
  readonly requests: string[];
  /** Ends the session, as after half an hour of silence. */
  dropSession(): void;
  changePassword(): void;
  /** How many sign-ins from now on are cut off before they are answered. */
  loginsToCut: number;
  connect(more?: Partial<ConnectOptions>): Promise<Vcenter & { readonly logged: string[] }>;
}

export type Script = (call: ReceivedCall) => unknown | Promise<unknown>;

const certificate = await generate([{ name: 'commonName', value: 'scripted' }], {
  keyType: 'ec',
  algorithm: 'sha256',
  extensions: [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ],
});

/** A server that signs anybody with the password `secret` in and answers everything else by script; files by `files`. */
export async function scriptedServer(
  script: Script,
  options: { readonly versions?: string; readonly files?: (request: IncomingMessage, response: ServerResponse) => void } = {},
): Promise<ScriptedServer> {
  const calls: ReceivedCall[] = [];
  const requests: string[] = [];
  let session: string | undefined;
  let password = 'secret';
  let sessions = 0;
  const mistakes: unknown[] = [];

  const answer = async (call: ReceivedCall, response: ServerResponse): Promise<unknown> => {
    if (call.method === 'RetrieveServiceContent') return serviceContent;
    if (call.method === 'Login') {
      if (face.loginsToCut-- > 0) return cutAnswer;
      if (call.parameters.password !== password) return faultAnswer('InvalidLogin');
      session = `vmware_soap_session="${++sessions}"`;
      response.setHeader('Set-Cookie', `${session}; Path=/; HttpOnly; Secure`);
      return {
        key: session,
        userName: 'u',
        fullName: 'u',
        loginTime: new Date(0),
        lastActiveTime: new Date(0),
        locale: 'en',
        messageLocale: 'en',
        extensionSession: false,
        ipAddress: '127.0.0.1',
        userAgent: '',
        callCount: 0,
      };
    }
    if (call.cookie === undefined || call.cookie !== session) {
      // As a vCenter does: a session that nobody is signed in to.
      response.setHeader('Set-Cookie', 'vmware_soap_session="nobody"; Path=/; HttpOnly; Secure');
      return faultAnswer('NotAuthenticated', { object: call.target, privilegeId: 'System.View' });
    }
    if (call.method === 'Logout') {
      session = undefined;
      return undefined;
    }
    return await script(call);
  };

  const server = createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    void (async () => {
      requests.push(`${request.method} ${request.url}`);
      if (request.url === '/sdk/vimServiceVersions.xml') {
        response.end(options.versions ?? versionList('8.0.3.0', '8.0.2.0', '7.0.3.0'));
        return;
      }
      if (request.url !== '/sdk') {
        options.files?.(request, response);
        return;
      }
      const body = (await Array.fromAsync(request as AsyncIterable<Buffer>)).map(String).join('');
      const call = { ...decodeRequest(body), soapAction: request.headers.soapaction as string | undefined, cookie: request.headers.cookie };
      calls.push(call);
      const result = await answer(call, response);
      if (result === cutAnswer) return void request.socket.destroy();
      if (!(result instanceof Answer)) return void response.end(encodeResponse(call.method, result));
      response.statusCode = result.status;
      response.end(result.kind === 'raw' ? result.body : encodeFault({ message: 'scripted', fault: result.fault }));
    })().catch((error: unknown) => {
      // A mistake in the script: the test is to see it, not to wait for ever.
      response.statusCode = 400;
      response.end(String(error));
      mistakes.push(error);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const x509 = new X509Certificate(certificate.cert);

  const face: ScriptedServer = {
    loginsToCut: 0,
    url,
    certificatePem: certificate.cert,
    sha256: x509.fingerprint256,
    sha1: x509.fingerprint,
    calls,
    requests,
    changePassword: () => {
      password = 'another';
    },
    dropSession: () => {
      session = undefined;
    },
    connect: async (more) => {
      const logged: string[] = [];
      const vcenter = await connect({
        url,
        username: 'u',
        password: 'secret',
        trust: { kind: 'thumbprint', sha256: x509.fingerprint256 },
        clock: hastyClock(),
        random: systemRandom,
        log: (message) => void logged.push(message),
        ...more,
      });
      return Object.assign(Object.create(vcenter) as Vcenter, { logged });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      if (mistakes.length > 0) throw mistakes[0];
    },
  };
  return face;
}

export function versionList(version: string, ...prior: string[]): string {
  return (
    '<?xml version="1.0" encoding="UTF-8" ?><namespaces version="1.0"><namespace><name>urn:vim25</name>' +
    `<version>${version}</version><priorVersions>${prior.map((one) => `<version>${one}</version>`).join('')}</priorVersions></namespace></namespaces>`
  );
}

const serviceContent = {
  rootFolder: { type: 'Folder', value: 'group-d1' },
  propertyCollector: { type: 'PropertyCollector', value: 'propertyCollector' },
  viewManager: { type: 'ViewManager', value: 'ViewManager' },
  about: {
    name: 'Scripted',
    fullName: 'Scripted 1',
    vendor: 'nobody',
    version: '8.0.3',
    build: '1',
    osType: 'linux',
    productLineId: 'vpx',
    apiType: 'VirtualCenter',
    apiVersion: '8.0.3.0',
    instanceUuid: 'aa-bb',
  },
  sessionManager: { type: 'SessionManager', value: 'SessionManager' },
};
