import type { PeriodRule, RetentionPolicy } from '../src/retention/policy.ts';

/** A point for the naive judge: all of it readable. */
export interface NaivePoint {
  readonly id: string;
  readonly takenAt: string;
  readonly sequence: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The zone's clock as a text, `2026-03-29 02:30:00`, by another way than the product's. */
const shown = (point: NaivePoint, timeZone: string) => new Date(point.takenAt).toLocaleString('sv-SE', { timeZone });

function nextDay(date: string, days: number): string {
  const at = new Date(`${date}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

function week(date: string): string {
  const weekday = (one: string) => new Date(`${one}T12:00:00Z`).getUTCDay();
  let thursday = date;
  const direction = weekday(date) === 0 ? -1 : Math.sign(4 - weekday(date));
  while (weekday(thursday) !== 4) thursday = nextDay(thursday, direction);
  let number = 1;
  for (let one = nextDay(thursday, -7); one.slice(0, 4) === thursday.slice(0, 4); one = nextDay(one, -7)) number++;
  return `${thursday.slice(0, 4)}-W${String(number).padStart(2, '0')}`;
}

function naivePeriod(point: NaivePoint, rule: PeriodRule, timeZone: string): string {
  const local = shown(point, timeZone);
  if (rule === 'yearly') return local.slice(0, 4);
  if (rule === 'monthly') return local.slice(0, 7);
  if (rule === 'weekly') return week(local.slice(0, 10));
  if (rule === 'daily') return local.slice(0, 10);
  const named = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(new Date(point.takenAt));
  const offset = named.find(({ type }) => type === 'timeZoneName')!.value.replace('GMT', '') || '+00:00';
  return `${local.slice(0, 10)} ${local.slice(11, 13)}h ${offset}`;
}

/** Slow and plain: each rule is asked of each point by itself, by looking at all others. */
export function naiveReasons(policy: RetentionPolicy, points: readonly NaivePoint[], point: NaivePoint): string[] {
  const newer = (a: NaivePoint, b: NaivePoint) => {
    const [atA, atB] = [Date.parse(a.takenAt), Date.parse(b.takenAt)];
    if (atA !== atB) return atA > atB;
    return a.sequence !== b.sequence ? a.sequence > b.sequence : a.id > b.id;
  };
  const reasons: string[] = [];
  const newerPoints = points.filter((other) => newer(other, point));
  if (newerPoints.length === 0 || points.every((other) => other.sequence <= point.sequence)) reasons.push('newest point');
  if (newerPoints.length < (policy.keepLast ?? 0)) reasons.push(`last ${newerPoints.length + 1} of ${policy.keepLast}`);
  for (const rule of ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const) {
    const period = naivePeriod(point, rule, policy.timeZone);
    const newerPeriods = new Set(newerPoints.map((other) => naivePeriod(other, rule, policy.timeZone)));
    if (!newerPeriods.has(period) && newerPeriods.size < (policy[rule] ?? 0)) reasons.push(`${rule} ${period} (${newerPeriods.size + 1} of ${policy[rule]})`);
  }
  if (policy.keepWithinDays) {
    const newest = points.find((one) => points.every((other) => other === one || newer(one, other)))!;
    const first = nextDay(shown(newest, policy.timeZone).slice(0, 10), -policy.keepWithinDays);
    if (shown(point, policy.timeZone).slice(0, 10) >= first)
      reasons.push(policy.keepWithinDays === 1 ? 'within a day of the newest' : `within ${policy.keepWithinDays} days of the newest`);
  }
  for (const tag of policy.keepTags ?? []) {
    const [name, value] = tag.split('=');
    const has = Object.hasOwn(point.tags, name!) && (value === undefined || point.tags[name!] === value);
    if (has) reasons.push(`tag ${tag}`);
  }
  return reasons;
}
