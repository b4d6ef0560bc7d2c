import type { LockMode, Retention } from '@holdfast/store';

/** A vault's immutability, decided when it is created. */
export interface Immutability {
  readonly mode: LockMode;
  /** how long a point can't be deleted, unless its backup says otherwise */
  readonly days: number;
}

/** Locks end at midnight UTC; a date is counted in days since 1970, which fits 16 bits until 2149. */
export type LockDay = number;

export const dayMs = 24 * 60 * 60 * 1000;
/** Locks are rounded up to multiples of this, so that a pack which lives on is extended once in so many days. */
export const generationDays = 30;
/** How many nights the extensions of a fleet are spread over. */
const spreadDays = 10;
export const immutableDaysMax = 36_500;

/** The first midnight that isn't before this moment. */
export const dayAtOrAfter = (ms: number): LockDay => Math.ceil(ms / dayMs);
export const msOfDay = (day: LockDay): number => day * dayMs;
export const isoOfDay = (day: LockDay): string => new Date(msOfDay(day)).toISOString();

/** The end of the generation that a day lies in: what locks are set to. */
export const endOfGeneration = (day: LockDay): LockDay => Math.ceil(day / generationDays) * generationDays;

/** What a point promises, and what the packs that it needs must be locked to so that it can. */
export interface Horizon {
  readonly mode: LockMode;
  /** the point can't be deleted before this moment, in ms since 1970 */
  readonly until: number;
  /** every pack that the point needs is locked at least until this day */
  readonly needed: LockDay;
  /** what is locked, or extended, is locked until this day: the end of a generation */
  readonly locked: LockDay;
}

/** For what every point needs, before there is one. */
export function retentionOf(nowMs: number, { mode, days }: Immutability): Retention {
  return { mode, until: msOfDay(endOfGeneration(dayAtOrAfter(nowMs + days * dayMs))) };
}

/**
 * @param nowMs by the store's clock, which is the one that judges locks
 * @param vmId VMs are spread over some days by it: otherwise every pack of a vault would be extended in the same night
 */
export function horizonOf(nowMs: number, { mode, days }: Immutability, vmId: string): Horizon {
  const until = nowMs + days * dayMs;
  const needed = dayAtOrAfter(until) + (Number.parseInt(vmId.slice(0, 8), 16) % spreadDays);
  return { mode, until, needed, locked: endOfGeneration(needed) };
}
