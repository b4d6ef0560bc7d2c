import { defineErrors } from '@holdfast/kit';

export const cliErrors = defineErrors({
  CLI_USAGE: {
    kind: 'usage',
    meaning: 'The command line can not be understood as written.',
    advice: 'Run the command with --help to see what it takes.',
  },
  CLI_SECRET_ARGUMENT: {
    kind: 'usage',
    meaning: 'A password or key was given as an argument, where other users of the machine and the shell history can read it.',
    advice: 'Put it into a file that only you can read and name the file, or into an environment variable, or let the command ask.',
  },
  CLI_CONFIGURATION: {
    kind: 'usage',
    meaning: 'The configuration file is not there, is not JSON, or says something that is not understood.',
    advice: 'Correct the file; docs/cli.md lists every field.',
  },
  CLI_NOT_CONFIGURED: {
    kind: 'usage',
    meaning: 'Something that the command needs is neither in the configuration nor on the command line.',
    advice: 'Give the flag that the message names, or add the setting to the configuration file.',
  },
  CLI_SECRET_MISSING: {
    kind: 'usage',
    meaning: 'A password or key is needed and there is no file, no environment variable and no terminal to ask on.',
    advice: 'Name a file or set the environment variable that the message names.',
  },
  CLI_PASSPHRASE_WEAK: {
    kind: 'usage',
    meaning: 'A new passphrase is empty, or has fewer than 12 characters.',
    advice: 'Choose a longer one; several words are easy to remember. To insist on a short one, give --allow-weak.',
  },
  CLI_SECRET_UNREADABLE: {
    kind: 'access',
    meaning: 'The file that holds a password or key could not be read, is empty, or can be read by every user of the machine.',
    advice: 'Check the path and make the file readable by you alone (chmod 600).',
  },
  CLI_FILE_EXISTS: {
    kind: 'conflict',
    meaning: 'A file that would be written is already there; it was left as it is.',
    advice: 'Name another file, or remove this one first.',
  },
  CLI_FILE_UNWRITABLE: {
    kind: 'unavailable',
    meaning: 'A file could not be written.',
    advice: 'Check that the folder exists, is writable and has room.',
  },
  CLI_INTERRUPTED: {
    kind: 'cancelled',
    meaning: 'The command was interrupted; what was under way was given up and cleaned up.',
    advice: 'Run the command again: nothing that had been committed is lost.',
  },
  CLI_DEMO_DIFFERS: {
    kind: 'damaged',
    meaning: 'The demo restored a disk that is not equal to the guest’s disk at its snapshot.',
    advice: 'Keep the demo’s folder (--keep) and report what it printed: this must never happen.',
  },
});
