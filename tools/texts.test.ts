import { expect, test } from 'vitest';
import { checkTexts, machineNames } from './texts.ts';

const broken = (path: string, text: string, ...others: { path: string; text: string }[]) =>
  checkTexts([{ path, text }, ...others], ['/home/builder/']).map(({ line, rule }) => `${line} ${rule}`);

test('unfinished work is found', () => {
  expect(broken('a.ts', `first\n// ${'TO'}DO later`)).toEqual(['2 unfinished']);
});

test('a focused test is found, in tests only', () => {
  expect(broken('a.test.ts', `test${'.only'}('x')`)).toEqual(['1 focused-test']);
  expect(broken('a.md', `test${'.only'}('x')`)).toEqual([]);
});

test('a lock file must not say where packages came from', () => {
  expect(broken('package-lock.json', '{\n "resolved": "https://mirror.example/x.tgz"\n}')).toEqual(['2 lock-address']);
  expect(broken('package-lock.json', '{\n "resolved": "packages/kit"\n}')).toEqual([]);
});

test('names of the building machine are found: its folders, its registries, its host name', () => {
  expect(broken('a.md', 'see /home/builder/x')).toEqual(['1 machine-name']);
  const names = machineNames({ npm_config_registry: 'https://npm.mirror.example/', GOPROXY: 'https://go.mirror.example,direct' }, '/srv/checkout');
  expect(names).toContain('npm.mirror.example');
  expect(names).toContain('/srv/checkout/');
  expect(names).toContain('go.mirror.example');
});

test('a link to a file or heading that is not there is found', () => {
  const page = { path: 'docs/b.md', text: '# One\n\n## Two words, here\n<a id="three"></a>' };
  expect(broken('docs/a.md', '[b](b.md) [two](b.md#two-words-here) [three](b.md#three) [up](../docs) [web](https://example.com)', page)).toEqual([]);
  expect(broken('docs/a.md', 'x\n[c](c.md)', page)).toEqual(['2 dead-link']);
  expect(broken('docs/a.md', '[b](b.md#four)', page)).toEqual(['1 dead-link']);
  expect(broken('docs/a.md', '`[c](c.md)`\n```\n[d](d.md)\n```')).toEqual([]);
});

test('a test that a page names must be there', () => {
  const tests = { path: 'packages/a/src/a.test.ts', text: "test('it holds', () => {});" };
  expect(broken('docs/a.md', '[a](../packages/a/src/a.test.ts): *it holds*', tests)).toEqual([]);
  expect(broken('docs/a.md', '\n[a](../packages/a/src/a.test.ts): *it flies*', tests)).toEqual(['2 missing-test']);
});
