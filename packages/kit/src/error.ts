/**
 * What went wrong, as a reader sorts it: decides the exit code and whether trying again makes sense.
 *
 * - `usage`: the request itself can't be carried out as written
 * - `access`: somebody refused us (password, key, certificate, permission)
 * - `absent`: proven not to be there
 * - `unavailable`: can't be reached or is overloaded; the same request may pass later
 * - `damaged`: it is there, but it isn't what was written
 * - `conflict`: somebody else did it first, or it exists already
 * - `limit`: a named bound was reached (space, size, count)
 * - `cancelled`: the user or a shutdown stopped it
 * - `internal`: an assertion of ours failed
 */
export type ErrorKind = 'usage' | 'access' | 'absent' | 'unavailable' | 'damaged' | 'conflict' | 'limit' | 'cancelled' | 'internal';

export interface ErrorDefinition {
  readonly kind: ErrorKind;
  /** What the code means, for the documentation: one sentence. */
  readonly meaning: string;
  /** What the user can do about it: one sentence in the imperative. */
  readonly advice: string;
}

export interface ErrorDetails {
  /** What we did about it (retried, fell back, cleaned up), if anything. */
  readonly did?: string;
  /** Replaces the advice of the definition where more is known. */
  readonly advice?: string;
  /** Which VM, disk, object or file, by kind of thing: `{ vm: 'web01', disk: '2000' }`. */
  readonly subject?: Readonly<Record<string, string | number>>;
  readonly cause?: unknown;
}

/** The one error type of the product. Its texts are product text; `code` never changes its meaning. */
export class HoldfastError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly did: string | undefined;
  readonly advice: string;
  readonly subject: Readonly<Record<string, string | number>>;

  constructor(code: string, definition: ErrorDefinition, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.kind = definition.kind;
    this.did = details.did;
    this.advice = details.advice ?? definition.advice;
    this.subject = details.subject ?? {};
  }

  toJSON(): Record<string, unknown> {
    return { code: this.code, kind: this.kind, message: this.message, did: this.did, advice: this.advice, subject: this.subject };
  }
}

export type ErrorTable = Readonly<Record<string, ErrorDefinition>>;

/** A room's errors: the table (documented in docs/errors.md, held together by a test) and a way to make one. */
export interface RoomErrors<T extends ErrorTable> {
  readonly table: T;
  create(code: keyof T & string, message: string, details?: ErrorDetails): HoldfastError;
  is(error: unknown, ...codes: (keyof T & string)[]): error is HoldfastError;
}

/** Every room calls this once, in its `errors.ts`. */
export function defineErrors<const T extends ErrorTable>(table: T): RoomErrors<T> {
  return {
    table,
    create: (code, message, details) => new HoldfastError(code, table[code] as ErrorDefinition, message, details),
    is: (error, ...codes): error is HoldfastError =>
      error instanceof HoldfastError && (codes.length === 0 ? error.code in table : (codes as string[]).includes(error.code)),
  };
}
