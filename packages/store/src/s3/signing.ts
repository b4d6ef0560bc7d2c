import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { S3CredentialProvider } from './s3-options.ts';

export interface UnsignedRequest {
  readonly method: string;
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  /** encoded */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** lower-case names; `x-amz-content-sha256` among them: the signer takes it instead of hashing the body again */
  readonly headers: Readonly<Record<string, string>>;
}

/** The hash the signer works with. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyBytes(secret));
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

function keyBytes(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret) ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength) : new Uint8Array(secret);
}

/** The headers of the request with its signature among them. */
export async function sign(request: UnsignedRequest, region: string, credentials: S3CredentialProvider, at: Date): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false, applyChecksum: false });
  const { method, hostname, port, secure, path } = request;
  const headers = { ...request.headers, host: hostHeader(hostname, port, secure) };
  const signed = await signer.sign(
    { method, protocol: secure ? 'https:' : 'http:', hostname, port, path, query: { ...request.query }, headers },
    { signingDate: at },
  );
  return signed.headers;
}

function hostHeader(hostname: string, port: number, secure: boolean): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  return port === (secure ? 443 : 80) ? host : `${host}:${port}`;
}

/** As the signature counts it: everything but letters, digits, `-`, `.`, `_` and `~`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function encodePath(path: string): string {
  return path.split('/').map(encode).join('/');
}

export function encodeQuery(query: Readonly<Record<string, string>>): string {
  const parts = Object.keys(query).sort();
  return parts.length === 0 ? '' : `?${parts.map((name) => `${encode(name)}=${encode(query[name]!)}`).join('&')}`;
}
