import type { PointChoice } from '@holdfast/engine';
import { cliErrors } from './errors.ts';
import { parseMoment } from './time.ts';
import type { VerbContext } from './verb.ts';

export interface PointFlags {
  readonly vm?: string;
  /** has a default, so it is always there */
  readonly at: string;
}

/**
 * The point that a command line names: by its id, or by VM and time.
 *
 * @throws `CLI_USAGE` when neither or both are given
 */
export function pointChoice({ positional, options }: Pick<VerbContext<PointFlags>, 'positional' | 'options'>): PointChoice {
  const [id] = positional;
  if ((id === undefined) === (options.vm === undefined)) {
    throw cliErrors.create('CLI_USAGE', id === undefined ? 'it is not said what to restore' : 'both a point and --vm are given', {
      advice: 'Give the id of a point as "holdfast points" shows it, or --vm NAME with --at TIME.',
    });
  }
  return id !== undefined ? { id } : { vm: options.vm as string, atMs: parseMoment(options.at) };
}
