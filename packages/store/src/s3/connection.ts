import { Agent as HttpAgent, type Agent as PlainAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { HoldfastError } from '@holdfast/kit';
import type { StoreEnvironment } from '../environment.ts';
import { type StoreErrorCode, storeErrors } from '../errors.ts';
import { standardRegion } from './control.ts';
import { credentialProvider } from './credentials.ts';
import { DirectPool } from './direct-pool.ts';
import { exchange, type WireAnswer, WireFailure } from './exchange.ts';
import { Gate } from './gate.ts';
import { type BucketPlace, bucketPlace, checkEndpoint } from './place.ts';
import { judgeRefusal, readRefusal } from './refusals.ts';
import { defaultLimits, type RetryNotice, type S3CredentialProvider, type S3Limits, type S3StoreOptions } from './s3-options.ts';
import { encodePath, encodeQuery, sign } from './signing.ts';

export interface BucketRequest {
  /** for messages: `put`, `list` */
  readonly operation: string;
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'POST' | 'DELETE';
  /** the object, without the prefix of the store; absent for requests to the bucket itself */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** of the body, hex */
  readonly bodySha256?: string;
  readonly answerBytesMax: number;
  /** Looks at an answer that is no refusal. Throws `WireFailure` when it can't be right, and the request is made again. */
  readonly check?: (answer: WireAnswer) => void;
  readonly signal?: AbortSignal | undefined;
}

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const unverifiable = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

type Again = RetryNotice['failure'];

/** A failed attempt: what to tell if it stays at that, and in which way to try again. */
interface Failure {
  readonly error: HoldfastError;
  readonly again?: Again | undefined;
  readonly staleConnection?: boolean;
  readonly pauseMsMin?: number;
  readonly region?: string | undefined;
  readonly storeTime?: number | undefined;
}

/**
 * Requests to one bucket: signed, sent, judged, and tried again within the limits.
 *
 * Holds what is learned on the way: the bucket's region, the store's clock, how much it takes at once, and idle connections.
 */
export class BucketConnection implements AsyncDisposable {
  readonly limits: S3Limits;
  readonly gate: Gate;
  readonly #options: S3StoreOptions;
  readonly #environment: StoreEnvironment;
  readonly #credentials: S3CredentialProvider;
  readonly #agents = new Map<boolean, PlainAgent>();
  readonly #direct: DirectPool;
  #region: Promise<string> | undefined;
  #place: Promise<BucketPlace> | undefined;
  #clockOffsetMs = 0;
  #answered = false;

  constructor(options: S3StoreOptions, environment: StoreEnvironment) {
    checkEndpoint(options);
    this.#options = options;
    this.#environment = environment;
    this.#credentials = credentialProvider(options.credentials);
    this.limits = { ...defaultLimits, ...options.limits };
    this.gate = new Gate(this.limits);
    this.#direct = new DirectPool({ idleMax: this.limits.concurrencyMax, ca: options.ca });
  }

  /** Settles with a 2xx answer. @throws what the store said, as an error of this room, once trying again is no use */
  async send(request: BucketRequest): Promise<WireAnswer> {
    const { clock } = this.#environment;
    const start = clock.elapsed();
    const used = new Set<Again>();
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(request);
      if (!('error' in result)) return result;
      const pauseMs = await this.#pauseAfter(result, attempt, clock.elapsed() - start, used);
      if (pauseMs === undefined) throw this.#final(result, attempt, clock.elapsed() - start);
      this.#options.onRetry?.({
        operation: request.operation,
        key: request.key ?? '',
        reason: result.error.message,
        failure: result.again!,
        attempt,
        attemptsMax: this.limits.attemptsMax,
        pauseMs,
        concurrency: this.gate.limit,
      });
      if (pauseMs > 0) await clock.sleep(pauseMs, request.signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
    this.#direct[Symbol.dispose]();
  }

  /** How long to wait before the next attempt; `undefined`: there is none. */
  async #pauseAfter(failure: Failure, attempt: number, spentMs: number, used: Set<Again>): Promise<number | undefined> {
    const { again } = failure;
    const { attemptsMax, firstContactAttemptsMax, deadlineMs, pauseMs, pauseMsMax } = this.limits;
    if (again === undefined || attempt >= (this.#answered ? attemptsMax : firstContactAttemptsMax) || spentMs >= deadlineMs) return undefined;
    if (again === 'throttle' || again === 'transient') {
      if (failure.staleConnection) return 0;
      const ceiling = Math.min(pauseMsMax, pauseMs * 2 ** Math.min(attempt - 1, 30));
      return Math.min(pauseMsMax, Math.max(this.#environment.random.fraction() * ceiling, failure.pauseMsMin ?? 0));
    }
    // The rest is mended once: if the same thing is wrong again, trying doesn't help.
    if (used.has(again)) return undefined;
    used.add(again);
    return (await this.#mend(failure)) ? 0 : undefined;
  }

  async #mend({ again, region, storeTime }: Failure): Promise<boolean> {
    if (again === 'credentials') {
      if (typeof this.#options.credentials === 'object') return false;
      await this.#credentials({ forceRefresh: true });
      return true;
    }
    if (again === 'clock' && storeTime !== undefined) {
      this.#clockOffsetMs = storeTime - this.#environment.clock.now();
      return true;
    }
    // Where nobody named a region, the bucket's own word is the best there is. Elsewhere the user has to decide.
    if (again === 'region' && region !== undefined && this.#options.region === undefined) {
      this.#region = Promise.resolve(region);
      this.#place = undefined;
      return true;
    }
    return false;
  }

  #final({ error }: Failure, attempts: number, spentMs: number): HoldfastError {
    if (attempts === 1) return error;
    const did = `Tried ${attempts} times in ${(spentMs / 1000).toFixed(1)} s.`;
    return storeErrors.create(error.code as StoreErrorCode, error.message, {
      did,
      advice: error.advice,
      subject: { ...error.subject, attempts },
      cause: error.cause,
    });
  }

  async #attempt(request: BucketRequest): Promise<WireAnswer | Failure> {
    const permit = await this.gate.enter(request.signal);
    let outcome: 'done' | 'slow down' | 'other' = 'other';
    try {
      const answer = await this.#exchange(request);
      this.#answered = true;
      if (answer.status < 300) {
        request.check?.(answer);
        outcome = 'done';
        return answer;
      }
      const failure = this.#refused(request, answer);
      outcome = failure.again === 'throttle' ? 'slow down' : failure.again === undefined ? 'done' : 'other';
      return failure;
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      if (error.reason === 'stalled') outcome = 'slow down';
      return this.#broken(request, error);
    } finally {
      permit.release(outcome);
    }
  }

  async #exchange(request: BucketRequest): Promise<WireAnswer> {
    const { clock } = this.#environment;
    this.#region ??= this.#findRegion();
    const region = await this.#region;
    this.#place ??= bucketPlace(this.#options, region);
    const place = await this.#place;
    const query = request.query ?? {};
    const path = `${place.basePath}${request.key === undefined ? '' : `/${encodePath(this.#objectName(request.key))}`}` || '/';
    const headers = { 'user-agent': 'holdfast', ...request.headers, 'x-amz-content-sha256': request.bodySha256 ?? emptySha256 };
    const { method, body, answerBytesMax, signal } = request;
    const signed = await sign({ ...place, method, path, query, headers }, region, this.#credentials, new Date(clock.now() + this.#clockOffsetMs));
    const wire = { ...place, method, target: path + encodeQuery(query), headers: signed, body, answerBytesMax, signal };
    const readsObject = method === 'GET' && request.key !== undefined && !('retention' in query);
    return readsObject ? await this.#direct.exchange(wire, this.limits, clock) : await exchange(wire, this.#agent(place.secure), this.limits, clock);
  }

  #objectName(key: string): string {
    return this.#options.prefix ? `${this.#options.prefix}/${key}` : key;
  }

  async #findRegion(): Promise<string> {
    return this.#options.region ?? (await standardRegion()) ?? 'us-east-1';
  }

  #agent(secure: boolean): PlainAgent {
    const shared = { keepAlive: true, scheduling: 'lifo', maxSockets: this.limits.concurrencyMax, maxFreeSockets: this.limits.concurrencyMax } as const;
    const existing = this.#agents.get(secure);
    if (existing !== undefined) return existing;
    const { ca } = this.#options;
    const agent = secure
      ? new HttpsAgent({ ...shared, rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) })
      : new HttpAgent(shared);
    this.#agents.set(secure, agent);
    return agent;
  }

  #subject(request: BucketRequest): Record<string, string> {
    return { bucket: this.#options.bucket, ...(request.key !== undefined && { key: this.#objectName(request.key) }) };
  }

  #refused(request: BucketRequest, answer: WireAnswer): Failure {
    const refusal = readRefusal(answer);
    const { again, error: code } = judgeRefusal(refusal);
    const said = [refusal.status, refusal.code, refusal.message && `"${refusal.message}"`].filter(Boolean).join(' ');
    const what = `${request.operation} ${request.key === undefined ? '' : `${this.#objectName(request.key)} `}in bucket ${this.#options.bucket}`;
    const elsewhere = code === 'STORE_REGION' ? (refusal.region ? `; the bucket is in ${refusal.region}` : '; it did not say where the bucket is') : '';
    const request_ = refusal.requestId === undefined ? {} : { request: refusal.requestId };
    const error = storeErrors.create(code, `${what}: the store answered ${said}${elsewhere}`, { subject: { ...this.#subject(request), ...request_ } });
    const date = typeof answer.headers.date === 'string' ? Date.parse(answer.headers.date) : Number.NaN;
    const retryAfter = Number(answer.headers['retry-after']);
    return {
      error,
      again,
      region: refusal.region,
      storeTime: Number.isNaN(date) ? undefined : date,
      ...(retryAfter > 0 && { pauseMsMin: retryAfter * 1000 }),
    };
  }

  #broken(request: BucketRequest, failure: WireFailure): Failure {
    const cause = failure.cause as NodeJS.ErrnoException | undefined;
    const what = `${request.operation} ${request.key === undefined ? '' : `${this.#objectName(request.key)} `}in bucket ${this.#options.bucket}`;
    const code: StoreErrorCode = failure.reason === 'too long' ? 'STORE_ANSWER' : unverifiable.test(cause?.code ?? '') ? 'STORE_TLS' : 'STORE_UNREACHABLE';
    const error = storeErrors.create(code, `${what}: ${failure.message}`, { subject: this.#subject(request), cause: failure });
    return { error, again: code === 'STORE_UNREACHABLE' ? 'transient' : undefined, staleConnection: failure.staleConnection };
  }
}
