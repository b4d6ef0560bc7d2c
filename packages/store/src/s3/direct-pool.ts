import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Clock } from '@holdfast/kit';
import { AnswerReader, headBytesMax } from './answer-reader.ts';
import { type Progress, supervise, type WireAnswer, WireFailure, type WireLimits, type WireRequest } from './exchange.ts';

/** An idle connection is tested by the kernel after this, so that one lost in a firewall is noticed. */
const keepAliveMs = 60_000;

/**
 * Connections for reading objects: GET requests on sockets of our own, whose bytes go straight into the buffer that is returned.
 * Costs a third of the CPU of the same through `node:http`, which hands out a fresh 64 KiB piece (16 KiB under TLS) at a time.
 */
export class DirectPool implements Disposable {
  readonly #idle: DirectConnection[] = [];
  readonly #idleMax: number;
  readonly #ca: string | undefined;

  constructor(options: { idleMax: number; ca: string | undefined }) {
    this.#idleMax = options.idleMax;
    this.#ca = options.ca;
  }

  /** A GET and its whole answer. @throws WireFailure, or the reason of the signal */
  async exchange(wire: WireRequest, limits: WireLimits, clock: Clock): Promise<WireAnswer> {
    wire.signal?.throwIfAborted();
    const connection = this.#take(wire) ?? new DirectConnection(wire, this.#ca);
    const progress: Progress = { phase: 'sending', moved: 0 };
    const answer = await supervise({ answer: connection.converse(wire, progress), abandon: () => connection.destroy() }, progress, wire.signal, limits, clock);
    if (connection.usable && this.#idle.length < this.#idleMax) this.#idle.push(connection);
    else connection.destroy();
    return answer;
  }

  [Symbol.dispose](): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** The one used last: the others grow old, and are closed by the other end when fewer are needed. */
  #take(wire: WireRequest): DirectConnection | undefined {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.usable && connection.leadsTo(wire)) return connection;
      connection.destroy();
    }
    return undefined;
  }
}

interface Turn {
  readonly reader: AnswerReader;
  readonly progress: Progress;
  resolve(answer: WireAnswer): void;
  reject(error: unknown): void;
}

class DirectConnection {
  readonly #socket: Socket;
  readonly #target: string;
  /** A socket is told where to put bytes when it begins to wait for them, which is before they are asked for: every answer begins here. */
  readonly #head = Buffer.allocUnsafe(headBytesMax);
  #turn: Turn | undefined;
  #used = false;
  #usable = true;
  #failure: NodeJS.ErrnoException | undefined;

  constructor(wire: WireRequest, ca: string | undefined) {
    this.#target = targetOf(wire);
    const onread: OnReadOpts = { buffer: () => this.#turn?.reader.space() ?? this.#head, callback: (count: number) => this.#received(count) };
    // Spread: the types of TLS connections leave `onread` out, though it works there, too.
    const read = { onread };
    const { hostname: host, port } = wire;
    const trust = { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) } as const;
    this.#socket = wire.secure
      ? connectSecure({ host, port, ...trust, ...(isIP(host) === 0 && { servername: host }), ...read })
      : connectPlain({ host, port, ...read });
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, keepAliveMs);
    this.#socket.on('error', (error) => {
      this.#failure = error;
    });
    this.#socket.on('close', () => this.#closed());
  }

  get usable(): boolean {
    return this.#usable && this.#turn === undefined && !this.#socket.destroyed;
  }

  leadsTo(wire: WireRequest): boolean {
    return this.#target === targetOf(wire);
  }

  destroy(): void {
    this.#usable = false;
    this.#socket.destroy();
  }

  converse({ method, target, headers, answerBytesMax }: WireRequest, progress: Progress): Promise<WireAnswer> {
    const lines = Object.entries(headers).map(([name, value]) => {
      // Else a value could end the header and begin another request.
      if (/[\r\n\0]/.test(name + value)) throw new TypeError(`header ${name} holds a line break`);
      return `${name}: ${value}\r\n`;
    });
    return new Promise((resolve, reject) => {
      this.#turn = { reader: new AnswerReader(answerBytesMax, this.#head), progress, resolve, reject };
      this.#socket.ref();
      this.#socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1', () => {
        if (progress.phase === 'sending') progress.phase = 'answer';
      });
    });
  }

  #received(count: number): boolean {
    const turn = this.#turn;
    if (turn === undefined) {
      // Nothing was asked. What comes now would be taken for the answer to the next request.
      this.destroy();
      return true;
    }
    turn.progress.phase = 'receiving';
    turn.progress.moved += count;
    this.#read(turn, () => turn.reader.received(count));
    return true;
  }

  #closed(): void {
    this.#usable = false;
    const turn = this.#turn;
    if (turn === undefined) return;
    const failure = this.#failure;
    if (failure === undefined || turn.reader.begun) this.#read(turn, () => turn.reader.closed());
    else {
      const stale = this.#used && (failure.code === 'ECONNRESET' || failure.code === 'EPIPE');
      this.#end(turn, () => turn.reject(new WireFailure('connection', failure.message, { cause: failure, staleConnection: stale })));
    }
  }

  #read(turn: Turn, step: () => void): void {
    try {
      step();
    } catch (error) {
      const unanswered = this.#used && !turn.reader.begun;
      this.destroy();
      this.#end(turn, () =>
        turn.reject(unanswered && error instanceof WireFailure ? new WireFailure(error.reason, error.message, { staleConnection: true }) : error),
      );
      return;
    }
    const { answer, reusable } = turn.reader;
    if (answer === undefined) return;
    this.#usable &&= reusable;
    this.#used = true;
    this.#end(turn, () => turn.resolve(answer));
  }

  #end(turn: Turn, settle: () => void): void {
    if (this.#turn !== turn) return;
    this.#turn = undefined;
    // An idle connection doesn't keep the process running.
    this.#socket.unref();
    settle();
  }
}

function targetOf({ secure, hostname, port }: WireRequest): string {
  return `${secure} ${hostname} ${port}`;
}
