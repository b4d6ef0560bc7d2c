import { refusalBytesMax, type WireAnswer, WireFailure } from './exchange.ts';

/** A status line and headers never take more. */
export const headBytesMax = 16 * 1024;

/**
 * Reads one answer to a GET out of a byte stream.
 *
 * It says where the next bytes are to be put: the body of an object lands where it stays, in one buffer of its announced length,
 * without a copy. Strict about what it doesn't understand: a connection in doubt is closed, never guessed about.
 */
export class AnswerReader {
  readonly #answerBytesMax: number;
  readonly #head: Buffer;
  #headFilled = 0;
  #framing: 'head' | 'length' | 'chunked' | 'until close' = 'head';
  #status = 0;
  #headers: Record<string, string> & { connection?: string } = {};
  #body: Buffer = Buffer.alloc(0);
  #bodyFilled = 0;
  #reusable = true;
  #answer: WireAnswer | undefined;

  /** @param head `headBytesMax` bytes to work with; a socket may have been told before the request to put the first bytes there */
  constructor(answerBytesMax: number, head: Buffer) {
    this.#answerBytesMax = answerBytesMax;
    this.#head = head;
  }

  /** the whole answer, once it is there */
  get answer(): WireAnswer | undefined {
    return this.#answer;
  }

  /** whether the connection can carry another request afterwards */
  get reusable(): boolean {
    return this.#answer !== undefined && this.#reusable;
  }

  get begun(): boolean {
    return this.#headFilled > 0;
  }

  /** Where to put the next bytes; never empty. */
  space(): Uint8Array {
    if (this.#framing === 'head') return this.#head.subarray(this.#headFilled);
    return this.#bodyFilled < this.#body.length ? this.#body.subarray(this.#bodyFilled) : this.#head;
  }

  /** So many bytes were put there. @throws WireFailure when this is no answer we can use */
  received(count: number): void {
    if (this.#answer !== undefined) throw new WireFailure('cut', 'the store sent more than it had announced');
    if (this.#framing === 'head') {
      this.#headFilled += count;
      this.#readHead();
    } else {
      this.#bodyFilled += count;
      this.#readBody();
    }
  }

  /** The other end has closed. @throws WireFailure when something is missing */
  closed(): void {
    if (this.#answer !== undefined) return;
    if (this.#framing === 'until close') {
      this.#finish(this.#body.subarray(0, this.#bodyFilled));
      return;
    }
    if (!this.begun) throw new WireFailure('cut', 'the connection was closed before an answer came');
    throw new WireFailure(
      'cut',
      `the answer broke off after ${this.#bodyFilled} of ${this.#framing === 'length' ? this.#body.length : 'an unknown number of'} bytes`,
    );
  }

  #readHead(): void {
    const head = this.#head.subarray(0, this.#headFilled);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#headFilled === headBytesMax) throw new WireFailure('too long', `the head of the answer has more than ${headBytesMax} bytes`);
      return;
    }
    const rest = Buffer.from(head.subarray(end + 4));
    this.#parseHead(head.toString('latin1', 0, end));
    if (this.#status < 200) {
      // "100 Continue" and the like come before the answer proper.
      rest.copy(this.#head);
      this.#headFilled = rest.length;
      if (rest.length > 0) this.#readHead();
      return;
    }
    this.#frame();
    if (rest.length > this.#body.length) throw new WireFailure('cut', 'the store sent more than it had announced');
    this.#bodyFilled = rest.copy(this.#body);
    this.#readBody();
  }

  #parseHead(text: string): void {
    const [statusLine = '', ...lines] = text.split('\r\n');
    const match = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine);
    if (match === null) throw new WireFailure('cut', 'the answer is not HTTP/1.1');
    this.#status = Number(match[2]);
    this.#headers = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      if (colon <= 0 || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw new WireFailure('cut', 'the answer has a header that cannot be read');
      const value = line.slice(colon + 1).trim();
      if (this.#headers[name] !== undefined && name === 'content-length') throw new WireFailure('cut', 'the answer announces its length twice');
      this.#headers[name] = this.#headers[name] === undefined ? value : `${this.#headers[name]}, ${value}`;
    }
    if (match[1] === '0' || /\bclose\b/i.test(this.#headers.connection ?? '')) this.#reusable = false;
  }

  /** How long the body is, and whether that is bearable. */
  #frame(): void {
    const { 'content-length': announced, 'transfer-encoding': encoding } = this.#headers;
    const refused = this.#status >= 300;
    const bytesMax = refused ? refusalBytesMax : this.#answerBytesMax;
    if (announced !== undefined && encoding !== undefined) throw new WireFailure('cut', 'the answer announces its length in two ways');
    if (announced !== undefined || this.#status === 204 || this.#status === 304) {
      const length = Number(announced ?? 0);
      if (!/^\d+$/.test(announced ?? '0') || !Number.isSafeInteger(length)) throw new WireFailure('cut', 'the answer announces a length that is no number');
      if (length > bytesMax) throw new WireFailure('too long', `the answer has ${length} bytes, at most ${bytesMax} were expected`);
      this.#framing = 'length';
      this.#body = Buffer.allocUnsafeSlow(length);
      return;
    }
    // Without a length, an object that broke off couldn't be told from a whole one.
    if (!refused) throw new WireFailure('cut', 'the answer does not say how long it is');
    if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') throw new WireFailure('cut', `the answer is encoded as ${encoding}`);
    this.#framing = encoding === undefined ? 'until close' : 'chunked';
    this.#reusable &&= encoding !== undefined;
    this.#body = Buffer.allocUnsafe(refusalBytesMax);
  }

  #readBody(): void {
    if (this.#framing === 'length') {
      if (this.#bodyFilled === this.#body.length) this.#finish(this.#body);
      return;
    }
    const filled = this.#body.subarray(0, this.#bodyFilled);
    const whole = this.#framing === 'chunked' ? joinChunks(filled) : undefined;
    if (whole !== undefined) this.#finish(whole);
    else if (filled.length === this.#body.length) throw new WireFailure('too long', `the store refused with more than ${refusalBytesMax} bytes`);
  }

  #finish(body: Uint8Array): void {
    this.#answer = { status: this.#status, headers: this.#headers, body };
  }
}

/** The body of a chunked answer, once its end is there. Small by its bound, so it is read from the start each time. */
function joinChunks(bytes: Buffer): Uint8Array | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i.exec(bytes.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) throw new WireFailure('cut', 'the answer has a chunk whose size cannot be read');
    const length = Number.parseInt(size, 16);
    const start = lineEnd + 2;
    // The last chunk is empty; headers may follow it, and an empty line ends it all.
    if (length === 0) return bytes.indexOf('\r\n', start) === start || bytes.indexOf('\r\n\r\n', start) >= 0 ? Buffer.concat(pieces) : undefined;
    if (start + length + 2 > bytes.length) return undefined;
    pieces.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
}
