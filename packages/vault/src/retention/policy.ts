import { vaultErrors } from '../errors.ts';

/** What to keep of each VM's points. A point stays when any rule keeps it; rules that are absent or 0 keep nothing. */
export interface RetentionPolicy {
  /** IANA name of the time zone whose hours, days, weeks (from Monday, ISO 8601), months and years count: `Europe/Prague`, `UTC` */
  readonly timeZone: string;
  /** the newest points, whatever their age */
  readonly keepLast?: number | undefined;
  /** the newest point of each of the newest hours, days … that have points; periods without points are not counted */
  readonly hourly?: number | undefined;
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
  /** every point of the day of the VM's newest point and of this many days before; counted from that point, so that no clock matters */
  readonly keepWithinDays?: number | undefined;
  /** points that carry one of these tags, given as `name` or `name=value` */
  readonly keepTags?: readonly string[] | undefined;
}

const countMax = 100_000;
export const periodRules = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type PeriodRule = (typeof periodRules)[number];
const countRules = ['keepLast', ...periodRules, 'keepWithinDays'] as const;

/**
 * Refuses what can't be meant: no rule at all, counts that are no counts, a time zone that nobody knows.
 *
 * @throws `RETENTION_POLICY`
 */
export function checkPolicy(policy: RetentionPolicy): void {
  const refuse = (why: string, cause?: unknown) => vaultErrors.create('RETENTION_POLICY', `This retention policy can’t be applied: ${why}.`, { cause });
  for (const rule of countRules) {
    const count = policy[rule];
    if (count !== undefined && (!Number.isInteger(count) || count < 0 || count > countMax))
      throw refuse(`${rule} is ${count}, and must be a whole number from 0 to ${countMax}`);
  }
  if ((policy.keepTags ?? []).some((tag) => tag === '' || tag.startsWith('='))) throw refuse('a tag to keep has no name');
  if (countRules.every((rule) => (policy[rule] ?? 0) === 0)) throw refuse('it would keep nothing but the newest point, legal holds and tags');
  try {
    new Intl.DateTimeFormat('en', { timeZone: policy.timeZone });
  } catch (cause) {
    throw refuse(`there is no time zone ${JSON.stringify(policy.timeZone)}`, cause);
  }
}

/** The policy in a few words, as it is kept with what it deletes: `last 3, 7 daily, 4 weekly (Europe/Prague)`. */
export function describePolicy(policy: RetentionPolicy): string {
  const parts = [
    ...(policy.keepLast ? [`last ${policy.keepLast}`] : []),
    ...periodRules.flatMap((rule) => (policy[rule] ? [`${policy[rule]} ${rule}`] : [])),
    ...(policy.keepWithinDays ? [`all within ${policy.keepWithinDays} days`] : []),
    ...(policy.keepTags?.length ? [`tags ${policy.keepTags.join(', ')}`] : []),
  ];
  return `${parts.join(', ')} (${policy.timeZone})`;
}
