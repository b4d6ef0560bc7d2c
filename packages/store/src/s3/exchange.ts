import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Clock } from '@holdfast/kit';
import { watchForStall } from './stall.ts';

export interface WireRequest {
  readonly method: string;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** path and query, encoded */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** a longer body of the answer is a failure */
  readonly answerBytesMax: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface WireLimits {
  readonly stallMs: number;
  readonly stallBytes: number;
  readonly answerMs: number;
  readonly sliceBytes: number;
}

/** What stood between us and a whole answer. */
export class WireFailure extends Error {
  readonly reason: 'connection' | 'cut' | 'stalled' | 'too long';
  /** The connection had been idle, and the other end closed it just as we began: nothing was wrong with the request. */
  readonly staleConnection: boolean;

  constructor(reason: WireFailure['reason'], message: string, options: { cause?: unknown; staleConnection?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = 'WireFailure';
    this.reason = reason;
    this.staleConnection = options.staleConnection ?? false;
  }
}

/** What a store says when it refuses is short. */
export const refusalBytesMax = 256 * 1024;

export interface Progress {
  phase: 'sending' | 'answer' | 'receiving';
  /** bytes, in either direction */
  moved: number;
}

/** A request under way. */
export interface Conversation {
  readonly answer: Promise<WireAnswer>;
  /** closes the connection */
  abandon(): void;
}

/** Waits for the answer, but not for one that stalls, or that nobody wants any more. @throws WireFailure, or the reason of the signal */
export async function supervise(
  conversation: Conversation,
  progress: Progress,
  signal: AbortSignal | undefined,
  limits: WireLimits,
  clock: Clock,
): Promise<WireAnswer> {
  const over = new AbortController();
  const { answer, abandon } = conversation;
  signal?.addEventListener('abort', abandon, { once: true });
  const stall = watchForStall(progress, limits, clock, over.signal).then((stalled) => {
    if (stalled !== undefined) throw new WireFailure('stalled', stalled);
  });
  // Whichever loses must not be left without anybody to hear it.
  answer.catch(() => {});
  try {
    return await Promise.race([answer, stall.then(() => answer)]);
  } catch (error) {
    abandon();
    signal?.throwIfAborted();
    throw error;
  } finally {
    over.abort();
    signal?.removeEventListener('abort', abandon);
  }
}

/**
 * One request and its whole answer, over a connection of the agent's.
 *
 * The body goes out in slices, each after the socket has drained, so that nothing is copied or queued as a whole;
 * it must stay as it is until this settles.
 *
 * @throws WireFailure, or the reason of the signal
 */
export async function exchange(wire: WireRequest, agent: Agent, limits: WireLimits, clock: Clock): Promise<WireAnswer> {
  wire.signal?.throwIfAborted();
  const outgoing = open(wire, agent);
  const progress: Progress = { phase: 'sending', moved: 0 };
  const answer = converse(outgoing, wire, limits.sliceBytes, progress);
  return await supervise({ answer, abandon: () => outgoing.destroy() }, progress, wire.signal, limits, clock);
}

function open({ method, secure, hostname, port, target, headers, body }: WireRequest, agent: Agent): ClientRequest {
  const length = body === undefined && method !== 'PUT' && method !== 'POST' ? {} : { 'content-length': String(body?.length ?? 0) };
  // The agent holds what verifies the other end; it is never switched off here.
  return (secure ? secureRequest : plainRequest)({ agent, method, host: hostname, port, path: target, headers: { ...headers, ...length } });
}

function converse(outgoing: ClientRequest, wire: WireRequest, sliceBytes: number, progress: Progress): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    let answered = false;
    outgoing.on('response', (incoming) => {
      answered = true;
      const early = progress.phase === 'sending';
      progress.phase = 'receiving';
      receive(incoming, wire, progress).then(
        (answer) => {
          // Refused before the whole body was sent: the rest would be read as the next request.
          if (early) outgoing.destroy();
          resolve(answer);
        },
        (error: unknown) => reject(error),
      );
    });
    outgoing.on('error', (cause: NodeJS.ErrnoException) => {
      if (answered) return;
      const stale = outgoing.reusedSocket && progress.phase !== 'receiving' && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
      reject(new WireFailure('connection', cause.message, { cause, staleConnection: stale }));
    });
    outgoing.on('close', () => {
      if (!answered) reject(new WireFailure('cut', 'the connection was closed before an answer came'));
    });
    send(outgoing, wire.body, sliceBytes, progress, () => answered);
  });
}

function send(outgoing: ClientRequest, body: Uint8Array | undefined, sliceBytes: number, progress: Progress, answered: () => boolean): void {
  let at = 0;
  const next = () => {
    // Refused on the way: the answer is coming in, more of the body helps nobody.
    if (answered() || outgoing.destroyed) return;
    progress.moved = at;
    while (body !== undefined && at < body.length) {
      const slice = body.subarray(at, at + sliceBytes);
      at += slice.length;
      if (!outgoing.write(slice)) {
        outgoing.once('drain', next);
        return;
      }
    }
    outgoing.end(() => {
      if (progress.phase === 'sending') progress.phase = 'answer';
    });
  };
  next();
}

async function receive(incoming: IncomingMessage, wire: WireRequest, progress: Progress): Promise<WireAnswer> {
  const status = incoming.statusCode ?? 0;
  const bytesMax = status < 300 ? wire.answerBytesMax : refusalBytesMax;
  const announced = incoming.headers['content-length'];
  const length = wire.method === 'HEAD' ? 0 : announced === undefined ? undefined : Number(announced);
  if (length !== undefined && length > bytesMax) throw new WireFailure('too long', `the answer has ${length} bytes, at most ${bytesMax} were expected`);
  const pieces: Buffer[] = [];
  let at = 0;
  await new Promise<void>((resolve, reject) => {
    const cut = (cause?: unknown) =>
      reject(new WireFailure('cut', `the answer broke off after ${at}${length === undefined ? '' : ` of ${length}`} bytes`, { cause }));
    incoming.on('data', (piece: Buffer) => {
      pieces.push(piece);
      at += piece.length;
      progress.moved += piece.length;
      if (at <= bytesMax) return;
      reject(new WireFailure('too long', `the answer has more than ${bytesMax} bytes`));
      incoming.destroy();
    });
    incoming.on('end', () => (incoming.complete && (length === undefined || at === length) ? resolve() : cut()));
    incoming.on('error', cut);
    incoming.on('close', () => cut());
  });
  return { status, headers: incoming.headers, body: Buffer.concat(pieces) };
}
