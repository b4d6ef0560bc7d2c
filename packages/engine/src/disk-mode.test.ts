import type { PointDisk } from '@holdfast/vault';
import { describe, expect, test } from 'vitest';
import { decideDiskMode, type ModeQuestion, parseChangeId, type SnapshotDiskState } from './disk-mode.ts';

const tracking = '52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63';
const identity = { uuid: '6000C29a', objectId: '1-2000', rootFile: '[ds] vm/vm.vmdk', backing: 'VirtualDiskFlatVer2BackingInfo', mode: 'persistent' };
const disk: SnapshotDiskState = { key: 2000, capacity: 4096, identity, changeId: `${tracking}/82` };
const base = { key: 2000, label: 'Hard disk 1', capacity: 4096, identity, changeId: `${tracking}/81` } as unknown as PointDisk;

const decide = (change: { disk?: Partial<SnapshotDiskState>; base?: Partial<PointDisk> | null; question?: Partial<ModeQuestion> } = {}) =>
  decideDiskMode({
    disk: { ...disk, ...change.disk },
    baseDisks: change.base === null ? undefined : [{ ...base, ...change.base } as PointDisk],
    fullAsked: false,
    ...change.question,
  });

describe('a disk is read incrementally', () => {
  test('when everything says that the tracked changes continue the base', () => {
    expect(decide()).toEqual({ mode: 'incremental', base, since: `${tracking}/81` });
  });
  test('when nothing was written, so that the sequence stands still', () => {
    expect(decide({ disk: { changeId: `${tracking}/81` } }).mode).toBe('incremental');
  });
  test('when it sits on another controller now, but is the same disk', () => {
    expect(decide({ disk: { key: 16000 } }).mode).toBe('incremental');
  });
});

describe('a disk is read in full, with the reason', () => {
  test.each<[string, Parameters<typeof decide>[0], RegExp]>([
    ['without a point before', { base: null }, /first point/],
    ['when no point before may be grown from', { base: null, question: { baseRefused: 'the newest point needs a damaged pack' } }, /needs a damaged pack/],
    ['when it was added since', { base: { identity: { uuid: '6000C29b' }, key: 2001 } }, /not in the point before/],
    ['when another disk took its place', { base: { identity: { ...identity, uuid: '6000C29b' } } }, /not in the point before/],
    ['when its size changed', { disk: { capacity: 8192 } }, /size changed from 4096 to 8192/],
    ['when its id changed', { disk: { identity: { ...identity, objectId: '1-2001' } } }, /id of the disk changed/],
    ['when its file moved', { disk: { identity: { ...identity, rootFile: '[fast] vm/vm.vmdk' } } }, /moved from \[ds\] vm\/vm.vmdk to \[fast\]/],
    ['when its kind changed', { disk: { identity: { ...identity, backing: 'VirtualDiskSeSparseBackingInfo' } } }, /kind changed/],
    ['when its mode changed', { base: { identity: { ...identity, mode: 'undoable' } } }, /mode changed/],
    [
      'when changes are not tracked, saying why not',
      { disk: { changeId: undefined }, question: { trackingReason: 'the VM has snapshots' } },
      /not tracked: the VM has snapshots/,
    ],
    ['when tracking started anew', { disk: { changeId: `00${tracking.slice(2)}/90` } }, /started anew/],
    ['when the sequence went backwards', { disk: { changeId: `${tracking}/7f` } }, /backwards/],
    ['when the VM was set back to a snapshot', { question: { revertDoubt: 'the VM was set back to a snapshot' } }, /set back to a snapshot/],
    ['when a change id is not of the known form', { disk: { changeId: 'what is this' } }, /known form/],
  ])('%s', (_when, change, reason) => {
    const decided = decide(change);
    expect(decided).toMatchObject({ mode: 'full', reason: expect.stringMatching(reason) });
  });

  test('when the point before has no change id', () => {
    const { changeId: _, ...untracked } = base;
    expect(decideDiskMode({ disk, baseDisks: [untracked], fullAsked: false })).toMatchObject({
      mode: 'full',
      reason: expect.stringMatching(/were not tracked/),
    });
  });

  test('without a reason when it was asked for', () => {
    expect(decide({ question: { fullAsked: true } })).toEqual({ mode: 'full' });
  });
});

test('sequences are hexadecimal and of any length', () => {
  expect(parseChangeId(`${tracking}/ffffffffffffffffff`)?.sequence).toBe(0xffffffffffffffffffn);
});
