import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { linuxProcessIdentity } from './process-identity.ts';

const identity = linuxProcessIdentity();

test('this process knows itself as alive', () => {
  expect(identity.stateOf(identity.mark)).toBe('alive');
});

test('a process that ended is known to have ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const [boot, namespace] = identity.mark.split('/');
  await once(child, 'spawn');
  const { readFileSync } = await import('node:fs');
  const status = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const mark = `${boot}/${namespace}/${child.pid}/${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`;
  expect(identity.stateOf(mark)).toBe('alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity.stateOf(mark)).toBe('ended');
});

test('a process id that was given to another process does not count as the old one', () => {
  const parts = identity.mark.split('/');
  expect(identity.stateOf([...parts.slice(0, 3), '1'].join('/'))).toBe('ended');
});

test.each(['', 'nonsense', 'other-boot/pid:[1]/17/900'])('nothing is known of the process marked %j', (mark) => {
  expect(identity.stateOf(mark)).toBe('unknown');
});
