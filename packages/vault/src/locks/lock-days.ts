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
const generationDays = 30;
export const immutableDaysMax = 36_500;

/** The first midnight that isn't before this moment. */
export const dayAtOrAfter = (ms: number): LockDay => Math.ceil(ms / dayMs);
export const msOfDay = (day: LockDay): number => day * dayMs;
export const isoOfDay = (day: LockDay): string => new Date(msOfDay(day)).toISOString();

/** The end of the generation that a day lies in: what locks are set to. */
const endOfGeneration = (day: LockDay): LockDay => Math.ceil(day / generationDays) * generationDays;

/** What a point promises, and what the packs that it needs must be locked to so that it can. */
export interface Horizon {
  readonly mode: LockMode;
  /** the point can't be deleted before this moment, in ms since 1970 */
  readonly until: number;
  /** every pack that the point needs is locked at least until this day */
  readonly needed: LockDay;
  /** what is written is locked until this day: the end of a generation */
  readonly locked: LockDay;
  /**
   * What falls short is locked until this day, a generation more: it has lived for a while and is likely to live on. Most of what is
   * written dies young, and isn't kept for it.
   */
  readonly extended: LockDay;
}

/** For what every point needs, before there is one. */
export function retentionOf(nowMs: number, { mode, days }: Immutability): Retention {
  return { mode, until: msOfDay(endOfGeneration(dayAtOrAfter(nowMs + days * dayMs))) };
}

/** @param nowMs by the store's clock, which is the one that judges locks */
export function horizonOf(nowMs: number, { mode, days }: Immutability): Horizon {
  const until = nowMs + days * dayMs;
  const needed = dayAtOrAfter(until);
  const locked = endOfGeneration(needed);
  return { mode, until, needed, locked, extended: locked + generationDays };
}
