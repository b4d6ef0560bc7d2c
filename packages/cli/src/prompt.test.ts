import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { askSecret } from './prompt.ts';
import type { Surroundings } from './surroundings.ts';

/** As much of a terminal as asking needs: what is typed comes in, what is shown is kept. */
function terminal() {
  const keyboard = Object.assign(new EventEmitter(), {
    raw: [] as boolean[],
    setRawMode: (on: boolean) => void keyboard.raw.push(on),
    resume: () => {},
    pause: () => {},
    setEncoding: () => {},
  });
  const shown: string[] = [];
  const interrupt = new AbortController();
  const surroundings = { stdin: keyboard, stderr: { write: (text: string) => shown.push(text) }, signal: interrupt.signal } as unknown as Surroundings;
  return { keyboard, shown, interrupt, surroundings };
}

test('what is typed is taken, with corrections, and never shown', async () => {
  const { keyboard, shown, surroundings } = terminal();
  const answer = askSecret('The passphrase', surroundings);
  for (const typed of ['corr', 'ecx\u007f', 't horse\r']) keyboard.emit('data', typed);
  expect(await answer).toBe('correct horse');
  expect(shown.join('')).toBe('The passphrase: \n');
  expect(keyboard.raw).toEqual([true, false]);
});

test.each([
  ['Ctrl-C', (site: ReturnType<typeof terminal>) => site.keyboard.emit('data', 'abc\u0003')],
  ['the end of the input', (site: ReturnType<typeof terminal>) => site.keyboard.emit('end')],
  ['a signal', (site: ReturnType<typeof terminal>) => site.interrupt.abort()],
])('%s ends the question, and the terminal is as before', async (_what, act) => {
  const site = terminal();
  const answer = askSecret('The passphrase', site.surroundings);
  act(site);
  await expect(answer).rejects.toMatchObject({ code: 'CLI_INTERRUPTED' });
  expect(site.keyboard.raw).toEqual([true, false]);
  expect(site.keyboard.listenerCount('data')).toBe(0);
});
