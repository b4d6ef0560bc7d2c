import { hostname } from 'node:os';
import { systemClock, systemRandom } from '@holdfast/kit';
import { interruptSignal } from './interrupt.ts';
import { runCommand } from './program.ts';
import { version } from './version.ts';

// A reader that goes away early (`holdfast points | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const signal = interruptSignal(systemClock, (name) => {
  process.stderr.write(`\n${name}: giving up what is under way and cleaning up; once more to leave at once\n`);
});

const exitCode = await runCommand(process.argv.slice(2), {
  variables: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  random: systemRandom,
  signal,
  host: hostname(),
  version,
});

process.exit(exitCode);
