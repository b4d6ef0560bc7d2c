/** The versions of the API that the tables know, oldest first. The last one is the newest we speak. */
export const apiVersions: readonly string[] = (
  '2.0 2.5 2.5u2 2.5u2server 4.0 4.1 5.0 5.1 5.5 6.0 6.5 6.7 6.7.1 6.7.2 6.7.3 6.8.7 6.9.1 7.0.0.0 7.0.0.2 7.0.1.0 7.0.1.1 7.0.2.0 7.0.2.1 ' +
  '7.0.3.0 7.0.3.1 7.0.3.2 8.0.0.0 8.0.0.1 8.0.0.2 8.0.1.0 8.0.2.0 8.0.3.0'
).split(' ');

export const newestApiVersion: string = apiVersions.at(-1)!;

/** Negative when `left` is older, 0 when equal; versions are compared part by part as numbers (`6.5` < `6.10`, `7.0` = `7.0.0.0`). */
export function compareApiVersions(left: string, right: string): number {
  if (left === right) return 0;
  const [a, b] = [parts(left), parts(right)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const known = new Map<string, readonly number[]>();

function parts(version: string): readonly number[] {
  let numbers = known.get(version);
  if (numbers === undefined) {
    numbers = version
      .replace('u2server', '.2.1')
      .replace('u2', '.2')
      .split('.')
      .map((part) => Number.parseInt(part, 10) || 0);
    if (known.size < versionsKeptMax) known.set(version, numbers);
  }
  return numbers;
}

/** A bound for strangers who send a new version with every request. */
const versionsKeptMax = 200;

/** `"urn:vim25/8.0.3.0"` (with or without quotes) → `8.0.3.0`; `undefined` when the header names no version of vim25. */
export function parseSoapAction(header: string | undefined): string | undefined {
  return /^"?urn:(?:internal)?vim25\/([0-9][0-9a-z.]*)"?$/.exec(header?.trim() ?? '')?.[1];
}
