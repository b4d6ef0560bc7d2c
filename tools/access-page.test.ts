import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessRoles, objectPrefixes } from '@holdfast/vault';
import { expect, test } from 'vitest';

const page = (name: string) => readFile(join(import.meta.dirname, '..', 'docs', name), 'utf8');

test('the roles know every kind of object that the format has', async () => {
  const [objects] = /^## 1\. Objects[\s\S]*?(?=^## 2\.)/m.exec(await page('vault-format.md'))!;
  const keys = [...objects.matchAll(/^\| `([a-z-]+(?:\/|\.json))/gm)].map((match) => match[1]!);
  expect(keys.length).toBeGreaterThan(10);
  for (const key of keys) expect(objectPrefixes as readonly string[]).toContain(key);
});

test('the page for users has the table of roles as it is', async () => {
  const access = await page('access.md');
  const list = (prefixes: readonly string[]) => prefixes.map((prefix) => `\`${prefix}\``).join(', ');
  for (const [role, { purpose, creates, deletes }] of Object.entries(accessRoles)) {
    const makes = creates.includes('vault.json') ? 'everything, and `probe-`' : list(creates);
    expect(access).toContain(`| ${[`\`${role}\``, purpose, makes, list(deletes)].join(' | ').replace(/ +$/, '')} |`.replaceAll('|  |', '| |'));
  }
});
