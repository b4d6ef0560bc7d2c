import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cliErrors } from './errors.ts';

/** A file for a secret, made before the secret exists, so that a secret is never without a place to go. */
export interface SecretFile {
  readonly path: string;
  /** Writes the secret; durable when it returns. */
  write(secret: string): Promise<void>;
  /** Removes the empty file again. */
  discard(): Promise<void>;
}

/**
 * Makes a new file that only its owner can read.
 *
 * @throws `CLI_FILE_EXISTS`, `CLI_FILE_UNWRITABLE`
 */
export async function reserveSecretFile(path: string): Promise<SecretFile> {
  const failed = (error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      return cliErrors.create('CLI_FILE_EXISTS', `${path} is there already`, { did: 'it was left as it is', subject: { file: path }, cause: error });
    return cliErrors.create('CLI_FILE_UNWRITABLE', `${path} could not be written: ${message}`, { subject: { file: path }, cause: error });
  };
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw failed(error);
  });
  return {
    path,
    write: async (secret) => {
      try {
        await handle.writeFile(`${secret}\n`);
        await handle.sync();
        await handle.close();
        const folder = await open(dirname(path), 'r');
        await folder.sync();
        await folder.close();
      } catch (error) {
        throw failed(error);
      }
    },
    discard: async () => {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}
