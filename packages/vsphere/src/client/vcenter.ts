import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import type { Clock, Random } from '@holdfast/kit';
import { vsphereErrors } from '../errors.ts';
import type { DataObject, MoRef } from '../wire/index.ts';
import { type Address, parseAddress } from './address.ts';
import { beginRequest, trustedAgent } from './https.ts';
import { Session } from './session.ts';
import { showThumbprints, type Thumbprints, type Trust, thumbprintTrust } from './trust.ts';

export interface ConnectOptions {
  /** `vcenter.example.com`, `vcenter.example.com:8443` or `https://…`; `/sdk` is added. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends everything this connection does. */
  readonly signal?: AbortSignal | undefined;
  /** Told about retries, re-sign-ins and fallbacks, a sentence each. */
  readonly log?: ((message: string) => void) | undefined;
  /** How long one call may take, unless it says otherwise; 120,000 when absent. */
  readonly callMs?: number | undefined;
}

/** What the server says about itself. */
export interface About {
  readonly name: string;
  readonly fullName: string;
  /** product version, `8.0.3` */
  readonly version: string;
  readonly build: string;
  /** `8.0.3.0` */
  readonly apiVersion: string;
  readonly kind: 'vcenter' | 'esxi';
  /** The key to know a vCenter by; an ESXi host has none. */
  readonly instanceUuid?: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly callMs?: number | undefined;
}

/** A signed-in connection to a vCenter or ESXi host. Signs out when disposed. */
export interface Vcenter extends AsyncDisposable {
  readonly address: Address;
  readonly about: About;
  /** The API version we speak with it: the older of ours and its. */
  readonly apiVersion: string;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (message: string) => void;
  /** What requests for files authenticate with; changes when we had to sign in again. */
  readonly cookie: string | undefined;
  /** The server's managers by the names of `ServiceContent`: `propertyCollector`, `searchIndex`, `rootFolder` … */
  service(name: string): MoRef;
  /**
   * Calls a method of the table; parameters and result as the schema has them. Signs in again once when the session is gone.
   * @throws the errors of `vsphereErrors`; see {@link isFault} for what the server said
   */
  call(method: string, target: MoRef, parameters?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** The server's clock. */
  now(): Promise<Date>;
  /** Signs in anew, unless that has happened since `staleCookie` was refused. */
  signInAgain(staleCookie: string | undefined): Promise<void>;
  /**
   * Begins an upload to a URL the server named (a lease's device URL): sets the session's cookie, the agent and the check of the
   * certificate (ours, or `thumbprint` where the URL is of another host), and gives the request back unsent.
   */
  openUpload(method: 'POST' | 'PUT', url: string, headers: OutgoingHttpHeaders, signal: AbortSignal, thumbprint?: string): ClientRequest;
}

/**
 * Signs in.
 * @throws `VSPHERE_ADDRESS`, `VSPHERE_UNREACHABLE`, `VSPHERE_CERTIFICATE`, `VSPHERE_SIGN_IN`, `VSPHERE_PROTOCOL`
 */
export async function connect(options: ConnectOptions): Promise<Vcenter> {
  const session = new Session(options);
  try {
    await session.open();
  } catch (error) {
    await session.close();
    throw error;
  }
  const about = readAbout(session.content.about as DataObject);
  return {
    address: session.address,
    about,
    apiVersion: session.apiVersion,
    trust: session.trust,
    clock: session.clock,
    random: session.random,
    log: session.log,
    get cookie() {
      return session.cookie;
    },
    service: (name) => {
      const ref = session.content[name] as MoRef | undefined;
      if (ref === undefined) throw vsphereErrors.create('VSPHERE_REFUSED', `${about.fullName} has no ${name}`, { subject: { host: session.address.host } });
      return ref;
    },
    call: (method, target, parameters, callOptions) => session.call(method, target, parameters, callOptions),
    now: async () => (await session.call('CurrentTime', { type: 'ServiceInstance', value: 'ServiceInstance' })) as Date,
    signInAgain: (staleCookie) => session.signInAgain(staleCookie),
    openUpload: (method, url, headers, signal, thumbprint) => {
      const { address, path, own } = uploadTarget(url, session.address);
      const trust = own || thumbprint === undefined ? session.trust : thumbprintTrust(thumbprint);
      return beginRequest({
        address,
        // One connection for one stream: nothing of it is used again.
        agent: trustedAgent(address, trust, { keepAlive: false, connectionsMax: 1 }),
        method,
        path,
        headers: { ...(session.cookie === undefined ? {} : { Cookie: session.cookie }), ...headers },
        signal: AbortSignal.any([signal, session.stopped.signal]),
        silenceMsMax: uploadSilenceMsMax,
      });
    },
    [Symbol.asyncDispose]: () => session.close(),
  };
}

/** A host may think long about a block when its datastore is busy. */
const uploadSilenceMsMax = 600_000;

function uploadTarget(text: string, ours: Address): { address: Address; path: string; own: boolean } {
  // A host that doesn't know how we reach it writes an asterisk.
  const url = URL.parse(text.replace(/^(https?:\/\/)\*/, (_all, scheme) => `${scheme}${ours.host.includes(':') ? `[${ours.host}]` : ours.host}`));
  if (url === null) throw vsphereErrors.create('VSPHERE_PROTOCOL', `the server named a URL that can't be read: ${text}`);
  const given = parseAddress(`${url.protocol}//${url.host}`);
  const own = given.host === ours.host;
  const address = own && url.port === '' && text.includes('://*') ? ours : given;
  return { address, path: `${url.pathname}${url.search}`, own };
}

function readAbout(about: DataObject): About {
  const text = (field: string) => String(about[field] ?? '');
  return {
    name: text('name'),
    fullName: text('fullName'),
    version: text('version'),
    build: text('build'),
    apiVersion: text('apiVersion'),
    kind: about.apiType === 'VirtualCenter' ? 'vcenter' : 'esxi',
    ...(typeof about.instanceUuid === 'string' ? { instanceUuid: about.instanceUuid } : {}),
  };
}

/** The server's certificate hashes, for a person to compare; nothing is sent, and nothing is taken for trusted. */
export async function readThumbprint(url: string, signal?: AbortSignal): Promise<Thumbprints> {
  return await showThumbprints(parseAddress(url), signal);
}
