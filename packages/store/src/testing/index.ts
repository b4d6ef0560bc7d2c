export { storeConformance } from './conformance.ts';
export { type MemoryStore, memoryStore } from './memory-store.ts';
