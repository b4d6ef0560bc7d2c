import type { RecoveryPoint } from '@holdfast/vault';
import { expect, test } from 'vitest';
import { listWriters } from './writers.ts';

const point = (vmId: string, committedAt: string, host: string, version: string, installation?: string) =>
  ({ vmId, committedAt, writer: { product: 'holdfast', version, host, ...(installation !== undefined && { installation }) } }) as RecoveryPoint;

test('installations are told apart by name and machine, the latest first', () => {
  const points = [
    point('a', '2026-01-03', 'backup02', '1.1', 'site-b'),
    point('a', '2026-01-01', 'backup01', '1.0', 'site-a'),
    point('b', '2026-01-04', 'backup01', '1.2', 'site-a'),
    point('b', '2026-01-02', 'backup01', '1.1', 'site-a'),
    point('c', '2026-01-02', 'backup01', '1.0'),
  ];
  expect(listWriters(points)).toEqual([
    { host: 'backup01', installation: 'site-a', versions: ['1.0', '1.1', '1.2'], points: 3, vms: 2, latest: '2026-01-04' },
    { host: 'backup02', installation: 'site-b', versions: ['1.1'], points: 1, vms: 1, latest: '2026-01-03' },
    { host: 'backup01', versions: ['1.0'], points: 1, vms: 1, latest: '2026-01-02' },
  ]);
  expect(listWriters([])).toEqual([]);
});
