import { type DiskSource, diskErrors } from '@holdfast/disks';
import type { BackupSession, DiskMapReference, DiskStatistics } from '@holdfast/vault';
import { vsphereErrors } from '@holdfast/vsphere';
import type { DiskMode } from './disk-mode.ts';
import type { DiskLabel, OnEvent, VmLabel } from './events.ts';
import { measuredExtents } from './measured-extents.ts';

export interface ProtectDiskJob {
  readonly session: BackupSession;
  readonly source: DiskSource;
  readonly mode: DiskMode;
  readonly vm: VmLabel;
  readonly disk: DiskLabel;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
}

export interface ProtectedDisk {
  readonly map: DiskMapReference;
  readonly statistics: DiskStatistics;
  readonly mode: 'full' | 'incremental';
  readonly fullReason?: string;
}

/**
 * Reads what changed on one disk, or all that is in use, and writes it to the vault as a new map. Cost follows the bytes read.
 * Where changed areas can't be told after all, the disk is read in full, and the reason is kept.
 */
export async function protectDisk(job: ProtectDiskJob): Promise<ProtectedDisk> {
  if (job.mode.mode === 'full') return await readFull(job, job.mode.reason);
  try {
    return await readIncremental(job, job.mode);
  } catch (error) {
    if (!changesUnknown(error) || job.signal.aborted) throw error;
    return await readFull(job, `changed areas could not be told: ${(error as Error).message}`);
  }
}

async function readIncremental(job: ProtectDiskJob, { base, since }: Extract<DiskMode, { mode: 'incremental' }>): Promise<ProtectedDisk> {
  job.onEvent({ type: 'disk-started', vm: job.vm, disk: job.disk, mode: 'incremental' });
  const written = await write(job, { extents: job.source.extents(since), base: base.map });
  return { ...written, mode: 'incremental' };
}

async function readFull(job: ProtectDiskJob, reason: string | undefined): Promise<ProtectedDisk> {
  const because = reason === undefined ? {} : { reason };
  job.onEvent({ type: 'disk-started', vm: job.vm, disk: job.disk, mode: 'full', ...because });
  const written = await write(job, { extents: job.source.extents() });
  return { ...written, mode: 'full', ...(reason === undefined ? {} : { fullReason: reason }) };
}

async function write(job: ProtectDiskJob, what: { extents: ReturnType<DiskSource['extents']>; base?: DiskMapReference }) {
  const { session, source, vm, disk, onEvent, signal } = job;
  const { total, extents } = await measuredExtents(what.extents);
  const written = await session.writeDisk({
    ...what,
    extents,
    source,
    signal,
    onProgress: (progress) => {
      // What is read may be more than what changed: whole chunks are.
      const known = total === undefined ? progress.total : Math.max(total, progress.done);
      onEvent({ type: 'disk-progress', vm, disk, done: progress.done, total: known, statistics: progress.statistics });
    },
  });
  onEvent({ type: 'disk-finished', vm, disk, statistics: written.statistics });
  return written;
}

function changesUnknown(error: unknown): boolean {
  return diskErrors.is(error, 'CBT_UNUSABLE') || vsphereErrors.is(error, 'VSPHERE_CHANGES_UNKNOWN');
}
