import { cliErrors } from './errors.ts';
import type { Surroundings } from './surroundings.ts';

/** Longest answer taken from the keyboard, in characters. */
const answerLengthMax = 4096;

/** Whether there is somebody to ask. */
export function canAsk(surroundings: Surroundings): boolean {
  return surroundings.stdin.isTTY === true && surroundings.stderr.isTTY === true;
}

/**
 * Asks for a secret on the terminal and shows nothing of what is typed.
 *
 * @throws `CLI_INTERRUPTED` on Ctrl-C or when the input ends
 */
export async function askSecret(question: string, surroundings: Surroundings): Promise<string> {
  const { stdin, stderr, signal } = surroundings;
  stderr.write(`${question}: `);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.setEncoding('utf8');
  let answer = '';
  try {
    return await new Promise<string>((resolve, reject) => {
      const interrupted = () => reject(cliErrors.create('CLI_INTERRUPTED', 'interrupted while asking for a secret', { did: 'nothing was done' }));
      const typed = (text: string) => {
        for (const character of text) {
          if (character === '\r' || character === '\n') return resolve(answer);
          if (character === '\u0003' || character === '\u0004') return interrupted();
          if (character === '\u007f' || character === '\b') answer = answer.slice(0, -1);
          else if (character >= ' ' && answer.length < answerLengthMax) answer += character;
        }
      };
      stdin.on('data', typed);
      stdin.once('end', interrupted);
      signal.addEventListener('abort', interrupted, { once: true });
    });
  } finally {
    stdin.removeAllListeners('data');
    stdin.removeAllListeners('end');
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}
