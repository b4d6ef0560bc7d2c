import type { EngineEvent } from '@holdfast/engine';
import { describeDisk } from './describe.ts';
import { createProgressModel } from './model.ts';
import { finishedLine } from './plain.ts';
import type { Progress } from './progress.ts';

const drawEveryMs = 200;

export interface LiveTerminal {
  write(text: string): void;
  readonly columns: number;
  readonly rows: number;
}

/** Progress on a terminal: what is under way is redrawn in place below, what is done or noted scrolls up above it. */
export function liveProgress(terminal: LiveTerminal, now: () => number): Progress {
  const model = createProgressModel();
  let drawn = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;

  const erase = () => {
    if (drawn > 0) terminal.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const lines: string[] = [];
    for (const vm of model.vms.values()) {
      lines.push(`${vm.name}  ${vm.step}`);
      for (const disk of vm.disks.values()) lines.push(`  ${describeDisk(disk)}`);
    }
    const room = Math.max(1, terminal.rows - 2);
    const shown = lines.length > room ? [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more lines`] : lines;
    erase();
    // A line that wraps would be counted wrong when it is erased.
    for (const line of shown) terminal.write(`${line.slice(0, Math.max(10, terminal.columns - 1))}\n`);
    drawn = shown.length;
    drawnAt = now();
  };
  const above = (line: string) => {
    erase();
    terminal.write(`${line}\n`);
    draw();
  };

  return {
    onEvent: (event: EngineEvent) => {
      model.apply(event, now());
      if (event.type === 'vm-finished') above(finishedLine(event));
      else if (event.type === 'notice') above(`${event.vm === undefined ? '' : `${event.vm.name}: `}note: ${event.message}`);
      else if (event.type !== 'disk-progress' || now() - drawnAt >= drawEveryMs) draw();
    },
    close: erase,
  };
}
