import { InvalidArgumentError } from 'commander';

const secondsOf: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };
const secondsMax = 30 * 86_400;

/** `90s`, `15min`, `2h` or `1d` → milliseconds; a number alone is seconds. */
export function duration(value: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)?\s*$/.exec(value);
  const seconds = match === null ? Number.NaN : Number(match[1]) * secondsOf[match[2] ?? 's']!;
  if (!(seconds <= secondsMax)) throw new InvalidArgumentError('It is a time such as 90s, 15min, 2h or 1d, at most 30d.');
  return seconds * 1000;
}
