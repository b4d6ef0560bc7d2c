import { expect, test } from 'vitest';
import { checkBoundaries, importsOf } from './boundaries.ts';
import type { SourceFile } from './source-file.ts';

const manifest = (folder: string, extra: object = {}): SourceFile => ({
  path: `packages/${folder}/package.json`,
  text: JSON.stringify({ name: folder === 'cli' ? 'holdfast' : `@holdfast/${folder}`, exports: './src/index.ts', ...extra }, undefined, 2),
});
const house = [
  ...['kit', 'vsphere', 'vault', 'disks', 'engine', 'cli', 'simulators'].map((folder) => manifest(folder)),
  manifest('store', { exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' } }),
];

function rulesBroken(path: string, ...lines: string[]): string[] {
  return checkBoundaries([...house, { path, text: lines.join('\n') }]).map(({ line, rule }) => `${line} ${rule}`);
}

test('a room imports the public faces of the floors below it', () => {
  expect(
    rulesBroken(
      'packages/engine/src/protect.ts',
      "import { retry } from '@holdfast/kit';",
      "import type { Vault } from '@holdfast/vault';",
      "import fs from 'node:fs';",
    ),
  ).toEqual([]);
  expect(rulesBroken('packages/vault/src/a.test.ts', "import { conformance } from '@holdfast/store/testing';")).toEqual([]);
});

test('an import that goes up or stays on the floor is found, with its line', () => {
  expect(rulesBroken('packages/store/src/s3.ts', '// first', "import { Vault } from '@holdfast/vault';")).toEqual(['2 floors']);
  expect(rulesBroken('packages/vault/src/a.ts', "import type { Disk } from '@holdfast/disks';")).toEqual(['1 floors']);
  expect(rulesBroken('packages/engine/src/a.ts', "const cli = await import('holdfast');")).toEqual(['1 floors']);
  expect(rulesBroken('packages/vsphere/src/a.test.ts', "import { x } from '@holdfast/disks';")).toEqual(['1 floors']);
});

test('an import past a public face is found', () => {
  expect(rulesBroken('packages/vault/src/a.ts', "import { s3 } from '@holdfast/store/src/s3.ts';")).toEqual(['1 public-face']);
  expect(rulesBroken('packages/vault/src/a.ts', "import { s3 } from '@holdfast/cellar';")).toEqual(['1 public-face']);
  expect(rulesBroken('bench/run.ts', "import { v } from '../packages/vault/src/vault.ts';")).toEqual(['1 public-face']);
});

test('a relative import stays in its room, and out of its tests', () => {
  expect(rulesBroken('packages/vault/src/a/b.ts', "import { c } from '../c.ts';")).toEqual([]);
  expect(rulesBroken('packages/vault/src/a.ts', "export * from '../../store/src/index.ts';")).toEqual(['1 own-room']);
  expect(rulesBroken('packages/vault/src/a.ts', "new Worker(new URL('../../kit/src/w.ts', import.meta.url));")).toEqual(['1 own-room']);
  expect(rulesBroken('packages/vault/src/a.ts', "import { fixture } from '../test/fixture.ts';")).toEqual(['1 no-test-code']);
  expect(rulesBroken('packages/vault/src/a.ts', "import { fixture } from './testing/fixture.ts';")).toEqual(['1 no-test-code']);
  expect(rulesBroken('packages/vault/test/a.test.ts', "import { fixture } from './fixture.ts';", "import { a } from '../src/a.ts';")).toEqual([]);
});

test('a test may ask whether a judge is installed; product code may not', () => {
  const line = "import { judge } from '../../../tools/judges/judge.ts';";
  expect(rulesBroken('packages/store/src/s3.test.ts', line)).toEqual([]);
  expect(rulesBroken('packages/store/src/testing/s3-server.ts', line.replace('../', '../../'))).toEqual([]);
  expect(rulesBroken('packages/store/src/s3.ts', line)).toEqual(['1 own-room']);
});

test('only tests, bench and the demo import the simulators', () => {
  const line = "import { startVcenter } from '@holdfast/simulators';";
  expect(rulesBroken('packages/engine/src/protect.test.ts', line)).toEqual([]);
  expect(rulesBroken('bench/run.ts', line)).toEqual([]);
  expect(rulesBroken('packages/cli/src/demo/run.ts', line)).toEqual([]);
  expect(rulesBroken('packages/cli/src/backup.ts', line)).toEqual(['1 simulators']);
  expect(rulesBroken('packages/engine/src/protect.ts', line)).toEqual(['1 simulators']);
});

test('the simulators stand on the foundations only', () => {
  expect(rulesBroken('packages/simulators/src/a.ts', "import { types } from '@holdfast/vsphere';")).toEqual([]);
  expect(rulesBroken('packages/simulators/src/a.ts', "import { x } from '@holdfast/engine';")).toEqual(['1 floors']);
});

test('a declared dependency that goes up is found in the manifest', () => {
  const files = [
    ...house.filter(({ path }) => !path.includes('/store/')),
    manifest('store', { dependencies: { '@holdfast/kit': '1', '@holdfast/engine': '1' } }),
  ];
  expect(checkBoundaries(files)).toMatchObject([{ path: 'packages/store/package.json', line: 6, rule: 'floors' }]);
});

test('imports are read over several lines, and not out of comments or strings', () => {
  const text = [
    'import {',
    '  a,',
    '  b,',
    "} from 'ab';",
    "// import 'no';",
    " * import x from 'no';",
    'const s = "import y from \'no\'";',
    "import 'bare';",
    "export type { T } from './t.ts';",
  ];
  expect(importsOf(text.join('\n'))).toEqual([
    { specifier: 'ab', line: 4 },
    { specifier: 'bare', line: 8 },
    { specifier: './t.ts', line: 9 },
  ]);
});
