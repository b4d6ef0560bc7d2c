export { mapBounded, Semaphore } from './concurrency.ts';
export { type Clock, type Random, systemClock, systemRandom } from './environment.ts';
export { defineErrors, type ErrorDefinition, type ErrorDetails, type ErrorKind, type ErrorTable, HoldfastError, type RoomErrors } from './error.ts';
export { type RetryOptions, retry } from './retry.ts';
export { formatBytes, formatDuration, GiB, KiB, MiB, parseBytes, TiB } from './units.ts';
