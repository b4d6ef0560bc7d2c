export { type StoreEnvironment, systemEnvironment } from './environment.ts';
export { type StoreErrorCode, storeErrors } from './errors.ts';
export { checkKey, isKey } from './key.ts';
export { type KmsErrorCode, kmsErrors } from './kms/errors.ts';
export { type KmsKeyArn, parseKmsKeyArn, sameKmsKey } from './kms/key-arn.ts';
export { type KmsKey, type KmsKeyOptions, kmsKey } from './kms/kms-key.ts';
export { type LocalStoreOptions, localStore } from './local/local-store.ts';
export { type MeteredStore, meteredStore, type StoreMeter, type StoreOperation } from './metered-store.ts';
export {
  covers,
  type LockMode,
  type LockSettings,
  type ObjectLocks,
  type ObjectVersion,
  type ObjectVersions,
  type Retention,
  type VersionDeleteReport,
} from './object-locks.ts';
export type { DeleteReport, GetOptions, ObjectInfo, ObjectStore, PutOptions, StoreCapabilities } from './object-store.ts';
export { type OpenStoreOptions, openStore } from './open-store.ts';
export { prefixedStore } from './prefixed-store.ts';
export { type CheckScale, probeScale, type StoreCheck, thoroughScale } from './probe/check.ts';
export { storeChecks } from './probe/checks.ts';
export { type ProbeResult, probeStore } from './probe/probe-store.ts';
export type { RetryNotice, S3CredentialProvider, S3Credentials, S3Limits, S3StoreOptions } from './s3/s3-options.ts';
export { s3Store } from './s3/s3-store.ts';
export { writeOnceStore } from './versions/write-once-store.ts';
