/**
 * Adds to package-lock.json the platform packages that its own entries name but npm left out: `npm run lock`, after every `npm install`.
 *
 * npm leaves an optional package out of the lock where the registry in use doesn't carry it (a mirror for one platform, say),
 * and `npm ci` then refuses the lock on every machine. An entry made here has version and platform, and no integrity,
 * which npm fills in where the package is to be had.
 */
import { readFile, writeFile } from 'node:fs/promises';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: string[];
  readonly cpu?: string[];
  readonly libc?: string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  packages: Record<string, LockedPackage>;
}

const systems = 'android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|aix';
const processors = 'arm64|x64|ia32|arm|riscv64|ppc64|s390x|loong64|mips64el|wasm32';

/** `@scope/binding-linux-arm64-musl` → os, cpu, libc, as package managers name platforms in package names. */
export function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const match = new RegExp(`(?:^|[-/])(${systems})-(${processors})(?:-(.*))?$`).exec(name);
  if (match === null) return {};
  const [, os, cpu, abi = ''] = match as unknown as [string, string, string, string?];
  const libc = abi.startsWith('musl') ? { libc: ['musl'] } : os === 'linux' && abi.startsWith('gnu') ? { libc: ['glibc'] } : {};
  return { os: [os], cpu: [cpu], ...libc };
}

/** The lock with every optional package that an entry names; how many were added. */
export function completeLock(lock: Lock): { lock: Lock; added: number } {
  const packages = { ...lock.packages };
  let added = 0;
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(path === '' ? {} : (entry.optionalDependencies ?? {}))) {
      if (`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages) continue;
      const { os, cpu, libc } = platformOf(name);
      if (os === undefined) throw new Error(`${path} names ${name}, whose platform its name doesn't tell: add it by hand`);
      packages[`node_modules/${name}`] = {
        version: version.replace(/^[\^~]/, ''),
        ...(cpu === undefined ? {} : { cpu }),
        ...(entry.dev ? { dev: true } : {}),
        ...(libc === undefined ? {} : { libc }),
        ...(entry.license === undefined ? {} : { license: entry.license }),
        optional: true,
        os,
      };
      added++;
    }
  }
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lock: { ...lock, packages: sorted }, added };
}

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url);
  const { lock, added } = completeLock(JSON.parse(await readFile(file, 'utf8')) as Lock);
  if (added > 0) await writeFile(file, `${JSON.stringify(lock, undefined, 2)}\n`);
  console.log(added === 0 ? 'package-lock.json is complete' : `package-lock.json: ${added} platform packages added`);
}
