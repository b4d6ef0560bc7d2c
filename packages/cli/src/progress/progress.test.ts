import type { EngineEvent } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';
import { liveProgress } from './live.ts';
import { plainProgress } from './plain.ts';

const vm = { name: 'web01', moref: 'vm-1' };
const disk = { key: 2000, label: 'Hard disk 1', capacity: 2 ** 30 };
const mebibyte = 2 ** 20;
const progressed = (done: number): EngineEvent => ({
  type: 'disk-progress',
  vm,
  disk,
  done: done * mebibyte,
  total: 100 * mebibyte,
  statistics: { read: done * mebibyte, zero: 0, reused: 0, fresh: 0, stored: (done * mebibyte) / 2, incompressible: 0, chunksRead: 0, chunksFresh: 0 },
});
const started: EngineEvent[] = [
  { type: 'vm-started', vm },
  { type: 'disk-started', vm, disk, mode: 'full', reason: 'this is the first point of the VM' },
];
const done: EngineEvent = { type: 'vm-finished', vm, outcome: 'done', seconds: 12, point: 'a/b' };

describe('in a pipe', () => {
  test('progress is plain lines, few of them', () => {
    const lines: string[] = [];
    let now = 0;
    const progress = plainProgress(
      (line) => lines.push(line),
      () => now,
    );
    for (const event of started) progress.onEvent(event);
    for (let second = 1; second <= 12; second++) {
      now = second * 1000;
      progress.onEvent(progressed(second));
    }
    progress.onEvent(done);
    expect(lines).toEqual([
      'web01: started',
      'web01: Hard disk 1: full (this is the first point of the VM)',
      'web01: Hard disk 1: full, 5% · 5.0 MiB of 100.0 MiB · 1.0 MiB/s · 2.0:1 · 1 min 35 s left',
      'web01: Hard disk 1: full, 10% · 10.0 MiB of 100.0 MiB · 1.0 MiB/s · 2.0:1 · 1 min 30 s left',
      'web01: done in 12 s, point a/b',
    ]);
  });
});

describe('on a terminal', () => {
  test('what is under way is redrawn in place, and what is done stays above', () => {
    const screen = new Screen();
    let now = 0;
    const progress = liveProgress(screen, () => now);
    for (const event of started) progress.onEvent(event);
    for (let step = 1; step <= 40; step++) {
      now = step * 50;
      progress.onEvent(progressed(step));
    }
    expect(screen.lines).toHaveLength(2);
    expect(screen.lines[1]).toMatch(/Hard disk 1: full, \d+% · .* left/);
    progress.onEvent({ type: 'notice', vm, code: 'N', message: 'look here' });
    progress.onEvent(done);
    progress.close();
    expect(screen.lines).toEqual(['web01: note: look here', 'web01: done in 12 s, point a/b']);
  });

  test('lines are cut to the terminal, so that erasing them stays right', () => {
    const screen = new Screen(20, 4);
    const progress = liveProgress(screen, () => 0);
    for (let number = 0; number < 6; number++)
      progress.onEvent({ type: 'vm-started', vm: { name: `a-very-long-name-of-a-vm-${number}`, moref: `vm-${number}` } });
    expect(screen.lines).toEqual(['a-very-long-name-of', '… and 5 more lines']);
  });
});

/** As much of a terminal as the progress uses: lines, going up, and erasing what is below. */
class Screen {
  readonly lines: string[] = [];
  readonly columns: number;
  readonly rows: number;

  constructor(columns = 200, rows = 30) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told what to do by control characters
    const up = /^\u001b\[(\d+)A\u001b\[0J$/.exec(text);
    if (up !== null) this.lines.splice(this.lines.length - Number(up[1]));
    else this.lines.push(text.replace(/\n$/, ''));
  }
}
