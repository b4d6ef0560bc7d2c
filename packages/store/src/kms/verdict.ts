import type { KmsErrorCode } from './errors.ts';

/** What a failed request comes to: an error, or the plain answer that ciphertext, context and key don’t belong together. */
export type KmsVerdict = { readonly error: KmsErrorCode; readonly again: boolean } | 'not this one';

const byName: Readonly<Record<string, KmsVerdict>> = {
  InvalidCiphertextException: 'not this one',
  IncorrectKeyException: 'not this one',
  AccessDeniedException: { error: 'KMS_ACCESS', again: false },
  NotFoundException: { error: 'KMS_KEY_ABSENT', again: false },
  DisabledException: { error: 'KMS_KEY_STATE', again: false },
  KMSInvalidStateException: { error: 'KMS_KEY_STATE', again: false },
  InvalidKeyUsageException: { error: 'KMS_ADDRESS', again: false },
  InvalidArnException: { error: 'KMS_ADDRESS', again: false },
  InvalidGrantTokenException: { error: 'KMS_ACCESS', again: false },
  ThrottlingException: { error: 'KMS_THROTTLED', again: true },
  LimitExceededException: { error: 'KMS_THROTTLED', again: true },
  TooManyRequestsException: { error: 'KMS_THROTTLED', again: true },
  RequestLimitExceeded: { error: 'KMS_THROTTLED', again: true },
  KeyUnavailableException: { error: 'KMS_UNREACHABLE', again: true },
  DependencyTimeoutException: { error: 'KMS_UNREACHABLE', again: true },
  KMSInternalException: { error: 'KMS_UNREACHABLE', again: true },
  InternalFailure: { error: 'KMS_UNREACHABLE', again: true },
  ServiceUnavailable: { error: 'KMS_UNREACHABLE', again: true },
  UnrecognizedClientException: { error: 'KMS_CREDENTIALS', again: false },
  InvalidClientTokenId: { error: 'KMS_CREDENTIALS', again: false },
  InvalidSignatureException: { error: 'KMS_CREDENTIALS', again: false },
  SignatureDoesNotMatch: { error: 'KMS_CREDENTIALS', again: false },
  IncompleteSignature: { error: 'KMS_CREDENTIALS', again: false },
  IncompleteSignatureException: { error: 'KMS_CREDENTIALS', again: false },
  MissingAuthenticationTokenException: { error: 'KMS_CREDENTIALS', again: false },
  ExpiredTokenException: { error: 'KMS_CREDENTIALS', again: false },
  OptInRequired: { error: 'KMS_CREDENTIALS', again: false },
  RequestExpired: { error: 'KMS_CREDENTIALS', again: false },
  CredentialsProviderError: { error: 'KMS_CREDENTIALS', again: false },
};

const unverifiable = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

interface Failure {
  readonly name?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Judges what the AWS client threw. What says nothing of its own counts as unreachable. */
export function judgeKmsFailure(failure: unknown): KmsVerdict {
  const { name = '', code, cause, $metadata } = failure as Failure;
  if (Object.hasOwn(byName, name)) return byName[name]!;
  if ([code, (cause as Failure | undefined)?.code].some((one) => typeof one === 'string' && unverifiable.test(one))) return { error: 'KMS_TLS', again: false };
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429) return { error: 'KMS_THROTTLED', again: true };
  if (status === 401 || status === 403) return { error: 'KMS_ACCESS', again: false };
  return { error: 'KMS_UNREACHABLE', again: status === 0 || status >= 500 };
}
