import { formatBytes, formatDuration } from '@holdfast/kit';
import { renderTable } from '../table.ts';
import type { DemoReport } from './run-demo.ts';

/** A line for each VM and day, and one for the VM that went back into the vCenter. */
export function demoTable({ rows }: Pick<DemoReport, 'rows'>): string {
  const right = 'right' as const;
  return renderTable(
    [
      { title: 'VM' },
      { title: 'day', align: right },
      { title: 'mode' },
      { title: 'capacity', align: right },
      { title: 'read', align: right },
      { title: 'zero', align: right },
      { title: 'reused', align: right },
      { title: 'new', align: right },
      { title: 'stored', align: right },
      { title: 'time', align: right },
      { title: 'hash equal' },
      { title: 'file systems' },
    ],
    rows.map((row) => [
      row.vm,
      String(row.day),
      row.mode,
      formatBytes(row.capacity),
      ...(row.statistics === undefined
        ? ['', '', '', '', '']
        : [row.statistics.read, row.statistics.zero, row.statistics.reused, row.statistics.fresh, row.statistics.stored].map(formatBytes)),
      formatDuration(row.seconds),
      row.equal ? 'yes' : 'NO',
      row.fileSystems,
    ]),
  );
}
