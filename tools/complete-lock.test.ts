import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { completeLock, type Lock, platformOf } from './complete-lock.ts';

test('the name of a platform package tells its platform', () => {
  expect(platformOf('@biomejs/cli-linux-arm64-musl')).toEqual({ os: ['linux'], cpu: ['arm64'], libc: ['musl'] });
  expect(platformOf('@oxc-parser/binding-linux-arm-gnueabihf')).toEqual({ os: ['linux'], cpu: ['arm'], libc: ['glibc'] });
  expect(platformOf('@oxc-parser/binding-openharmony-arm64')).toEqual({ os: ['openharmony'], cpu: ['arm64'] });
  expect(platformOf('@oxc-parser/binding-win32-x64-msvc')).toEqual({ os: ['win32'], cpu: ['x64'] });
  expect(platformOf('left-pad')).toEqual({});
});

test('packages that npm left out are added with what their parent says, and nothing else changes', () => {
  const parent = { version: '1.0.0', dev: true, license: 'MIT', optionalDependencies: { 'tool-linux-x64': '1.0.0', 'tool-darwin-x64': '1.0.0' } };
  const there = { version: '1.0.0', optional: true };
  const { lock, added } = completeLock({ packages: { 'node_modules/tool': parent, 'node_modules/tool-linux-x64': there } });
  expect(added).toBe(1);
  expect(lock.packages).toEqual({
    'node_modules/tool': parent,
    'node_modules/tool-darwin-x64': { version: '1.0.0', cpu: ['x64'], dev: true, license: 'MIT', optional: true, os: ['darwin'] },
    'node_modules/tool-linux-x64': there,
  });
});

test('the project’s own lock is complete, so that npm ci takes it', async () => {
  const lock = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;
  expect(completeLock(lock).added).toBe(0);
});
