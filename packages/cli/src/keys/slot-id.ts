import { cliErrors } from '../errors.ts';

const idLength = 32;

/** The id itself, or the one that begins so. A whole id may be gone: an interrupted removal is finished with it. @throws `CLI_USAGE` */
export function wholeId(given: string, slots: readonly { readonly id: string }[]): string {
  const found = slots.filter(({ id }) => id.startsWith(given.toLowerCase()));
  if (found.length === 1) return found[0]!.id;
  if (/^[0-9a-f]+$/i.test(given) && given.length === idLength) return given.toLowerCase();
  throw cliErrors.create('CLI_USAGE', found.length === 0 ? `no key slot’s id begins with ${given}` : `more than one key slot’s id begins with ${given}`, {
    did: 'nothing was done',
    advice: 'Give the id as "holdfast vault key list" shows it.',
  });
}
