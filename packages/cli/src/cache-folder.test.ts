import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolderOf } from './cache-folder.ts';

const of = (options: { cache?: string }, cache: string | undefined, variables: Record<string, string>) =>
  cacheFolderOf({ options, configuration: { vcenters: {}, cache }, surroundings: { variables } } as unknown as Parameters<typeof cacheFolderOf>[0]);

test('the cache lies where the flag says, else the configuration, else where the system keeps caches, else nowhere', () => {
  const home = { XDG_CACHE_HOME: '/var/cache/me', HOME: tmpdir() };
  expect(of({ cache: 'here' }, '/there', home)).toBe(resolve('here'));
  expect(of({}, '/there', home)).toBe('/there');
  expect(of({}, undefined, home)).toBe('/var/cache/me/holdfast');
  expect(of({}, undefined, { HOME: tmpdir() })).toBe(join(tmpdir(), '.cache', 'holdfast'));
  expect(of({}, undefined, { HOME: '/nonexistent' })).toBeUndefined();
  expect(of({}, undefined, {})).toBeUndefined();
});
