/**
 * The walls of the house: who may import whom.
 *
 * Imports go down the floors, only through public faces, and a relative import never leaves its room.
 * `node tools/boundaries.ts` prints every breach as `file:line  rule: message`.
 */
import { posix } from 'node:path';
import { isTest, lineAt, printViolations, projectFiles, type SourceFile, type Violation } from './source-file.ts';

/** Folder under `packages/` → floor. A room imports only rooms on lower floors. */
export const floors: Readonly<Record<string, number>> = {
  kit: 0,
  store: 1,
  vsphere: 1,
  nbd: 1,
  vault: 2,
  disks: 2,
  engine: 3,
  cli: 5,
};

/** On no floor: may use the foundations, and only tests, `bench/` and the demo may use it. */
const sideRoom = 'simulators';
const sideRoomFloor = 2;
const demo = /^packages\/cli\/src\/demo(\/|[.-])/;

/** The one file outside its room that a test may reach: it says whether an independent judge is installed. */
const judges = 'tools/judges/judge.ts';

interface Import {
  readonly specifier: string;
  readonly line: number;
}

interface Room {
  readonly folder: string;
  /** subpaths of `exports`, as in `.` and `./testing` */
  readonly faces: ReadonlySet<string>;
}

const importPatterns = [
  // import x from '…', export { y } from '…', over several lines too
  /^[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  // import '…'
  /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
  // import('…'), also as a type
  /\bimport\s*\(\s*['"]([^'"]+)['"]/g,
  // new URL('./worker.ts', import.meta.url)
  /\bnew URL\(\s*['"](\.[^'"]+)['"]\s*,\s*import\.meta\.url/g,
];

export function importsOf(text: string): Import[] {
  return importPatterns
    .flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => ({ specifier: match[1] as string, line: lineAt(text, match.index + match[0].length - 1) })),
    )
    .sort((a, b) => a.line - b.line);
}

export function checkBoundaries(files: readonly SourceFile[]): Violation[] {
  const rooms = roomsByName(files);
  return files.flatMap((file) => {
    if (/^packages\/[^/]+\/package\.json$/.test(file.path)) return checkManifest(file, rooms);
    if (!/\.(ts|tsx|js|mjs)$/.test(file.path)) return [];
    return importsOf(file.text).flatMap(({ specifier, line }) => {
      const breach = specifier.startsWith('.') ? relativeBreach(file.path, specifier) : roomBreach(file.path, specifier, rooms);
      return breach === undefined ? [] : [{ path: file.path, line, ...breach }];
    });
  });
}

type Breach = Pick<Violation, 'rule' | 'message'>;

function roomsByName(files: readonly SourceFile[]): Map<string, Room> {
  const rooms = new Map<string, Room>();
  for (const { path, text } of files) {
    const folder = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1];
    if (folder === undefined) continue;
    const manifest = JSON.parse(text) as { name: string; exports?: string | Record<string, unknown> };
    const faces = typeof manifest.exports === 'object' ? Object.keys(manifest.exports) : ['.'];
    rooms.set(manifest.name, { folder, faces: new Set(faces) });
  }
  return rooms;
}

function roomBreach(path: string, specifier: string, rooms: ReadonlyMap<string, Room>): Breach | undefined {
  const name = specifier.startsWith('@') ? specifier.split('/', 2).join('/') : (specifier.split('/', 1)[0] as string);
  const room = rooms.get(name);
  if (room === undefined) return name.startsWith('@holdfast/') ? { rule: 'public-face', message: `there is no room ${name}` } : undefined;
  const face = `.${specifier.slice(name.length)}`;
  if (!room.faces.has(face)) return { rule: 'public-face', message: `${specifier} is not in the exports of ${name}; import its public face` };
  return floorBreach(path, room.folder);
}

function floorBreach(path: string, target: string): Breach | undefined {
  const folder = folderOf(path);
  if (folder === undefined || folder === target) return undefined;
  if (target === sideRoom) {
    if (isTest(path) || demo.test(path)) return undefined;
    return { rule: 'simulators', message: 'only tests, bench and the demo may import the simulators' };
  }
  const from = folder === sideRoom ? sideRoomFloor : floors[folder];
  const to = floors[target];
  if (from === undefined) return { rule: 'floors', message: `${folder} has no floor: give it one in tools/boundaries.ts` };
  if (to === undefined) return { rule: 'floors', message: `${target} has no floor: give it one in tools/boundaries.ts` };
  return to < from ? undefined : { rule: 'floors', message: `${folder} (floor ${from}) must not import ${target} (floor ${to}): imports go down` };
}

function relativeBreach(path: string, specifier: string): Breach | undefined {
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const folder = folderOf(path);
  if (folder === undefined) {
    return target.startsWith('packages/') ? { rule: 'public-face', message: `${target} belongs to a room: import it by the room's name` } : undefined;
  }
  if (isTest(path) && target === judges) return undefined;
  if (!new RegExp(`^packages/${folder}/(src/|test/|bin/|package\\.json$)`).test(target)) {
    return { rule: 'own-room', message: `${specifier} leaves the room ${folder}` };
  }
  if (!isTest(path) && isTest(target)) return { rule: 'no-test-code', message: `product code imports the test file ${target}` };
  return undefined;
}

/** What a room declares must be what it may import. */
function checkManifest({ path, text }: SourceFile, rooms: ReadonlyMap<string, Room>): Violation[] {
  const manifest = JSON.parse(text) as { dependencies?: Record<string, string> };
  const folder = folderOf(path) as string;
  return Object.keys(manifest.dependencies ?? {}).flatMap((name) => {
    const room = rooms.get(name);
    if (room === undefined) return [];
    // The command carries the simulators for its demo; every other room only for its tests.
    const breach = floorBreach(room.folder === sideRoom && folder === 'cli' ? 'packages/cli/src/demo.ts' : path, room.folder);
    return breach === undefined ? [] : [{ path, line: lineAt(text, text.indexOf(`"${name}"`, text.indexOf('"dependencies"'))), ...breach }];
  });
}

function folderOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}

if (import.meta.main) {
  const violations = checkBoundaries(await projectFiles(process.cwd()));
  if (violations.length > 0) console.log(printViolations(violations));
  process.exitCode = violations.length > 0 ? 1 : 0;
}
