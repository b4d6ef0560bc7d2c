import type { StoreErrorCode } from '../errors.ts';
import type { WireAnswer } from './exchange.ts';
import { parseXml, textOf } from './xml.ts';

/** What a store said when it didn't do what it was asked. */
export interface Refusal {
  readonly status: number;
  /** S3's own word (`SlowDown`, `NoSuchKey`), or `undefined` when the answer isn't one of S3's */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** where the bucket is, when it says so */
  readonly region: string | undefined;
  readonly requestId: string | undefined;
}

export function readRefusal({ status, headers, body }: WireAnswer): Refusal {
  const header = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined);
  const base = { status, region: header('x-amz-bucket-region'), requestId: header('x-amz-request-id') };
  try {
    const root = parseXml(body);
    if (root.name === 'Error')
      return {
        ...base,
        code: textOf(root, 'Code'),
        message: textOf(root, 'Message'),
        region: base.region ?? textOf(root, 'Region'),
        requestId: base.requestId ?? textOf(root, 'RequestId'),
      };
  } catch {
    // Not a document of S3's: a proxy, a web server, or an answer to HEAD, which has no body. The status has to do.
  }
  return { ...base, code: undefined, message: undefined };
}

/** What to do about it: try again in one of several ways, or tell. */
export type Verdict =
  | { readonly again: 'throttle' | 'transient' | 'credentials' | 'clock' | 'region'; readonly error: StoreErrorCode }
  | { readonly again?: undefined; readonly error: StoreErrorCode };

const byCode: Readonly<Record<string, Verdict>> = {
  NoSuchKey: { error: 'STORE_ABSENT' },
  NoSuchVersion: { error: 'STORE_ABSENT' },
  ObjectLockConfigurationNotFoundError: { error: 'STORE_NOT_SET' },
  NoSuchObjectLockConfiguration: { error: 'STORE_NOT_SET' },
  NoSuchBucket: { error: 'STORE_BUCKET_ABSENT' },
  PreconditionFailed: { error: 'STORE_EXISTS' },
  InvalidRange: { error: 'STORE_RANGE' },
  BadDigest: { error: 'STORE_DAMAGED' },
  InvalidDigest: { error: 'STORE_DAMAGED' },
  XAmzContentSHA256Mismatch: { error: 'STORE_DAMAGED' },
  XAmzContentChecksumMismatch: { error: 'STORE_DAMAGED' },
  EntityTooLarge: { error: 'STORE_TOO_LARGE' },
  InvalidObjectState: { error: 'STORE_ARCHIVED' },
  QuotaExceeded: { error: 'STORE_FULL' },
  XMinioStorageFull: { error: 'STORE_FULL' },
  InsufficientStorage: { error: 'STORE_FULL' },
  AccessDenied: { error: 'STORE_ACCESS' },
  InvalidAccessKeyId: { again: 'credentials', error: 'STORE_CREDENTIALS' },
  SignatureDoesNotMatch: { error: 'STORE_CREDENTIALS' },
  ExpiredToken: { again: 'credentials', error: 'STORE_CREDENTIALS' },
  ExpiredTokenException: { again: 'credentials', error: 'STORE_CREDENTIALS' },
  TokenRefreshRequired: { again: 'credentials', error: 'STORE_CREDENTIALS' },
  InvalidToken: { again: 'credentials', error: 'STORE_CREDENTIALS' },
  RequestTimeTooSkewed: { again: 'clock', error: 'STORE_CLOCK' },
  RequestExpired: { again: 'clock', error: 'STORE_CLOCK' },
  PermanentRedirect: { again: 'region', error: 'STORE_REGION' },
  TemporaryRedirect: { again: 'region', error: 'STORE_REGION' },
  AuthorizationHeaderMalformed: { again: 'region', error: 'STORE_REGION' },
  IllegalLocationConstraintException: { again: 'region', error: 'STORE_REGION' },
  SlowDown: { again: 'throttle', error: 'STORE_THROTTLED' },
  SlowDownRead: { again: 'throttle', error: 'STORE_THROTTLED' },
  SlowDownWrite: { again: 'throttle', error: 'STORE_THROTTLED' },
  ServiceUnavailable: { again: 'throttle', error: 'STORE_THROTTLED' },
  Throttling: { again: 'throttle', error: 'STORE_THROTTLED' },
  ThrottlingException: { again: 'throttle', error: 'STORE_THROTTLED' },
  RequestLimitExceeded: { again: 'throttle', error: 'STORE_THROTTLED' },
  TooManyRequests: { again: 'throttle', error: 'STORE_THROTTLED' },
  BandwidthLimitExceeded: { again: 'throttle', error: 'STORE_THROTTLED' },
  RequestTimeout: { again: 'throttle', error: 'STORE_UNREACHABLE' },
  InternalError: { again: 'transient', error: 'STORE_UNREACHABLE' },
  IncompleteBody: { again: 'transient', error: 'STORE_UNREACHABLE' },
  OperationAborted: { again: 'transient', error: 'STORE_UNREACHABLE' },
  ConditionalRequestConflict: { again: 'transient', error: 'STORE_UNREACHABLE' },
  NotImplemented: { error: 'STORE_UNSUITABLE' },
  MethodNotAllowed: { error: 'STORE_UNSUITABLE' },
};

const byStatus: Readonly<Record<number, Verdict>> = {
  301: { again: 'region', error: 'STORE_REGION' },
  307: { again: 'region', error: 'STORE_REGION' },
  401: { again: 'credentials', error: 'STORE_CREDENTIALS' },
  403: { error: 'STORE_ACCESS' },
  408: { again: 'throttle', error: 'STORE_UNREACHABLE' },
  412: { error: 'STORE_EXISTS' },
  413: { error: 'STORE_TOO_LARGE' },
  416: { error: 'STORE_RANGE' },
  429: { again: 'throttle', error: 'STORE_THROTTLED' },
  501: { error: 'STORE_UNSUITABLE' },
  503: { again: 'throttle', error: 'STORE_THROTTLED' },
  507: { error: 'STORE_FULL' },
};

/** A status alone never proves absence: only S3's own word does. */
export function judgeRefusal({ status, code }: Pick<Refusal, 'status' | 'code'>): Verdict {
  const known = code === undefined || !Object.hasOwn(byCode, code) ? byStatus[status] : byCode[code];
  if (known !== undefined) return known;
  if (status >= 500) return { again: 'transient', error: 'STORE_UNREACHABLE' };
  return { error: code === undefined ? 'STORE_ANSWER' : 'STORE_UNSUITABLE' };
}
