import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP, type OnReadOpts } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { vsphereErrors } from '../errors.ts';
import type { Address } from './address.ts';

/**
 * Why we believe a server is who it says it is. Checked before anything is sent.
 *
 * - `system`: its certificate is signed by an authority this machine trusts, for the name we asked for
 * - `ca`: the same with the authorities given (PEM, one or several)
 * - `thumbprint`: it shows exactly the certificate with this hash; hex with or without colons
 */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'ca'; readonly pem: string }
  | { readonly kind: 'thumbprint'; readonly sha256: string }
  | { readonly kind: 'thumbprint'; readonly sha1: string };

export interface Thumbprints {
  /** `AB:CD:…` */
  readonly sha256: string;
  readonly sha1: string;
}

/** A hash as it is compared: hex, upper case, without colons. `undefined` when it is neither SHA-256 nor SHA-1. */
function normalThumbprint(text: string): string | undefined {
  const hex = text.replace(/[:\s]/g, '').toUpperCase();
  return /^(?:[0-9A-F]{64}|[0-9A-F]{40})$/.test(hex) ? hex : undefined;
}

/** A thumbprint as servers write it, of either hash. @throws `VSPHERE_CERTIFICATE` when it is neither */
export function thumbprintTrust(text: string): Trust {
  const hex = normalThumbprint(text);
  if (hex === undefined) {
    throw vsphereErrors.create('VSPHERE_CERTIFICATE', `${JSON.stringify(text)} is not a SHA-256 or SHA-1 thumbprint`, {
      advice: 'Give 64 (SHA-256) or 40 (SHA-1) hexadecimal digits, with or without colons.',
    });
  }
  return hex.length === 64 ? { kind: 'thumbprint', sha256: hex } : { kind: 'thumbprint', sha1: hex };
}

function thumbprintsOf(socket: TLSSocket): Thumbprints {
  const der = socket.getPeerX509Certificate()?.raw;
  if (der === undefined) throw vsphereErrors.create('VSPHERE_CERTIFICATE', 'the server showed no certificate');
  const hash = (algorithm: string) => (createHash(algorithm).update(der).digest('hex').toUpperCase().match(/../g) as string[]).join(':');
  return { sha256: hash('sha256'), sha1: hash('sha1') };
}

/** The hash to compare with, `undefined` where an authority vouches. */
function pinOf(trust: Trust): string | undefined {
  if (trust.kind !== 'thumbprint') return undefined;
  const [given, name, digits] = 'sha256' in trust ? ([trust.sha256, 'SHA-256', 64] as const) : ([trust.sha1, 'SHA-1', 40] as const);
  const pin = normalThumbprint(given);
  if (pin?.length === digits) return pin;
  throw vsphereErrors.create('VSPHERE_CERTIFICATE', `${JSON.stringify(given)} is not a ${name} thumbprint`, {
    advice: `Give ${digits} hexadecimal digits, with or without colons.`,
  });
}

/** How long a server may take to answer a connection and show its certificate. */
const handshakeMsMax = 20_000;

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where arriving bytes go, instead of events: see `net.Socket`. */
  readonly onread?: OnReadOpts | undefined;
}

/**
 * Opens a TLS connection and settles who is at the other end before the socket is handed out: nothing has been sent on it.
 * @throws `VSPHERE_CERTIFICATE`, `VSPHERE_UNREACHABLE`
 */
export async function openTrusted(address: Address, trust: Trust, options: OpenOptions = {}): Promise<TLSSocket> {
  const pin = pinOf(trust);
  return await shakeHands(address, {
    ...options,
    ...(trust.kind === 'ca' ? { ca: trust.pem } : {}),
    ...(pin === undefined ? {} : { check: (socket: TLSSocket) => requirePin(socket, pin, address) }),
  });
}

/** What a server shows, whoever it is; the connection is closed again without anything sent on it. */
export async function showThumbprints(address: Address, signal?: AbortSignal): Promise<Thumbprints> {
  let shown: Thumbprints | undefined;
  const check = (socket: TLSSocket) => {
    shown = thumbprintsOf(socket);
  };
  (await shakeHands(address, { check, signal })).destroy();
  return shown as unknown as Thumbprints;
}

interface Handshake extends OpenOptions {
  readonly ca?: string;
  /** Stands in for the check of the authority: throws when the server isn't the right one. */
  readonly check?: (socket: TLSSocket) => void;
}

async function shakeHands(address: Address, { ca, check, signal, onread }: Handshake): Promise<TLSSocket> {
  const { host, port } = address;
  signal?.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      ...(onread === undefined ? {} : { onread }),
      // With a check of our own it is that which decides, below, before the socket is handed out.
      rejectUnauthorized: check === undefined,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      timeout: handshakeMsMax,
    });
    const stop = () => socket.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', stop, { once: true });
    const settle = (outcome: () => void) => {
      signal?.removeEventListener('abort', stop);
      socket.removeListener('timeout', onTimeout);
      outcome();
    };
    const onTimeout = () => socket.destroy(vsphereErrors.create('VSPHERE_UNREACHABLE', `${host}:${port} did not answer within ${handshakeMsMax / 1000} s`));
    socket.once('timeout', onTimeout);
    socket.once('error', (error) => settle(() => reject(connectionError(error, address, socket))));
    socket.once('close', () => settle(() => reject(vsphereErrors.create('VSPHERE_UNREACHABLE', `${host}:${port} closed the connection before it was secure`))));
    socket.once('secureConnect', () => {
      try {
        check?.(socket);
      } catch (error) {
        socket.destroy();
        return settle(() => reject(error));
      }
      socket.setTimeout(0); // ambient: a socket's own time-out
      settle(() => resolve(socket));
    });
  });
}

function requirePin(socket: TLSSocket, pin: string, { host, port }: Address): void {
  const shown = thumbprintsOf(socket);
  const mine = pin.length === 64 ? shown.sha256 : shown.sha1;
  if (timingSafeEqual(Buffer.from(mine.replaceAll(':', '')), Buffer.from(pin))) return;
  throw vsphereErrors.create('VSPHERE_CERTIFICATE', `${host}:${port} shows another certificate than the one pinned: its thumbprint is ${mine}`, {
    did: 'The connection was closed before anything was sent.',
    subject: { host, shown: mine },
  });
}

const certificateCodes = /^(?:ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_SSL_.*CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

function connectionError(error: Error & { code?: string }, { host, port }: Address, socket: TLSSocket): unknown {
  if (vsphereErrors.is(error) || error.name === 'AbortError') return error;
  const code = error.code ?? '';
  if (!certificateCodes.test(code))
    return vsphereErrors.create('VSPHERE_UNREACHABLE', `${host}:${port} can't be reached: ${error.message}`, { subject: { host }, cause: error });
  let shown = '';
  try {
    shown = `; its SHA-256 thumbprint is ${thumbprintsOf(socket).sha256}`;
  } catch {
    // The connection is gone already: the message does without.
  }
  return vsphereErrors.create('VSPHERE_CERTIFICATE', `the certificate of ${host}:${port} is not trusted: ${error.message}${shown}`, {
    did: 'The connection was closed before anything was sent.',
    subject: { host },
    cause: error,
  });
}
