import type { UnreadablePoint } from '../model.ts';
import { localCalendar } from './local-calendar.ts';
import { checkPolicy, type PeriodRule, periodRules, type RetentionPolicy } from './policy.ts';

/** What retention looks at of a point. */
export interface RetentionPoint {
  readonly id: string;
  /** ISO 8601 */
  readonly takenAt: string;
  readonly sequence: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Why a point stays. `place` counts from the newest, from 1. */
export type KeepReason =
  | { readonly rule: 'newest' | 'legal hold' }
  | { readonly rule: 'last'; readonly place: number; readonly of: number }
  | { readonly rule: PeriodRule; readonly period: string; readonly place: number; readonly of: number }
  | { readonly rule: 'within'; readonly days: number }
  | { readonly rule: 'tag'; readonly tag: string }
  | { readonly rule: 'unreadable'; readonly why: string };

export interface RetentionVerdict<P> {
  readonly point: P;
  readonly verdict: 'keep' | 'remove';
  /** every reason to keep it; none when it is to be removed */
  readonly reasons: readonly KeepReason[];
}

/**
 * Judges one VM's points. The newest point stays, by time and by sequence, since the next backup grows from it; what can't be read
 * stays, since nobody knows what it is. Nothing but the points and the policy decides: no clock is asked.
 *
 * @param points of one VM, in any order; verdicts come in the same order
 * @param held ids of points under legal hold
 * @throws `RETENTION_POLICY`
 */
export function applyPolicy<P extends RetentionPoint | UnreadablePoint>(
  policy: RetentionPolicy,
  points: readonly P[],
  held: ReadonlySet<string>,
): RetentionVerdict<P>[] {
  checkPolicy(policy);
  const reasons = new Map<P, KeepReason[]>(points.map((point) => [point, []]));
  const keep = (point: P, reason: KeepReason) => void reasons.get(point)!.push(reason);
  const dated: Dated<P>[] = [];
  const localTime = localCalendar(policy.timeZone);
  for (const point of points) {
    if (held.has(point.id)) keep(point, { rule: 'legal hold' });
    if (!('sequence' in point)) keep(point, { rule: 'unreadable', why: point.reason });
    else {
      const atMs = Date.parse(point.takenAt);
      if (Number.isNaN(atMs)) keep(point, { rule: 'unreadable', why: `its time, ${JSON.stringify(point.takenAt)}, is none` });
      else dated.push({ point, atMs, sequence: point.sequence, id: point.id, tags: point.tags ?? {}, local: localTime(atMs) });
    }
  }
  dated.sort((a, b) => b.atMs - a.atMs || b.sequence - a.sequence || (a.id < b.id ? 1 : -1));
  keepNewest(dated, keep);
  keepLast(dated, policy.keepLast ?? 0, keep);
  for (const rule of periodRules) keepPeriods(dated, rule, policy[rule] ?? 0, keep);
  keepWithin(dated, policy.keepWithinDays ?? 0, keep);
  keepTagged(dated, policy.keepTags ?? [], keep);
  return points.map((point) => {
    const why = reasons.get(point)!;
    return { point, verdict: why.length > 0 ? 'keep' : 'remove', reasons: why };
  });
}

interface Dated<P> {
  readonly point: P;
  readonly atMs: number;
  readonly sequence: number;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly local: ReturnType<ReturnType<typeof localCalendar>>;
}

type Keep<P> = (point: P, reason: KeepReason) => void;

function keepNewest<P>(newestFirst: readonly Dated<P>[], keep: Keep<P>): void {
  const [newest] = newestFirst;
  if (newest === undefined) return;
  const last = newestFirst.reduce((best, one) => (one.sequence > best.sequence ? one : best), newest);
  for (const { point } of new Set([newest, last])) keep(point, { rule: 'newest' });
}

function keepLast<P>(newestFirst: readonly Dated<P>[], count: number, keep: Keep<P>): void {
  newestFirst.slice(0, count).forEach(({ point }, index) => {
    keep(point, { rule: 'last', place: index + 1, of: count });
  });
}

/** A period is known by its name, not by its neighbours: where clocks go back over midnight, a day can begin twice. */
function keepPeriods<P>(newestFirst: readonly Dated<P>[], rule: PeriodRule, count: number, keep: Keep<P>): void {
  const seen = new Set<string>();
  for (const { point, local } of newestFirst) {
    if (seen.size >= count) return;
    const period = local.periods[rule];
    if (seen.has(period)) continue;
    seen.add(period);
    keep(point, { rule, period, place: seen.size, of: count });
  }
}

function keepWithin<P>(newestFirst: readonly Dated<P>[], days: number, keep: Keep<P>): void {
  const [newest] = newestFirst;
  if (newest === undefined || days === 0) return;
  for (const { point, local } of newestFirst) if (local.day >= newest.local.day - days) keep(point, { rule: 'within', days });
}

function keepTagged<P>(dated: readonly Dated<P>[], wanted: readonly string[], keep: Keep<P>): void {
  for (const { point, tags } of dated) {
    const carried = Object.entries(tags).flatMap(([name, value]) => [name, `${name}=${value}`]);
    for (const tag of new Set(wanted)) if (carried.includes(tag)) keep(point, { rule: 'tag', tag });
  }
}

/** A reason in words: `daily 2026-03-29 (2 of 7)`, `last 3 of 7`, `legal hold`. */
export function describeReason(reason: KeepReason): string {
  switch (reason.rule) {
    case 'newest':
      return 'newest point';
    case 'last':
      return `last ${reason.place} of ${reason.of}`;
    case 'within':
      return `within ${reason.days === 1 ? 'a day' : `${reason.days} days`} of the newest`;
    case 'tag':
      return `tag ${reason.tag}`;
    case 'unreadable':
      return `can’t be read, so it stays: ${reason.why}`;
    case 'legal hold':
      return 'legal hold';
    default:
      return `${reason.rule} ${reason.period} (${reason.place} of ${reason.of})`;
  }
}
