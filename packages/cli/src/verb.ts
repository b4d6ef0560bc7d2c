import type { Command } from 'commander';
import { type Configuration, loadConfiguration } from './configuration.ts';
import { exitCodeOf } from './exit-codes.ts';
import { createOutput, noOutputOptions, type Output, type OutputOptions } from './output.ts';
import { errorDocument, renderError } from './render-error.ts';
import type { Surroundings } from './surroundings.ts';

/** Options that every verb takes. */
export interface CommonOptions extends OutputOptions {
  readonly config?: string;
}

export interface VerbContext<O> {
  readonly options: O & CommonOptions;
  readonly positional: readonly string[];
  readonly configuration: Configuration;
  readonly surroundings: Surroundings;
  readonly output: Output;
}

/** What a verb hands back: the JSON document's `result`, and the exit code where it isn't 0. */
export interface VerbOutcome {
  readonly result: unknown;
  readonly exitCode?: number;
}

/** Where the exit code of the verb that ran ends up. */
export interface ExitState {
  exitCode: number;
}

/** Ties a verb's work to its command: loads the configuration, prints result or error, sets the exit code. */
export function tieVerb<O>(command: Command, surroundings: Surroundings, state: ExitState, work: (context: VerbContext<O>) => Promise<VerbOutcome>): void {
  command.action(async () => {
    const options = { ...noOutputOptions, ...command.optsWithGlobals<O & CommonOptions>() };
    const output = createOutput(surroundings, options);
    const verb = verbName(command);
    try {
      const configuration = await loadConfiguration(options.config, surroundings);
      const outcome = await work({ options, positional: command.args, configuration, surroundings, output });
      state.exitCode = outcome.exitCode ?? 0;
      output.document({ verb, ok: state.exitCode === 0, exitCode: state.exitCode, result: outcome.result });
    } catch (error) {
      // What an interruption breaks off fails in many ways; the reason is the interruption.
      const reason = surroundings.signal.aborted ? surroundings.signal.reason : error;
      state.exitCode = exitCodeOf(reason);
      output.warn(renderError(reason, options));
      output.document({ verb, ok: false, exitCode: state.exitCode, error: errorDocument(reason) });
    }
  });
}

function verbName(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one?.parent; one = one.parent) names.unshift(one.name());
  return names.join(' ');
}
