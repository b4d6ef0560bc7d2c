import type { Clock, Random } from '@holdfast/kit';
import type { ProcessIdentity } from './process-identity.ts';

/** What a job takes from outside. */
export interface EngineEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: ProcessIdentity;
}
