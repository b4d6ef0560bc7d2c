import type { PointDisk } from '@holdfast/vault';
import { type DiskIdentity, identityRecord } from './disk-identity.ts';

/** One disk as its snapshot shows it. */
export interface SnapshotDiskState {
  readonly key: number;
  /** bytes */
  readonly capacity: number;
  readonly identity: DiskIdentity;
  /** from the snapshot's own configuration; absent where changes aren't tracked */
  readonly changeId?: string | undefined;
}

export type DiskMode =
  | { readonly mode: 'incremental'; readonly base: PointDisk; readonly since: string }
  /** `reason` is absent when a full was asked for */
  | { readonly mode: 'full'; readonly reason?: string };

export interface ModeQuestion {
  readonly disk: SnapshotDiskState;
  /** disks of the VM's newest committed point; absent without one */
  readonly baseDisks: readonly PointDisk[] | undefined;
  /** why none of the VM's points may be grown from, where it has points */
  readonly baseRefused?: string | undefined;
  readonly fullAsked: boolean;
  /** why changes aren't tracked, where that is known */
  readonly trackingReason?: string | undefined;
  /** why the VM may have been set back to a snapshot after the base was taken, where there is such a doubt */
  readonly revertDoubt?: string | undefined;
}

/**
 * Full or incremental, and why full. Tracked changes are trusted only when everything says that they continue what the base holds;
 * any doubt costs a full read, never a wrong point.
 */
export function decideDiskMode(question: ModeQuestion): DiskMode {
  const { disk, baseDisks } = question;
  if (question.fullAsked) return { mode: 'full' };
  if (baseDisks === undefined) return full(question.baseRefused ?? 'this is the first point of the VM');
  const base = baseDisks.find((candidate) => isSameDisk(candidate, disk));
  if (base === undefined) return full('the disk was not in the point before');
  for (const doubt of doubts) {
    const reason = doubt(disk, base, question);
    if (reason !== undefined) return full(reason);
  }
  return { mode: 'incremental', base, since: base.changeId as string };
}

/** A change id is `<uuid of the tracking>/<sequence, hex>`. `undefined` when it isn't of that form. */
export function parseChangeId(changeId: string): { readonly tracking: string; readonly sequence: bigint } | undefined {
  const match = /^([0-9a-fA-F][0-9a-fA-F\s-]*)\/([0-9a-fA-F]+)$/.exec(changeId);
  return match === null ? undefined : { tracking: (match[1] as string).toLowerCase(), sequence: BigInt(`0x${match[2]}`) };
}

const full = (reason: string): DiskMode => ({ mode: 'full', reason });

function isSameDisk(base: PointDisk, disk: SnapshotDiskState): boolean {
  const { uuid } = disk.identity;
  return uuid === undefined || base.identity.uuid === undefined ? base.key === disk.key : base.identity.uuid === uuid;
}

type Doubt = (disk: SnapshotDiskState, base: PointDisk, question: ModeQuestion) => string | undefined;

const changed =
  (field: keyof DiskIdentity, sentence: (before: string, now: string) => string): Doubt =>
  (disk, base) => {
    const before = base.identity[field];
    const now = identityRecord(disk.identity)[field];
    return before === now ? undefined : sentence(before ?? 'unknown', now ?? 'unknown');
  };

const doubts: readonly Doubt[] = [
  (disk, base) => (base.capacity === disk.capacity ? undefined : `the disk’s size changed from ${base.capacity} to ${disk.capacity} bytes`),
  changed('uuid', () => 'the disk is another one than in the point before (disk UUID)'),
  changed('objectId', (before, now) => `vCenter’s id of the disk changed from ${before} to ${now}`),
  changed('rootFile', (before, now) => `the disk’s file moved from ${before} to ${now}`),
  changed('backing', (before, now) => `the disk’s kind changed from ${before} to ${now}`),
  changed('mode', (before, now) => `the disk’s mode changed from ${before} to ${now}`),
  (_disk, base) => (base.changeId === undefined ? 'changes were not tracked when the point before was taken' : undefined),
  (disk, _base, question) =>
    disk.changeId === undefined ? `changes are not tracked${question.trackingReason === undefined ? '' : `: ${question.trackingReason}`}` : undefined,
  (_disk, _base, question) => question.revertDoubt,
  (disk, base) => {
    const before = parseChangeId(base.changeId as string);
    const now = parseChangeId(disk.changeId as string);
    if (before === undefined || now === undefined) return 'a change id is not of the known form';
    if (before.tracking !== now.tracking) return 'change tracking started anew since the point before';
    if (now.sequence < before.sequence) return 'change tracking went backwards since the point before (the VM was set back)';
    return undefined;
  },
];
