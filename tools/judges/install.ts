/**
 * Installs the independent programs that judge us into `.judges`: pinned, once, by the ordinary package clients.
 * Run by `npm run judges`, before the tests, and in CI. A missing toolchain is reported, never an error:
 * the tests that need the judge then skip themselves by name.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { judgesFolder } from './judge.ts';

const run = promisify(execFile);

/** Older ones check `If-None-Match` long before they write: several writers of one key win. */
const versitygwVersion = 'v1.8.0';
const pyvmomiVersion = '9.1.1.0';
const cryptographyVersion = '50.0.2';
/** Checks signatures and permissions of actions; not the state of keys, nor resources and conditions of policies. */
const motoVersion = '5.2.5';
const flaskVersion = '3.1.3';
const flaskCorsVersion = '6.0.5';
const zstandardVersion = '0.25.0';
/** A first build compiles a few hundred packages. */
const stepMsMax = 15 * 60_000;

interface Judge {
  readonly name: string;
  /** changes when what is installed must change */
  readonly stamp: string;
  /** the toolchain, and how it tells its version */
  readonly needs: readonly [program: string, ...args: string[]];
  install(): Promise<void>;
}

const binFolder = join(judgesFolder, 'bin');
const stampFolder = join(judgesFolder, 'stamps');

const judges: readonly Judge[] = [versitygw(), ...ownGoJudges(), pyvmomi(), vaultReader(), moto()];

await mkdir(binFolder, { recursive: true });
await mkdir(stampFolder, { recursive: true });
// One after the other: each uses all processors by itself.
for (const judge of judges) console.log(`judge ${judge.name}: ${await ensure(judge)}`);

async function ensure(judge: Judge): Promise<string> {
  const stampFile = join(stampFolder, judge.name);
  const programThere = existsSync(join(binFolder, judge.name));
  if (programThere && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === judge.stamp) return `there (${judge.stamp})`;
  const [toolchain, ...args] = judge.needs;
  if (!(await succeeds(toolchain, args))) return `not installed: this machine has no ${toolchain}`;
  try {
    // Without its stamp a half-finished installation is not taken for a finished one.
    await rm(stampFile, { force: true });
    await judge.install();
    await writeFile(stampFile, judge.stamp);
    return `installed (${judge.stamp})`;
  } catch (error) {
    await rm(join(binFolder, judge.name), { force: true });
    return `not installed: ${lastLines(error)}`;
  }
}

function versitygw(): Judge {
  const module = `github.com/versity/versitygw/cmd/versitygw@${versitygwVersion}`;
  return {
    name: 'versitygw',
    stamp: module,
    needs: ['go', 'version'],
    install: () => step('go', ['install', module], { GOBIN: binFolder }),
  };
}

/** Every folder here with a go.mod: programs of ours around a library that can't be installed by its name. */
function ownGoJudges(): Judge[] {
  const here = import.meta.dirname;
  return readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, 'go.mod')))
    .map(({ name }) => {
      const source = join(here, name);
      return {
        name,
        stamp: `source ${sourceHash(source)}`,
        needs: ['go', 'version'] as const,
        install: () => step('go', ['build', '-o', join(binFolder, name), '.'], {}, source),
      };
    });
}

/** A Python program beside libraries of its own, which the machine's packages stand in for where there is no pip. */
function pythonJudge(judge: { name: string; folder: string; libraries: readonly string[]; debian: string; runs: string; tried: readonly string[] }): Judge {
  const { name, libraries } = judge;
  const folder = join(judgesFolder, judge.folder);
  return {
    name,
    stamp: libraries.join(' '),
    needs: ['python3', '--version'],
    install: async () => {
      await rm(folder, { recursive: true, force: true });
      const pip = await succeeds('python3', ['-m', 'pip', '--version']);
      const quiet = ['--quiet', '--disable-pip-version-check', '--no-warn-script-location'];
      if (pip) await step('python3', ['-m', 'pip', 'install', ...quiet, '--target', folder, ...libraries]);
      const wrapper = join(binFolder, name);
      await writeFile(wrapper, `#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nPYTHONPATH="$here/../${judge.folder}" exec python3 ${judge.runs}"$@"\n`);
      await chmod(wrapper, 0o755);
      await step(wrapper, judge.tried).catch((error: unknown) => {
        throw pip ? error : new Error(`python3 has neither pip nor ${libraries.join(', ')} (Debian: python3-pip, or ${judge.debian})`);
      });
    },
  };
}

function pyvmomi(): Judge {
  const libraries = [`pyvmomi==${pyvmomiVersion}`];
  const tried = ['-c', 'import pyVim.connect, pyVmomi'];
  return pythonJudge({ name: 'python-pyvmomi', folder: 'pyvmomi', libraries, debian: 'python3-pyvmomi', runs: '', tried });
}

/** Reads our vaults by the specification alone. The program is run where it lies, so that a change of it needs no installation. */
function vaultReader(): Judge {
  const libraries = [`cryptography==${cryptographyVersion}`, `zstandard==${zstandardVersion}`];
  const runs = '-B "$here/../../tools/judges/reader/holdfast_reader.py" ';
  return pythonJudge({ name: 'python-reader', folder: 'reader', libraries, debian: 'python3-cryptography and python3-zstandard', runs, tried: ['--help'] });
}

/** A simulation of AWS: for AWS KMS. Without the parts that `moto[server]` would bring for other services, which are twice as large. */
function moto(): Judge {
  const libraries = [`moto[iam]==${motoVersion}`, `flask==${flaskVersion}`, `flask-cors==${flaskCorsVersion}`];
  return pythonJudge({ name: 'python-moto', folder: 'moto', libraries, debian: 'python3-moto', runs: '-m moto.server ', tried: ['--help'] });
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return await run(program, args).then(
    () => true,
    () => false,
  );
}

async function step(program: string, args: readonly string[], environment: Record<string, string> = {}, cwd?: string): Promise<void> {
  await run(program, args, { env: { ...process.env, ...environment }, timeout: stepMsMax, maxBuffer: 64 * 1024 * 1024, ...(cwd !== undefined && { cwd }) });
}

function sourceHash(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    if (!/\.(go|mod|sum)$/.test(name) || !statSync(join(folder, name)).isFile()) continue;
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function lastLines(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return said === '' ? String(error) : said.split('\n').slice(-3).join(' | ');
}
