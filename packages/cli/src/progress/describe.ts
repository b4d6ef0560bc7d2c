import { formatBytes, formatDuration } from '@holdfast/kit';
import type { DiskState } from './model.ts';

/** `Hard disk 1: incremental, 40% · 4.0 GiB of 10.0 GiB · 210.0 MiB/s · 3.1:1 · 29 s left` */
export function describeDisk(disk: DiskState): string {
  const parts = [disk.total > 0 ? `${Math.floor((disk.done / disk.total) * 100)}%` : disk.finished ? 'done' : 'starting'];
  if (disk.total > 0) parts.push(`${formatBytes(disk.done)} of ${formatBytes(disk.total)}`);
  const rate = disk.meter.rate();
  if (rate !== undefined && rate > 0) parts.push(`${formatBytes(rate)}/s`);
  const { statistics } = disk;
  if (statistics !== undefined && statistics.stored > 0) parts.push(`${(statistics.read / statistics.stored).toFixed(1)}:1`);
  if (!disk.finished && rate !== undefined && rate > 0 && disk.total > disk.done) parts.push(`${formatDuration((disk.total - disk.done) / rate)} left`);
  return `${disk.label}: ${disk.mode}, ${parts.join(' · ')}`;
}
