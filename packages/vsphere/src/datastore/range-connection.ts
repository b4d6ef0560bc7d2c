import type { TLSSocket } from 'node:tls';
import type { Address } from '../client/address.ts';
import { openTrusted, type Trust } from '../client/trust.ts';
import { vsphereErrors } from '../errors.ts';

/** Bytes that a connection takes from the system at once. */
const arrivalBytes = 64 * 1024;
const headBytesMax = 64 * 1024;

export interface RangeRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly offset: number;
  readonly into: Uint8Array;
  readonly filled?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly silenceMsMax: number;
}

/**
 * What came of a request: the bytes, or an answer that is for an HTTP client that knows all of HTTP; `other-framing` when
 * it was a good one in a form that is not understood here, so that the next will be, too.
 */
export type RangeOutcome = 'filled' | 'other-answer' | 'other-framing';

interface Pending extends RangeRequest {
  readonly head: Buffer[];
  inBody: boolean;
  at: number;
  resolve(outcome: RangeOutcome): void;
  reject(error: unknown): void;
}

/**
 * One kept connection that asks for ranges of files and copies what comes straight into the caller's buffer.
 *
 * It understands only the plain answer: `206`, the range asked for, a length. Node's own client takes three times the
 * processor for that (an event and a buffer for every 16 KiB), which would be most of what a backup spends.
 */
export class RangeConnection implements Disposable {
  readonly #address: Address;
  readonly #socket: TLSSocket;
  #pending: Pending | undefined;
  #broken = false;
  /** How many answers came over it: one that has carried some may have been closed by the server meanwhile. */
  answers = 0;

  private constructor(address: Address, socket: TLSSocket) {
    this.#address = address;
    this.#socket = socket;
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(undefined));
    socket.on('end', () => this.#end(undefined));
    socket.on('timeout', () => {
      if (this.#pending !== undefined)
        this.#end(vsphereErrors.create('VSPHERE_TIMEOUT', `${address.host} was silent for ${this.#pending.silenceMsMax / 1000} s`));
    });
  }

  static async open(address: Address, trust: Trust, signal: AbortSignal | undefined): Promise<RangeConnection> {
    const made: { connection?: RangeConnection } = {};
    const onread = {
      buffer: Buffer.allocUnsafe(arrivalBytes),
      callback: (count: number, buffer: Uint8Array) => {
        const { connection } = made;
        if (connection !== undefined) connection.#arrived(buffer.subarray(0, count));
        return true;
      },
    };
    made.connection = new RangeConnection(address, await openTrusted(address, trust, { signal, onread }));
    return made.connection;
  }

  get usable(): boolean {
    return !this.#broken && this.#pending === undefined;
  }

  /** One at a time. Rejects with errors of the connection; `VSPHERE_CANCELLED` by the signal, which ends the connection. */
  request(request: RangeRequest): Promise<RangeOutcome> {
    const { signal } = request;
    return new Promise((resolve, reject) => {
      if (!this.usable) return reject(vsphereErrors.create('VSPHERE_UNREACHABLE', `the connection to ${this.#address.host} is closed`));
      const stop = () => this.#end(vsphereErrors.create('VSPHERE_CANCELLED', `a read from ${this.#address.host} was stopped`, { cause: signal?.reason }));
      const settle = <T>(outcome: (value: T) => void) => {
        return (value: T) => {
          signal?.removeEventListener('abort', stop);
          this.#pending = undefined;
          if (!this.#broken) this.#socket.setTimeout(0); // ambient: a socket's own time-out
          outcome(value);
        };
      };
      this.#pending = { ...request, head: [], inBody: false, at: 0, resolve: settle(resolve), reject: settle(reject) };
      if (signal?.aborted) return stop();
      signal?.addEventListener('abort', stop, { once: true });
      this.#socket.setTimeout(request.silenceMsMax); // ambient: a socket's own time-out
      this.#socket.write(this.#headOf(request));
    });
  }

  [Symbol.dispose](): void {
    this.#end(vsphereErrors.create('VSPHERE_CANCELLED', `the connections to ${this.#address.host} were closed`));
  }

  #headOf({ path, headers, offset, into }: RangeRequest): string {
    const { host, port } = this.#address;
    const name = host.includes(':') ? `[${host}]` : host;
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${port === 443 ? name : `${name}:${port}`}`, `Range: bytes=${offset}-${offset + into.length - 1}`];
    return `${[...lines, ...Object.entries(headers).map(([field, value]) => `${field}: ${value}`)].join('\r\n')}\r\n\r\n`;
  }

  #end(error: Error | undefined): void {
    const pending = this.#pending;
    this.#broken = true;
    this.#socket.destroy();
    if (pending === undefined) return;
    const broke = `the connection to ${this.#address.host}:${this.#address.port} broke after ${pending.at} of ${pending.into.length} bytes`;
    pending.reject(
      vsphereErrors.is(error)
        ? error
        : vsphereErrors.create('VSPHERE_UNREACHABLE', `${broke}${error === undefined ? '' : `: ${error.message}`}`, { cause: error }),
    );
  }

  #arrived(bytes: Uint8Array): void {
    const pending = this.#pending;
    if (pending === undefined) {
      // Nobody asked: whatever this is, what follows on the connection can't be relied on.
      this.#end(undefined);
      return;
    }
    const body = pending.inBody ? bytes : this.#takeHead(pending, bytes);
    if (body === undefined || body.length === 0) return;
    if (pending.at + body.length > pending.into.length) {
      this.#end(vsphereErrors.create('DATASTORE_TRANSFER', 'more bytes came than were asked for'));
      return;
    }
    pending.into.set(body, pending.at);
    pending.at += body.length;
    pending.filled?.(pending.at);
    if (pending.at < pending.into.length) return;
    this.answers++;
    pending.resolve('filled');
  }

  /** What of the arrived bytes belongs to the body; `undefined` while the head isn't complete, or when the answer is not a plain one. */
  #takeHead(pending: Pending, bytes: Uint8Array): Uint8Array | undefined {
    // The buffer is used again for what arrives next.
    pending.head.push(Buffer.from(bytes));
    const head = Buffer.concat(pending.head);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (head.length > headBytesMax) this.#giveUp(pending, 'other-answer');
      return undefined;
    }
    const { offset, into } = pending;
    const [status = '', ...lines] = head.toString('latin1', 0, end).split('\r\n');
    const field = (name: string) =>
      lines
        .find((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`)
        ?.slice(name.length + 1)
        .trim();
    const good = /^HTTP\/1\.1 206 /.test(status) && field('content-range')?.startsWith(`bytes ${offset}-${offset + into.length - 1}/`) === true;
    const plain = field('transfer-encoding') === undefined && field('connection')?.toLowerCase() !== 'close' && field('content-length') === String(into.length);
    if (!good || !plain) {
      this.#giveUp(pending, good ? 'other-framing' : 'other-answer');
      return undefined;
    }
    pending.inBody = true;
    return head.subarray(end + 4);
  }

  #giveUp(pending: Pending, outcome: RangeOutcome): void {
    this.#broken = true;
    this.#socket.destroy();
    pending.resolve(outcome);
  }
}
