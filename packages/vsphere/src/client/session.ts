import type { IncomingHttpHeaders } from 'node:http';
import type { Agent } from 'node:https';
import { type Clock, HoldfastError, type Random, retry } from '@holdfast/kit';
import { vsphereErrors } from '../errors.ts';
import {
  apiVersions,
  compareApiVersions,
  type DataObject,
  decodeResponse,
  encodeRequest,
  type MoRef,
  newestApiVersion,
  parseXml,
  type Response,
} from '../wire/index.ts';
import { type Address, parseAddress } from './address.ts';
import { faultError, isFault, mayPass } from './fault.ts';
import { exchange, trustedAgent } from './https.ts';
import type { Trust } from './trust.ts';
import type { CallOptions, ConnectOptions } from './vcenter.ts';

/** Calls at once; a long poll holds one for its whole time. */
const connectionsMax = 32;
const answerBytesMax = 128 * 1024 * 1024;
const callMsDefault = 120_000;
const readAttemptsMax = 4;
const retryPauseMs = 500;
const retryPauseMsMax = 8_000;

/** Methods that may be carried out twice without anybody noticing: these, and only these, are sent again when a connection breaks. */
const repeatable: ReadonlySet<string> = new Set([
  'RetrieveServiceContent',
  'CurrentTime',
  'SessionIsActive',
  'RetrievePropertiesEx',
  'CreateContainerView',
  'DestroyView',
  'CreatePropertyCollector',
  'DestroyPropertyCollector',
  'CreateFilter',
  'WaitForUpdatesEx',
  'QueryChangedDiskAreas',
  'FindAllByUuid',
  'FindByUuid',
  'FindByInventoryPath',
  'FindByDatastorePath',
  'HasPrivilegeOnEntities',
  'QueryEvents',
  'HttpNfcLeaseProgress',
]);

/**
 * Calls to one server under one sign-in: connections, cookie, operation ids, signing in again.
 *
 * Calls that change something go out on connections of their own: on a kept one the server may have hung up in the same
 * moment, and nobody could tell whether the call was carried out.
 */
export class Session {
  readonly address: Address;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (message: string) => void;
  readonly stopped = new AbortController();
  apiVersion: string = oldestTried;
  content: DataObject = {};
  #cookie: string | undefined;
  #signingIn: Promise<void> | undefined;
  #refused: Error | undefined;
  #opened = false;
  #calls = 0;
  readonly #run: string;
  readonly #options: ConnectOptions;
  readonly #kept: Agent;
  readonly #single: Agent;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.address = parseAddress(options.url);
    this.trust = options.trust;
    this.clock = options.clock;
    this.random = options.random;
    this.log = options.log ?? (() => {});
    this.#run = Buffer.from(options.random.bytes(4)).toString('hex');
    this.#kept = trustedAgent(this.address, options.trust, { keepAlive: true, connectionsMax });
    this.#single = trustedAgent(this.address, options.trust, { keepAlive: false, connectionsMax });
  }

  /** The cookie to send with requests for files; changes when we had to sign in again. */
  get cookie(): string | undefined {
    return this.#cookie;
  }

  /** Everything a request is stopped by: the caller, the end of this connection, and time. */
  signalFor(signal: AbortSignal | undefined, callMs: number | undefined): AbortSignal {
    const signals = [this.#options.signal, signal].filter((one) => one !== undefined);
    return AbortSignal.any([...signals, this.stopped.signal, AbortSignal.timeout(callMs ?? this.#options.callMs ?? callMsDefault)]);
  }

  async open(): Promise<void> {
    this.apiVersion = await this.#newestCommonVersion();
    this.content = (await this.call('RetrieveServiceContent', { type: 'ServiceInstance', value: 'ServiceInstance' })) as DataObject;
    await this.#signIn();
    this.#opened = true;
  }

  async close(): Promise<void> {
    try {
      const manager = this.content.sessionManager as MoRef | undefined;
      // The session may be gone already, and the server may not answer: neither keeps us from leaving.
      if (manager !== undefined && this.#cookie !== undefined) await this.#send('Logout', manager, {}, this.signalFor(undefined, logoutMsMax));
    } catch (error) {
      this.log(`could not sign out of ${this.address.host}: ${(error as Error).message}`);
    } finally {
      this.#cookie = undefined;
      this.stopped.abort(vsphereErrors.create('VSPHERE_CANCELLED', `the connection to ${this.address.host} was closed`));
      this.#kept.destroy();
      this.#single.destroy();
    }
  }

  async call(method: string, target: MoRef, parameters: Record<string, unknown> = {}, options: CallOptions = {}): Promise<unknown> {
    const once = async () => {
      await this.#signingIn;
      const cookie = this.#cookie;
      try {
        return await this.#callOnce(method, target, parameters, options);
      } catch (error) {
        if (!isFault(error, 'NotAuthenticated') || !this.#opened) throw error;
        await this.signInAgain(cookie);
        return await this.#callOnce(method, target, parameters, options);
      }
    };
    if (!repeatable.has(method)) return await once();
    return await retry(once, {
      attemptsMax: readAttemptsMax,
      pauseMs: retryPauseMs,
      pauseMsMax: retryPauseMsMax,
      clock: this.clock,
      random: this.random,
      signal: options.signal,
      retryable: (error) => vsphereErrors.is(error, 'VSPHERE_UNREACHABLE', 'VSPHERE_TIMEOUT') && mayPass(error),
      onRetry: (error) => this.log(`${method} is tried again: ${(error as Error).message}`),
    });
  }

  /** Signs in anew unless somebody did since `staleCookie` was in use; many callers at once make one sign-in. */
  async signInAgain(staleCookie: string | undefined): Promise<void> {
    if (this.#signingIn === undefined && this.#cookie !== staleCookie) return;
    // A password that was refused isn't tried again and again: that locks accounts.
    if (this.#refused !== undefined) throw this.#refused;
    this.#signingIn ??= this.#signIn().finally(() => {
      this.#signingIn = undefined;
    });
    await this.#signingIn;
  }

  async #signIn(): Promise<void> {
    const { username, password } = this.#options;
    const manager = this.content.sessionManager as MoRef | undefined;
    if (manager === undefined) throw vsphereErrors.create('VSPHERE_PROTOCOL', `${this.address.host} has no session manager`);
    if (this.#opened) this.log(`the session on ${this.address.host} had ended; signing in again`);
    this.#cookie = undefined;
    try {
      await this.#callOnce('Login', manager, { userName: username, password });
    } catch (error) {
      if (!isFault(error, 'InvalidLogin')) throw error;
      this.#refused = vsphereErrors.create('VSPHERE_SIGN_IN', `${this.address.host} refused user ${username} or the password`, {
        subject: { host: this.address.host, user: username },
        cause: error,
      });
      throw this.#refused;
    }
    if (this.#cookie === undefined) throw vsphereErrors.create('VSPHERE_PROTOCOL', `${this.address.host} took the password and gave no session`);
  }

  async #callOnce(method: string, target: MoRef, parameters: Record<string, unknown>, options: CallOptions = {}): Promise<unknown> {
    const response = await this.#send(method, target, parameters, this.signalFor(options.signal, options.callMs));
    if (response.kind === 'result') return response.value;
    throw faultError(response, `${method} of ${target.type} ${target.value}`, { host: this.address.host, object: target.value });
  }

  async #send(method: string, target: MoRef, parameters: Record<string, unknown>, signal: AbortSignal): Promise<Response> {
    const operationId = `holdfast-${this.#run}-${++this.#calls}`;
    const response = await exchange({
      address: this.address,
      agent: repeatable.has(method) ? this.#kept : this.#single,
      method: 'POST',
      path: '/sdk',
      headers: {
        'Content-Type': 'text/xml; charset="utf-8"',
        SOAPAction: `"urn:vim25/${this.apiVersion}"`,
        ...(this.#cookie === undefined ? {} : { Cookie: this.#cookie }),
      },
      body: encodeRequest({ method, target, parameters, operationId }, this.apiVersion),
      signal,
      silenceMsMax: silenceMsMaxOfCalls,
      bytesMax: answerBytesMax,
    });
    // Servers also hand out cookies of sessions that nobody is signed in to; only the one that comes with a sign-in counts.
    if (method === 'Login') this.#keepCookie(response.headers);
    // 500 is how faults come; anything else with a body that isn't SOAP is somebody else's answer.
    if (response.status !== 200 && response.status !== 500) {
      const code = response.status >= 502 && response.status <= 504 ? 'VSPHERE_UNREACHABLE' : 'VSPHERE_PROTOCOL';
      throw vsphereErrors.create(code, `${this.address.host} answered ${method} with HTTP ${response.status}`, { subject: { host: this.address.host } });
    }
    try {
      return decodeResponse(response.body.toString('utf8'), method);
    } catch (error) {
      throw vsphereErrors.create('VSPHERE_PROTOCOL', `the answer of ${this.address.host} to ${method} can't be read: ${(error as Error).message}`, {
        subject: { host: this.address.host },
        cause: error,
      });
    }
  }

  #keepCookie(headers: IncomingHttpHeaders): void {
    for (const line of headers['set-cookie'] ?? []) {
      const pair = line.split(';', 1)[0] as string;
      // Quotes are part of the value: it goes back as it came.
      if (pair.startsWith('vmware_soap_session=')) this.#cookie = pair;
    }
  }

  /** The newest version both speak. Servers list theirs without a sign-in; one that doesn't is asked in the oldest we try. */
  async #newestCommonVersion(): Promise<string> {
    const response = await exchange({
      address: this.address,
      agent: this.#kept,
      method: 'GET',
      path: '/sdk/vimServiceVersions.xml',
      signal: this.signalFor(undefined, undefined),
      silenceMsMax: silenceMsMaxOfCalls,
      bytesMax: versionListBytesMax,
    });
    if (response.status !== 200) return oldestTried;
    try {
      return chooseVersion(response.body.toString('utf8'));
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      throw vsphereErrors.create('VSPHERE_PROTOCOL', `${this.address.host} is not a vCenter or ESXi host: its list of API versions can't be read`, {
        subject: { host: this.address.host },
        cause: error,
      });
    }
  }
}

const logoutMsMax = 10_000;
/** Longer than any long poll; the call's own time ends it before. */
const silenceMsMaxOfCalls = 600_000;
const versionListBytesMax = 1024 * 1024;

/** What the oldest server we work with (vSphere 6.0) understands. */
const oldestTried = '6.0';

function chooseVersion(xml: string): string {
  const namespaces = parseXml(xml, { charactersMax: versionListBytesMax, depthMax: 10, elementsMax: 10_000 }).children;
  const vim = namespaces.find((one) => one.children.some((child) => child.name === 'name' && child.text === 'urn:vim25'));
  const theirs = (vim?.children ?? []).flatMap((child) =>
    child.name === 'version' ? [child.text] : child.name === 'priorVersions' ? child.children.map((one) => one.text) : [],
  );
  const newest = theirs
    .filter((version) => apiVersions.includes(version))
    .sort(compareApiVersions)
    .at(-1);
  if (newest !== undefined) return newest;
  // None that we know by name: then the older of the newest ones.
  const [first] = theirs;
  if (first === undefined || compareApiVersions(first, oldestTried) < 0) return oldestTried;
  return compareApiVersions(first, newestApiVersion) < 0 ? first : newestApiVersion;
}
