import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Clock, formatBytes, HoldfastError } from '@holdfast/kit';
import { diskErrors } from '../errors.ts';
import type { OpenLeasePost } from './lease-sink.ts';

const answerTextMax = 500;
/** How often a stall is looked for. */
const stallChecks = 8;

export interface LeaseUploadOptions {
  readonly disk: string;
  readonly url: string;
  readonly open: OpenLeasePost;
  readonly clock: Clock;
  readonly stallMsMax: number;
  progress?(bytesSent: number): void;
}

/** One POST with a body of unknown length: bytes go as fast as the host takes them, and the first failure ends everything. */
export class LeaseUpload {
  readonly #options: LeaseUploadOptions;
  readonly #cut = new AbortController();
  /** Aborted when nothing more will be waited for. */
  readonly #over = new AbortController();
  #request: ClientRequest | undefined;
  #bytesSent = 0;
  #failure: HoldfastError | undefined;
  #answered: number | undefined;
  /** Whoever waits for the host right now: to take bytes, or to answer. */
  #waiting: { readonly since: number; settle(failure?: HoldfastError): void } | undefined;

  constructor(options: LeaseUploadOptions) {
    this.#options = options;
  }

  /** Settles when the connection has taken the bytes. */
  async send(bytes: Uint8Array): Promise<void> {
    const request = this.#request ?? this.#start();
    await this.#wait((settle) => {
      request.write(bytes, (error) => {
        if (error) this.#fail(error);
        else settle();
      });
    });
    this.#bytesSent += bytes.length;
    this.#options.progress?.(this.#bytesSent);
  }

  /** Ends the body and waits until the host says that it has the disk. */
  async finish(): Promise<void> {
    const request = this.#request ?? this.#start();
    await this.#wait(() => request.end());
    this.#over.abort();
  }

  /** The host sees a body without an end. */
  cancel(reason: unknown): void {
    this.#fail(reason ?? new Error('given up'));
  }

  #start(): ClientRequest {
    const { open, url } = this.#options;
    const request = open(url, { 'content-type': 'application/x-vnd.vmware-streamVmdk' }, this.#cut.signal);
    this.#request = request;
    request.on('error', (error) => this.#fail(error));
    request.on('close', () => {
      if (this.#answered === undefined) this.#fail(new Error('the connection was closed without an answer'));
    });
    request.on('response', (response) => void this.#takeAnswer(response));
    void this.#watchForStalls();
    return request;
  }

  async #takeAnswer(response: IncomingMessage): Promise<void> {
    const status = response.statusCode ?? 0;
    this.#answered = status;
    let text = '';
    try {
      for await (const part of response.setEncoding('utf8')) if (text.length < answerTextMax) text += part;
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (status < 200 || status >= 300) this.#fail(this.#refusal(status, text.slice(0, answerTextMax).trim()));
    else if (!this.#request?.writableEnded) this.#fail(new Error(`the host answered ${status} before the disk was complete`));
    else this.#waiting?.settle();
  }

  #refusal(status: number, text: string): HoldfastError {
    const code = status === 401 || status === 403 ? 'DISK_UPLOAD_REFUSED' : 'DISK_UPLOAD_FAILED';
    return this.#error(code, `answered ${status}${text === '' ? '' : `: ${text}`}`);
  }

  #fail(error: unknown): void {
    if (this.#failure === undefined) {
      this.#failure =
        error instanceof HoldfastError ? error : this.#error('DISK_UPLOAD_FAILED', `failed: ${error instanceof Error ? error.message : String(error)}`, error);
      this.#over.abort();
      this.#cut.abort(this.#failure);
      this.#request?.destroy();
    }
    this.#waiting?.settle(this.#failure);
  }

  #error(code: 'DISK_UPLOAD_FAILED' | 'DISK_UPLOAD_REFUSED', what: string, cause?: unknown): HoldfastError {
    const { disk, url } = this.#options;
    const host = URL.canParse(url) ? new URL(url).host : url;
    return diskErrors.create(code, `${disk}: the upload to ${host} ${what}`, {
      did: `The upload was ended after ${formatBytes(this.#bytesSent)}; without its end the host can’t take it for a whole disk.`,
      subject: { disk },
      cause,
    });
  }

  /** Not a race of promises: a race against one long-lived promise would gather a listener for every block sent. */
  async #wait(begin: (settle: () => void) => void): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve, reject) => {
      const settle = (failure?: HoldfastError): void => {
        this.#waiting = undefined;
        if (failure === undefined) resolve();
        else reject(failure);
      };
      this.#waiting = { since: this.#options.clock.elapsed(), settle };
      begin(settle);
    });
  }

  async #watchForStalls(): Promise<void> {
    const { clock, stallMsMax } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        await clock.sleep(stallMsMax / stallChecks, signal);
      } catch (error) {
        if (!signal.aborted) this.#fail(error);
        return;
      }
      if (this.#waiting !== undefined && clock.elapsed() - this.#waiting.since > stallMsMax)
        this.#fail(new Error(`the host took nothing for ${Math.round(stallMsMax / 1000)} s`));
    }
  }
}
