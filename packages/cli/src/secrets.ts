import { readFile, stat } from 'node:fs/promises';
import { cliErrors } from './errors.ts';
import { askSecret, canAsk } from './prompt.ts';
import { keepSecret } from './redact.ts';
import type { Surroundings } from './surroundings.ts';

/** A secret is a line of text, not a disk image given by mistake. */
const secretFileBytesMax = 64 * 1024;

export interface SecretSource {
  /** For people, as it goes on in a sentence: `the password of administrator@vsphere.local`. */
  readonly what: string;
  readonly file?: string | undefined;
  /** Environment variables to look at, in order. */
  readonly variables: readonly string[];
  /** The flag to name when nothing is found. */
  readonly flag: string;
  /** Asked for twice, because a typing error would lock the user out. */
  readonly confirm?: boolean;
}

/**
 * Reads a secret: from its file if one is named, else from the environment, else from the keyboard.
 *
 * @throws `CLI_SECRET_UNREADABLE`, `CLI_SECRET_MISSING`
 */
export async function readSecret(source: SecretSource, surroundings: Surroundings): Promise<string> {
  const found = await findSecret(source, surroundings);
  if (found !== undefined) return found;
  const instead = `give ${source.flag} FILE or set ${source.variables.join(' or ')}`;
  if (!canAsk(surroundings)) {
    throw cliErrors.create('CLI_SECRET_MISSING', `${source.what} is needed and there is no terminal to ask on`, { advice: `To run unattended, ${instead}.` });
  }
  const answer = await askSecret(`Please type ${source.what}`, surroundings);
  if (answer === '') throw cliErrors.create('CLI_SECRET_MISSING', `${source.what} is needed; what was typed is empty`);
  if (source.confirm && (await askSecret('Once more, to be sure', surroundings)) !== answer) {
    throw cliErrors.create('CLI_USAGE', 'the two entries are not the same', { did: 'nothing was done', advice: 'Run the command again.' });
  }
  return keepSecret(answer);
}

/** As `readSecret`, but without asking: `undefined` when neither a file is named nor a variable set. */
export async function findSecret(source: SecretSource, surroundings: Surroundings): Promise<string | undefined> {
  if (source.file !== undefined) return keepSecret(await readSecretFile(source.file, source.what));
  for (const variable of source.variables) {
    const value = surroundings.variables[variable];
    if (value !== undefined && value !== '') return keepSecret(value);
  }
  return undefined;
}

async function readSecretFile(path: string, what: string): Promise<string> {
  const refuse = (reason: string, cause?: unknown) =>
    cliErrors.create('CLI_SECRET_UNREADABLE', `${what} could not be taken from ${path}: ${reason}`, { subject: { file: path }, cause });
  let text: string;
  try {
    const information = await stat(path);
    if (!information.isFile()) throw refuse('it is not a file');
    if (information.size > secretFileBytesMax) throw refuse(`it has ${information.size} bytes, more than a secret can have`);
    if ((information.mode & 0o007) !== 0) throw refuse('every user of this machine can read it');
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (cliErrors.is(error)) throw error;
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
  // One line break at the end comes from the editor, not from the secret.
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw refuse('it is empty');
  return secret;
}
