import type { EngineEvent } from '@holdfast/engine';
import type { DiskStatistics } from '@holdfast/vault';
import { createRateMeter, type RateMeter } from './rate.ts';

export interface DiskState {
  readonly label: string;
  readonly capacity: number;
  readonly mode: string;
  readonly reason: string | undefined;
  readonly meter: RateMeter;
  done: number;
  total: number;
  statistics: DiskStatistics | undefined;
  finished: boolean;
}

export interface VmState {
  readonly name: string;
  step: string;
  readonly disks: Map<number, DiskState>;
}

/** What is going on, kept up by events and drawn by `live` or `plain`. Holds only the VMs that are under way. */
export interface ProgressModel {
  readonly vms: Map<string, VmState>;
  apply(event: EngineEvent, atMs: number): void;
}

export function createProgressModel(): ProgressModel {
  const vms = new Map<string, VmState>();
  const diskOf = (moref: string, key: number) => vms.get(moref)?.disks.get(key);
  return {
    vms,
    apply: (event, atMs) => {
      switch (event.type) {
        case 'vm-started':
          vms.set(event.vm.moref, { name: event.vm.name, step: 'waiting', disks: new Map() });
          break;
        case 'step': {
          const vm = vms.get(event.vm.moref);
          if (vm !== undefined) vm.step = stepWords[event.step] ?? event.step;
          break;
        }
        case 'disk-started': {
          const meter = createRateMeter();
          meter.note(0, atMs);
          vms.get(event.vm.moref)?.disks.set(event.disk.key, {
            label: event.disk.label,
            capacity: event.disk.capacity,
            mode: event.mode,
            reason: event.reason,
            meter,
            done: 0,
            total: 0,
            statistics: undefined,
            finished: false,
          });
          break;
        }
        case 'disk-progress': {
          const disk = diskOf(event.vm.moref, event.disk.key);
          if (disk === undefined) break;
          disk.done = event.done;
          disk.total = event.total;
          disk.statistics = event.statistics ?? disk.statistics;
          disk.meter.note(event.done, atMs);
          break;
        }
        case 'disk-finished': {
          const disk = diskOf(event.vm.moref, event.disk.key);
          if (disk === undefined) break;
          disk.finished = true;
          disk.statistics = event.statistics ?? disk.statistics;
          break;
        }
        case 'vm-finished':
          vms.delete(event.vm.moref);
          break;
      }
    },
  };
}

/** Each step as a person reads it while it lasts. */
const stepWords: Readonly<Record<string, string>> = {
  sweep: 'looking for leftovers',
  inspect: 'looking at the VM',
  tracking: 'checking change tracking',
  session: 'opening a session',
  snapshot: 'taking the snapshot',
  read: 'reading',
  release: 'removing the snapshot',
  commit: 'committing the point',
  create: 'creating the VM',
  write: 'writing',
  finish: 'finishing',
};
