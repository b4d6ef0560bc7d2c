import type { Clock, Random } from '@holdfast/kit';

/** What a verb gets from the process it runs in; built once in main.ts and replaced in tests. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly clock: Clock;
  readonly random: Random;
  /** this machine's name and the product's version, for the record on points */
  readonly host: string;
  readonly version: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}
