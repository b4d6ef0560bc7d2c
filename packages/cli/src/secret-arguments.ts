import { cliErrors } from './errors.ts';

const secretFlags: Readonly<Record<string, string>> = {
  '--password': '--password-file FILE, or the environment variable HOLDFAST_VCENTER_PASSWORD',
  '--passphrase': '--passphrase-file FILE, or the environment variable HOLDFAST_PASSPHRASE',
  '--new-passphrase': '--new-passphrase-file FILE, or the environment variable HOLDFAST_NEW_PASSPHRASE',
  '--recovery-key': '--recovery-key-file FILE, or the environment variable HOLDFAST_RECOVERY_KEY',
  '--secret-key': 'the environment variables or the profile files of the AWS tools',
  '--secret-access-key': 'the environment variables or the profile files of the AWS tools',
  '--aws-secret-access-key': 'the environment variables or the profile files of the AWS tools',
  '--access-key': 'the environment variables or the profile files of the AWS tools',
  '--session-token': 'the environment variables or the profile files of the AWS tools',
  '--token': 'a file or an environment variable',
};

/**
 * Refuses a command line that carries a secret, before anything else looks at it.
 * The secret isn't repeated in the message, and the advice is to change it: the shell history has it now.
 *
 * @throws `CLI_SECRET_ARGUMENT`
 */
export function refuseSecretArguments(arguments_: readonly string[]): void {
  for (const argument of arguments_) {
    const name = argument.split('=', 1)[0] ?? '';
    const instead = secretFlags[name.toLowerCase()];
    if (instead !== undefined) {
      throw cliErrors.create(
        'CLI_SECRET_ARGUMENT',
        `${name} is not taken as an argument: other users of this machine and the shell history can read arguments`,
        {
          did: 'nothing was done with it',
          advice: `Use ${instead}. If what you typed was a real secret, change it.`,
        },
      );
    }
    if (/[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i.test(argument)) {
      throw cliErrors.create('CLI_SECRET_ARGUMENT', 'an address with a password in it (user:password@host) is not taken as an argument', {
        did: 'nothing was done with it',
        advice: 'Give the address without the password, and the password by file, environment variable or prompt. If it was a real one, change it.',
      });
    }
    if (/\b(AKIA|ASIA)[A-Z0-9]{16}\b/.test(argument)) {
      throw cliErrors.create('CLI_SECRET_ARGUMENT', 'an AWS access key is not taken as an argument', {
        did: 'nothing was done with it',
        advice: 'Use the environment variables or the profile files of the AWS tools. If it was a real key, change it.',
      });
    }
  }
}
