import { type Clock, type Random, systemClock, systemRandom } from '@holdfast/kit';

/** What a store takes from outside. Time decides when to try again, never whether something is safe. */
export interface StoreEnvironment {
  readonly clock: Clock;
  readonly random: Random;
}

export const systemEnvironment: StoreEnvironment = { clock: systemClock, random: systemRandom };
