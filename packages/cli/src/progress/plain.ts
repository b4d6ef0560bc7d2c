import type { EngineEvent } from '@holdfast/engine';
import { formatDuration } from '@holdfast/kit';
import { describeDisk } from './describe.ts';
import { createProgressModel } from './model.ts';
import type { Progress } from './progress.ts';

/** At most one line about a disk's progress a VM in this time. */
const quietMs = 5_000;

/** Progress for logs and pipes: a line where something begins, ends or fails, and now and then how far it is. */
export function plainProgress(write: (line: string) => void, now: () => number): Progress {
  const model = createProgressModel();
  const lastLineAt = new Map<string, number>();
  return {
    onEvent: (event: EngineEvent) => {
      const atMs = now();
      model.apply(event, atMs);
      switch (event.type) {
        case 'vm-started':
          write(`${event.vm.name}: started`);
          lastLineAt.set(event.vm.moref, atMs);
          break;
        case 'disk-started':
          write(`${event.vm.name}: ${event.disk.label}: ${event.mode}${event.reason === undefined ? '' : ` (${event.reason})`}`);
          break;
        case 'disk-progress': {
          const disk = model.vms.get(event.vm.moref)?.disks.get(event.disk.key);
          if (disk === undefined || atMs - (lastLineAt.get(event.vm.moref) ?? 0) < quietMs) break;
          lastLineAt.set(event.vm.moref, atMs);
          write(`${event.vm.name}: ${describeDisk(disk)}`);
          break;
        }
        case 'notice':
          write(`${event.vm === undefined ? '' : `${event.vm.name}: `}note: ${event.message}`);
          break;
        case 'vm-finished':
          lastLineAt.delete(event.vm.moref);
          write(finishedLine(event));
          break;
      }
    },
    close: () => {},
  };
}

export function finishedLine(event: Extract<EngineEvent, { type: 'vm-finished' }>): string {
  if (event.outcome === 'done') return `${event.vm.name}: done in ${formatDuration(event.seconds)}${event.point === undefined ? '' : `, point ${event.point}`}`;
  return `${event.vm.name}: failed after ${formatDuration(event.seconds)}: ${event.error instanceof Error ? event.error.message : String(event.error)}`;
}
