import { redact } from './redact.ts';
import type { Surroundings } from './surroundings.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly events: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

export const noOutputOptions: OutputOptions = { json: false, events: false, quiet: false, debug: false };

/**
 * Where a verb's words go. Results to standard output, everything else to standard error, so that a pipe gets only results.
 * With `--json` the result is one JSON document and nothing else is written to standard output.
 */
export interface Output {
  readonly options: OutputOptions;
  /** A result for people; dropped with `--json`. */
  line(text?: string): void;
  /** What goes on, for people, on standard error; dropped with `--quiet` and `--json`. */
  remark(text: string): void;
  /** Something that the user should know even with `--quiet`. */
  warn(text: string): void;
  /** One JSON line on standard error, with `--events`. */
  event(event: unknown): void;
  /** The JSON document at the end. */
  document(document: unknown): void;
}

export function createOutput(surroundings: Pick<Surroundings, 'stdout' | 'stderr'>, options: OutputOptions): Output {
  const { stdout, stderr } = surroundings;
  return {
    options,
    line: (text = '') => {
      if (!options.json) stdout.write(`${redact(text)}\n`);
    },
    remark: (text) => {
      if (!options.quiet && !options.json) stderr.write(`${redact(text)}\n`);
    },
    warn: (text) => {
      stderr.write(`${redact(text)}\n`);
    },
    event: (event) => {
      if (options.events) stderr.write(`${redact(toJson(event))}\n`);
    },
    document: (document) => {
      if (options.json) stdout.write(`${redact(toJson(document, 2))}\n`);
    },
  };
}

function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => {
      if (typeof item === 'bigint') return item.toString();
      // HoldfastErrors bring their own toJSON; others would become {}.
      if (item instanceof Error) return { message: item.message, name: item.name };
      return item;
    },
    indent,
  );
}
