import { expect, test } from 'vitest';
import { markedSnapshot, readMark } from './snapshot-mark.ts';

const mark = { vault: 'a1', session: '0123456789abcdef', process: 'boot/ns/17/900', createdAt: '2026-01-02T03:04:05Z', installation: 'east' };

test('a marked snapshot is known again', () => {
  expect(readMark(markedSnapshot(mark))).toEqual({ product: 'holdfast', ...mark });
});

test.each([
  ['another product', { name: 'VEEAM BACKUP TEMPORARY SNAPSHOT', description: '' }],
  ['a person who chose our prefix', { name: 'holdfast-before-upgrade', description: 'keep this!' }],
  ['a copy of our description under another name', { ...markedSnapshot(mark), name: 'keep' }],
  ['JSON of somebody else', { name: 'holdfast-1', description: '{"product":"other","session":"x"}' }],
  ['no description at all', { name: 'holdfast-1' }],
])('a snapshot of %s is not taken for ours', (_whose, snapshot) => {
  expect(readMark(snapshot)).toBeUndefined();
});
