import type { OnEvent } from '@holdfast/engine';
import type { Output } from '../output.ts';
import { redact } from '../redact.ts';
import type { Surroundings } from '../surroundings.ts';
import { liveProgress } from './live.ts';
import { plainProgress } from './plain.ts';

export interface Progress {
  readonly onEvent: OnEvent;
  /** Clears what is drawn; to be called before anything else is printed. */
  close(): void;
}

/** The progress that fits: live on a terminal, plain in a pipe, none when quiet or when the events themselves are written. */
export function createProgress(output: Output, surroundings: Surroundings): Progress {
  const { stderr, clock } = surroundings;
  const now = () => clock.elapsed();
  const shown = pick();
  return {
    onEvent: (event) => {
      output.event(event);
      shown?.onEvent(event);
    },
    close: () => shown?.close(),
  };

  function pick(): Progress | undefined {
    if (output.options.quiet || output.options.events) return undefined;
    const write = (text: string) => void stderr.write(redact(text));
    if (!stderr.isTTY) return plainProgress((line) => write(`${line}\n`), now);
    return liveProgress(
      {
        write,
        get columns() {
          return stderr.columns || 80;
        },
        get rows() {
          return stderr.rows || 24;
        },
      },
      now,
    );
  }
}
