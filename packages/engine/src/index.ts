export { engineErrors } from './errors.ts';
export type { DiskLabel, EngineEvent, OnEvent, Step, VmLabel } from './events.ts';
export { linuxProcessIdentity, type ProcessIdentity } from './process-identity.ts';
export { type Selection, select } from './selection.ts';
export { noStatistics, type Savings, savings, sumStatistics } from './statistics.ts';
