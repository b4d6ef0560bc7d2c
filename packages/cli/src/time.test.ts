import { expect, test } from 'vitest';
import { parseMoment } from './time.ts';

test('"latest" is no particular time', () => expect(parseMoment('latest')).toBeUndefined());
test('a date means the end of that day', () => expect(parseMoment('2026-03-04')).toBe(new Date(2026, 2, 4, 23, 59, 59, 999).getTime()));
test.each(['2026-03-04T05:06:07Z', '2026-03-04 05:06:07Z', '2026-03-04T06:06:07+01:00'])('%s is that moment', (text) =>
  expect(parseMoment(text)).toBe(Date.UTC(2026, 2, 4, 5, 6, 7)),
);
test.each(['yesterday', '4.3.2026', '2026-13-01', '12'])('%s is refused', (text) => expect(() => parseMoment(text)).toThrow(/not a time/));
