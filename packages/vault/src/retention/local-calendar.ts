import type { PeriodRule } from './policy.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** A moment as the clocks of a time zone show it. */
export interface LocalTime {
  /** days since 1970-01-01 of the zone's own calendar */
  readonly day: number;
  /** the period of each kind that the moment lies in, by name: `2026-03-29`, `2026-W13`, `2026-03`, `2026` */
  readonly periods: Readonly<Record<PeriodRule, string>>;
}

/**
 * Reads moments by the clocks of one time zone, summer time included. Where clocks go back, the two hours that they show alike are two:
 * an hour's name carries its distance from UTC.
 *
 * @param timeZone IANA name, known to exist
 */
export function localCalendar(timeZone: string): (atMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (atMs) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(atMs)) part[type] = Number(value);
    // The zone's clock as if it were one of UTC, so that its calendar is plain arithmetic.
    const shownMs = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    const offsetMinutes = Math.round((shownMs - Math.floor(atMs / 1000) * 1000) / 60_000);
    const day = Math.floor(shownMs / dayMs);
    const date = new Date(day * dayMs).toISOString().slice(0, 10);
    const hour = String(Math.floor((shownMs - day * dayMs) / hourMs)).padStart(2, '0');
    return {
      day,
      periods: {
        hourly: `${date} ${hour}h ${offsetText(offsetMinutes)}`,
        daily: date,
        weekly: isoWeek(day),
        monthly: date.slice(0, 7),
        yearly: date.slice(0, 4),
      },
    };
  };
}

/** A week belongs to the year that its Thursday lies in (ISO 8601). */
function isoWeek(day: number): string {
  const daysSinceMonday = (((day + 3) % 7) + 7) % 7;
  const thursday = day - daysSinceMonday + 3;
  const year = new Date(thursday * dayMs).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1) / dayMs) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}
