import { Command, CommanderError } from 'commander';
import { addDemoVerb } from './demo/verb.ts';
import { cliErrors } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { createOutput, noOutputOptions } from './output.ts';
import { errorDocument, renderError } from './render-error.ts';
import { refuseSecretArguments } from './secret-arguments.ts';
import type { Surroundings } from './surroundings.ts';
import type { ExitState } from './verb.ts';
import { addBackupVerb } from './verbs/backup.ts';
import { addPointsVerb } from './verbs/points.ts';
import { addRestoreVerbs } from './verbs/restore.ts';
import { addRetainVerb } from './verbs/retain.ts';
import { addStoreVerbs } from './verbs/store.ts';
import { addSweepVerb } from './verbs/sweep.ts';
import { addVaultVerbs } from './verbs/vault.ts';
import { version } from './version.ts';

/** Runs one command line to its end and returns the exit code. Prints everything there is to print. */
export async function runCommand(arguments_: readonly string[], surroundings: Surroundings): Promise<number> {
  const json = arguments_.includes('--json');
  const output = createOutput(surroundings, { ...noOutputOptions, json });
  const state: ExitState = { exitCode: 0 };
  try {
    refuseSecretArguments(arguments_);
    const program = buildProgram(surroundings, state);
    if (arguments_.length === 0) {
      surroundings.stderr.write(program.helpInformation());
      return 2;
    }
    await program.parseAsync([...arguments_], { from: 'user' });
    return state.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && (error.code === 'commander.helpDisplayed' || error.code === 'commander.version')) return 0;
    if (error instanceof CommanderError) {
      // Commander has printed its message with a suggestion already.
      output.document({ ok: false, exitCode: 2, error: errorDocument(cliErrors.create('CLI_USAGE', error.message.replace(/^error: /, ''))) });
      return 2;
    }
    output.warn(renderError(error));
    output.document({ ok: false, exitCode: 2, error: errorDocument(error) });
    return 2;
  }
}

function buildProgram(surroundings: Surroundings, state: ExitState): Command {
  const program = new Command('holdfast')
    .description('Backs up VMware vSphere virtual machines to Amazon S3 and brings them back.')
    .version(version, '--version', 'print the version')
    .option('--config <file>', 'configuration file (else HOLDFAST_CONFIG, else holdfast.json in this folder)')
    .option('--json', 'print one JSON document at the end instead of text')
    .option('--events', 'write what goes on as JSON lines to standard error')
    .option('--quiet', 'no progress')
    .option('--debug', 'show stacks of errors')
    .helpOption('--help', 'show what a command takes, with an example')
    .addHelpText('after', exitCodeHelp)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .exitOverride()
    .configureOutput({ writeOut: (text) => void surroundings.stdout.write(text), writeErr: (text) => void surroundings.stderr.write(text) })
    .showHelpAfterError('Run the command with --help to see what it takes.');
  program.helpCommand(false);
  addVaultVerbs(program, surroundings, state);
  addBackupVerb(program, surroundings, state);
  addPointsVerb(program, surroundings, state);
  addRestoreVerbs(program, surroundings, state);
  addRetainVerb(program, surroundings, state);
  addStoreVerbs(program, surroundings, state);
  addSweepVerb(program, surroundings, state);
  addDemoVerb(program, surroundings, state);
  return program;
}

const exitCodeHelp = `
Exit codes:
${exitCodes.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`).join('\n')}

Secrets come from files, from the environment or from the keyboard, never from arguments.`;
