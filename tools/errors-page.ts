/**
 * docs/errors.md, written from the error tables of the rooms: `npm run docs:errors`.
 * The check compares the page with what would be written now, so that neither can drift from the other.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { ErrorTable } from '@holdfast/kit';
import { floors } from './boundaries.ts';

const page = 'docs/errors.md';

/** Room → its table, from whatever the room's public face exports that was made by `defineErrors`. */
async function errorTables(root: string): Promise<Map<string, ErrorTable>> {
  const tables = new Map<string, ErrorTable>();
  for (const room of [...Object.keys(floors), 'simulators']) {
    const face = await importFace(root, room);
    const found = Object.values(face).filter(isRoomErrors);
    if (found.length > 0) tables.set(room, Object.assign({}, ...found.map(({ table }) => table)) as ErrorTable);
  }
  return tables;
}

async function importFace(root: string, room: string): Promise<Record<string, unknown>> {
  const manifest = await readFile(`${root}/packages/${room}/package.json`, 'utf8').catch(() => undefined);
  if (manifest === undefined) return {};
  return (await import(`${root}/packages/${room}/src/index.ts`)) as Record<string, unknown>;
}

function isRoomErrors(value: unknown): value is { table: ErrorTable } {
  return typeof value === 'object' && value !== null && 'table' in value && 'create' in value && 'is' in value;
}

/** @throws when two rooms use one code: a code means one thing */
export function renderErrorsPage(tables: ReadonlyMap<string, ErrorTable>): string {
  const owner = new Map<string, string>();
  const sections = [...tables].map(([room, table]) => {
    const rows = Object.keys(table)
      .sort()
      .map((code) => {
        if (owner.has(code)) throw new Error(`${code} is defined by ${owner.get(code)} and by ${room}`);
        owner.set(code, room);
        const { kind, meaning, advice } = table[code]!;
        return `| <a id="${code.toLowerCase()}"></a>\`${code}\` | ${kind} | ${cell(meaning)} | ${cell(advice)} |`;
      });
    return `## ${room}\n\n| code | kind | meaning | what you can do |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${[introduction, ...sections].join('\n')}`;
}

const introduction = `# Errors

Every error has a code that never changes its meaning. A message says what happened to which thing, what was done about it, and what you can do.
The kind decides the exit code of the command (see [cli.md](cli.md)) and whether trying again makes sense.

| kind | meaning |
|---|---|
| usage | the request can't be carried out as written |
| access | somebody refused: password, key, certificate, permission |
| absent | proven not to be there |
| unavailable | can't be reached or is overloaded; the same request may pass later |
| damaged | it is there, but it isn't what was written |
| conflict | somebody else did it first, or it exists already |
| limit | a named bound was reached: space, size, count |
| cancelled | the user or a shutdown stopped it |
| internal | an assertion of Holdfast's own failed: please report it |

This page is written from the code by \`npm run docs:errors\`.
`;

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** `undefined` when the page is current; otherwise what is wrong with it. */
async function staleErrorsPage(root: string): Promise<string | undefined> {
  const written = await readFile(`${root}/${page}`, 'utf8').catch(() => '');
  return written === renderErrorsPage(await errorTables(root)) ? undefined : `${page} does not agree with the rooms' error tables: run \`npm run docs:errors\``;
}

if (import.meta.main) {
  const root = process.cwd();
  if (process.argv.includes('--check')) {
    const stale = await staleErrorsPage(root);
    if (stale !== undefined) console.log(stale);
    process.exitCode = stale === undefined ? 0 : 1;
  } else {
    await writeFile(`${root}/${page}`, renderErrorsPage(await errorTables(root)));
  }
}
