import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import type { Clock, Random } from '@holdfast/kit';
import type { MoRef } from '../wire/index.ts';
import type { Trust } from './trust.ts';

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
  readonly host: string;
  readonly about: About;
  /** The API version we speak with it: the older of ours and its. */
  readonly apiVersion: string;
  /** The server's managers by the names of `ServiceContent`: `propertyCollector`, `searchIndex`, `rootFolder` … */
  service(name: string): MoRef;
  /**
   * Calls a method of the table; parameters and result as the schema has them. Signs in again once when the session is gone.
   * @throws the errors of `vsphereErrors`; see {@link isFault} for what the server said
   */
  call(method: string, target: MoRef, parameters?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** The server's clock. */
  now(): Promise<Date>;
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
export async function connect(_options: ConnectOptions): Promise<Vcenter> {
  throw new Error('being built');
}

/** The server's certificate hashes, for a person to compare; nothing is sent. */
export async function readThumbprint(_url: string, _signal?: AbortSignal): Promise<{ readonly sha256: string; readonly sha1: string }> {
  throw new Error('being built');
}
