import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NaivePoint, naiveReasons } from '../../test/naive-retention.ts';
import type { UnreadablePoint } from '../model.ts';
import { applyPolicy, describeReason, type RetentionPoint } from './apply-policy.ts';
import type { RetentionPolicy } from './policy.ts';

/** Zones whose clocks jump by an hour and by half of one, at night, at midnight and over it, over a whole day, and never. */
const zones = [
  'UTC',
  'Europe/Prague',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Pacific/Apia',
];
const hourMs = 3_600_000;
/** Around changes of clocks, years, leap days and weeks; the last is when St. John’s went back from one minute past midnight. */
const anchors = [
  '2026-03-29T00:00Z',
  '2026-10-25T00:00Z',
  '2024-02-28T12:00Z',
  '2025-12-28T12:00Z',
  '2011-12-30T00:00Z',
  '2026-04-04T15:00Z',
  '2009-11-01T02:30:30Z',
];

const moment = fc
  .tuple(fc.constantFrom(...anchors), fc.oneof(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -9000, max: 9000 })), fc.nat(4))
  .map(([anchor, hours, quarters]) => new Date(Date.parse(anchor) + hours * hourMs + quarters * (hourMs / 4)).toISOString());
const tags = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, fc.constant({ keep: 'yes' }), fc.constant({ keep: 'no', audit: '2026' }));
const history = fc
  .array(fc.record({ takenAt: moment, tags }), { maxLength: 24 })
  .map((drafts) => drafts.map((draft, index): NaivePoint => ({ ...draft, id: `vm/${String(index).padStart(2, '0')}`, sequence: (index * 7) % 24 })));
const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 }), fc.constant(undefined));
const policy = fc
  .record({
    timeZone: fc.constantFrom(...zones),
    keepLast: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    keepWithinDays: count,
    keepTags: fc.subarray(['keep', 'keep=no', 'audit=2025']),
  })
  .map((one): RetentionPolicy => (Object.entries(one).some(([, value]) => typeof value === 'number' && value > 0) ? one : { ...one, keepLast: 1 }));

test('every point is kept for exactly the reasons that a slow and plain judge finds, in every zone', () => {
  fc.assert(
    fc.property(policy, history, (rules, points) => {
      for (const { point, verdict, reasons } of applyPolicy(rules, points, new Set())) {
        const expected = naiveReasons(rules, points, point);
        expect(reasons.map(describeReason).sort()).toEqual(expected.sort());
        expect(verdict).toBe(expected.length > 0 ? 'keep' : 'remove');
      }
    }),
    { numRuns: 250 },
  );
});

test('holds, unreadable points and the newest point stay under any policy; the order of the points decides nothing', () => {
  fc.assert(
    fc.property(policy, history, fc.func(fc.boolean()), (rules, points, isHeld) => {
      const damaged: UnreadablePoint = { id: 'vm/damaged', reason: 'altered' };
      const held = new Set(points.map(({ id }) => id).filter(isHeld));
      const forwards = applyPolicy(rules, [...points, damaged], held);
      const backwards = applyPolicy(rules, [damaged, ...points.toReversed()], held);
      expect(backwards.toReversed().map(({ reasons }) => reasons)).toEqual(forwards.map(({ reasons }) => reasons));
      const removed = new Set(forwards.filter(({ verdict }) => verdict === 'remove').map(({ point }) => point.id));
      expect([...held, damaged.id].filter((id) => removed.has(id))).toEqual([]);
      const newest = Math.max(...points.map(({ takenAt }) => Date.parse(takenAt)));
      if (points.length > 0) expect(points.some(({ id, takenAt }) => Date.parse(takenAt) === newest && !removed.has(id))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('applied again to what it kept, a policy removes nothing more', () => {
  fc.assert(
    fc.property(policy, history, (rules, points) => {
      const kept = applyPolicy(rules, points, new Set()).flatMap(({ point, verdict }) => (verdict === 'keep' ? [point] : []));
      expect(applyPolicy(rules, kept, new Set()).filter(({ verdict }) => verdict === 'remove')).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

const taken = (...times: string[]): RetentionPoint[] => times.map((takenAt, index) => ({ id: `vm/${index}`, takenAt, sequence: index + 1 }));
const explained = (rules: RetentionPolicy, points: readonly (RetentionPoint | UnreadablePoint)[], held: readonly string[] = []) =>
  applyPolicy(rules, points, new Set(held)).map(({ verdict, reasons }) => (verdict === 'remove' ? 'remove' : reasons.map(describeReason).join('; ')));

describe('the clocks of a zone', () => {
  test('a day is the zone’s, also the one with 23 hours', () => {
    const points = taken('2026-03-28T22:59:00Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:00Z', '2026-03-29T22:00:00Z');
    expect(explained({ timeZone: 'Europe/Prague', daily: 3 }, points)).toEqual([
      'daily 2026-03-28 (3 of 3)',
      'remove',
      'daily 2026-03-29 (2 of 3)',
      'newest point; daily 2026-03-30 (1 of 3)',
    ]);
  });

  test('the hour that comes twice is two hours', () => {
    const points = taken('2026-10-25T00:10:00Z', '2026-10-25T00:50:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z');
    expect(explained({ timeZone: 'Europe/Prague', hourly: 24 }, points)).toEqual([
      'remove',
      'hourly 2026-10-25 02h +02:00 (3 of 24)',
      'hourly 2026-10-25 02h +01:00 (2 of 24)',
      'newest point; hourly 2026-10-25 03h +01:00 (1 of 24)',
    ]);
  });

  test('a day that the clocks come back to is one day', () => {
    const points = taken('2009-11-01T02:00:00Z', '2009-11-01T02:30:30Z', '2009-11-01T03:00:00Z', '2009-11-01T12:00:00Z');
    expect(explained({ timeZone: 'America/St_Johns', daily: 3 }, points)).toEqual([
      'remove',
      'remove',
      'daily 2009-10-31 (2 of 3)',
      'newest point; daily 2009-11-01 (1 of 3)',
    ]);
  });

  test('weeks begin on Monday and belong to the year of their Thursday; leap days count', () => {
    const points = taken('2024-02-29T12:00:00Z', '2024-12-29T12:00:00Z', '2024-12-30T12:00:00Z', '2027-01-03T12:00:00Z', '2027-01-04T12:00:00Z');
    expect(explained({ timeZone: 'UTC', weekly: 9 }, points)).toEqual([
      'weekly 2024-W09 (5 of 9)',
      'weekly 2024-W52 (4 of 9)',
      'weekly 2025-W01 (3 of 9)',
      'weekly 2026-W53 (2 of 9)',
      'newest point; weekly 2027-W01 (1 of 9)',
    ]);
  });
});

test('every reason is told: rules, hold, tag, age and what can’t be read', () => {
  const points = [
    { id: 'vm/0', reason: 'altered' },
    { id: 'vm/1', takenAt: 'yesterday', sequence: 1 },
    { id: 'vm/2', takenAt: '2026-01-01T10:00:00Z', sequence: 2, tags: { before: 'upgrade' } },
    ...taken('2026-03-27T10:00:00Z', '2026-03-28T10:00:00Z', '2026-03-29T09:00:00Z', '2026-03-29T10:00:00Z').map((one, index) => ({
      ...one,
      id: `vm/${index + 3}`,
      sequence: index + 3,
    })),
  ];
  const rules: RetentionPolicy = { timeZone: 'UTC', keepLast: 1, daily: 1, keepWithinDays: 1, keepTags: ['before=upgrade'] };
  expect(explained(rules, points, ['vm/3', 'vm/4'])).toEqual([
    'can’t be read, so it stays: altered',
    'can’t be read, so it stays: its time, "yesterday", is none',
    'tag before=upgrade',
    'legal hold',
    'legal hold; within a day of the newest',
    'within a day of the newest',
    'newest point; last 1 of 1; daily 2026-03-29 (1 of 1); within a day of the newest',
  ]);
});

test('the point that the next backup grows from stays, even when a clock that ran ahead makes another look newer', () => {
  expect(explained({ timeZone: 'UTC', keepLast: 1 }, taken('2026-01-01T00:00:00Z', '2036-01-01T00:00:00Z', '2026-01-03T00:00:00Z'))).toEqual([
    'remove',
    'newest point; last 1 of 1',
    'newest point',
  ]);
});

test('a policy that would keep nothing, or can’t be meant, is refused', () => {
  const refused = (rules: RetentionPolicy, why: RegExp) =>
    expect(() => applyPolicy(rules, [], new Set())).toThrow(expect.objectContaining({ code: 'RETENTION_POLICY', message: expect.stringMatching(why) }));
  refused({ timeZone: 'UTC' }, /keep nothing/);
  refused({ timeZone: 'UTC', daily: 0, keepTags: ['keep'] }, /keep nothing/);
  refused({ timeZone: 'UTC', daily: -1 }, /daily is -1/);
  refused({ timeZone: 'UTC', daily: 1.5 }, /daily is 1.5/);
  refused({ timeZone: 'UTC', daily: 1, keepTags: ['=x'] }, /tag to keep has no name/);
  refused({ timeZone: 'Europe/Nowhere', daily: 1 }, /no time zone "Europe\/Nowhere"/);
});
