import { MiB } from '@holdfast/kit';
import type { Measurement } from './measure.ts';

export interface Round extends Measurement {
  readonly storedBytes: number;
}

export interface Row {
  readonly name: string;
  readonly does: string;
  readonly version: string;
  readonly rounds: readonly Round[];
}

/** A Markdown table of medians; the first row is the floor that the ratios refer to. */
export function table(rows: readonly Row[], imageBytes: number): string {
  const floor = median(rows[0]!.rounds, 'cpuSeconds');
  const lines = rows.map(({ name, does, version, rounds }) => {
    const wall = median(rounds, 'wallSeconds');
    const cpu = median(rounds, 'cpuSeconds');
    return [
      `${name} ${version}`,
      does,
      `${cpu.toFixed(1)} (${spread(rounds, 'cpuSeconds')})`,
      (cpu / floor).toFixed(2),
      `${wall.toFixed(1)} (${spread(rounds, 'wallSeconds')})`,
      (imageBytes / 1e6 / wall).toFixed(0),
      (median(rounds, 'peakBytes') / MiB).toFixed(0),
      (median(rounds, 'storedBytes') / MiB).toFixed(0),
    ];
  });
  const head = ['program', 'what it does', 'CPU s (least–most)', '× zstd -1', 'wall s (least–most)', 'MB/s of disk', 'peak MiB', 'stored MiB'];
  return [head, head.map((_, column) => (column < 2 ? '---' : '---:')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function median(rounds: readonly Round[], field: Exclude<keyof Round, 'said'>): number {
  const sorted = rounds.map((round) => round[field]).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function spread(rounds: readonly Round[], field: Exclude<keyof Round, 'said'>): string {
  const values = rounds.map((round) => round[field]);
  return `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`;
}
