import { MiB } from '@holdfast/kit';
import type { FleetVm } from './fleet.ts';

export interface FleetTurn {
  readonly vm: string;
  readonly day: number;
  readonly newBytes: number;
  /** files that the repository has more than before */
  readonly objects: number;
  readonly cpuSeconds: number;
  /** to the store, where the program can be asked */
  readonly requests?: number;
}

export interface FleetRow {
  readonly name: string;
  readonly version: string;
  readonly turns: FleetTurn[];
}

const sum = (turns: readonly FleetTurn[], field: 'newBytes' | 'objects' | 'cpuSeconds' | 'requests') =>
  turns.reduce((total, turn) => total + (turn[field] ?? 0), 0);
const mebibytes = (bytes: number) => (bytes / MiB).toFixed(0);

/** One line a program: what each day cost, and what a second VM of the same kind did. */
export function fleetTable(rows: readonly FleetRow[], fleet: readonly FleetVm[], protectedBytes: number): string {
  const sibling = fleet.findLast(({ kind }, index) => fleet.findIndex((other) => other.kind === kind) < index);
  const lines = rows.map(({ name, version, turns }) => {
    const first = turns.filter(({ day }) => day === 0);
    const later = turns.filter(({ day }) => day > 0);
    const days = new Set(later.map(({ day }) => day)).size || 1;
    const siblingBytes = sum(
      first.filter(({ vm }) => vm === sibling?.name),
      'newBytes',
    );
    const stored = sum(turns, 'newBytes');
    return [
      `${name} ${version}`,
      mebibytes(sum(first, 'newBytes')),
      sibling === undefined ? '' : mebibytes(siblingBytes),
      mebibytes(sum(later, 'newBytes') / days),
      mebibytes(stored),
      (protectedBytes / stored).toFixed(2),
      sum(first, 'cpuSeconds').toFixed(1),
      (sum(later, 'cpuSeconds') / days).toFixed(1),
      String(sum(turns, 'objects')),
      turns.some(({ requests }) => requests !== undefined) ? String(sum(turns, 'requests')) : '',
    ];
  });
  const head = [
    'program',
    'day 0, MiB',
    `of it ${sibling?.name ?? 'sibling'}`,
    'new MiB a day',
    'stored MiB',
    'ratio',
    'CPU s, day 0',
    'CPU s a day',
    'objects',
    'requests',
  ];
  return markdown(head, lines, 1);
}

/** One line a VM: new MiB a day by program, beside what changed block tracking names. */
export function dayTable(rows: readonly FleetRow[], fleet: readonly FleetVm[], changed: ReadonlyMap<string, readonly number[]>): string {
  const lines = fleet.map(({ name }) => {
    const areas = changed.get(name) ?? [];
    const days = areas.length || 1;
    const mean = (turns: readonly FleetTurn[]) => (sum(turns, 'newBytes') / days / MiB).toFixed(1);
    return [
      name,
      (areas.reduce((total, bytes) => total + bytes, 0) / days / MiB).toFixed(1),
      ...rows.map(({ turns }) => mean(turns.filter(({ vm, day }) => vm === name && day > 0))),
    ];
  });
  return markdown(['VM', 'changed areas', ...rows.map(({ name }) => name)], lines, 1);
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[], textColumns: number): string {
  return [head, head.map((_, column) => (column < textColumns ? '---' : '---:')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
