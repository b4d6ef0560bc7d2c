export { type Ceph, cephIsHere, startCeph } from './ceph.ts';
export { storeConformance } from './conformance.ts';
export { type Fault, type FaultRule, type FaultStore, faultStore } from './fault-store.ts';
export { type LockBench, lockConformance } from './lock-conformance.ts';
export { type LockingStore, lockingStore } from './locking-store.ts';
export { type MemoryStore, memoryStore } from './memory-store.ts';
export { selfSignedCertificate } from './self-signed.ts';
export { startVersitygw, type Versitygw, type VersitygwOptions } from './versitygw.ts';
