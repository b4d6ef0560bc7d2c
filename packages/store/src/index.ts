export { type StoreEnvironment, systemEnvironment } from './environment.ts';
export { type StoreErrorCode, storeErrors } from './errors.ts';
export { checkKey, isKey } from './key.ts';
export { type LocalStoreOptions, localStore } from './local/local-store.ts';
export type { DeleteReport, GetOptions, ObjectInfo, ObjectStore, PutOptions, StoreCapabilities } from './object-store.ts';
export { prefixedStore } from './prefixed-store.ts';
export { type CheckScale, probeScale, type StoreCheck, thoroughScale } from './probe/check.ts';
export { storeChecks } from './probe/checks.ts';
export { type ProbeResult, probeStore } from './probe/probe-store.ts';
