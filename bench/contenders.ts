import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from './measure.ts';

/** One way of putting an image away. */
export interface Contender {
  readonly name: string;
  /** What it does to the bytes, for the reader of the table. */
  readonly does: string;
  /** prints the version when the program is there */
  readonly version: Command;
  /** Makes a fresh repository in an empty folder; not measured. */
  prepare(place: Place): readonly Command[];
  /** The measured command. */
  backup(place: Place): Command;
  /** Restores and compares; not measured, done after the last round. */
  verify?(place: Place): Command;
}

export interface Place {
  readonly image: string;
  /** empty before `prepare`; what is in it afterwards counts as stored */
  readonly target: string;
  /** for caches and settings, so that nothing is written to the user's own folders */
  readonly home: string;
}

const threads = Math.min(2, availableParallelism());
const passphrase = 'a passphrase for the benchmark only';

const restic = ({ home, target }: Place) => ({ HOME: home, RESTIC_PASSWORD: passphrase, RESTIC_REPOSITORY: target, RESTIC_CACHE_DIR: join(home, 'restic') });
const borg = ({ home, target }: Place) => ({ HOME: home, BORG_PASSPHRASE: passphrase, BORG_REPO: target, BORG_BASE_DIR: join(home, 'borg') });
const holdfastEntry = join(import.meta.dirname, 'holdfast-backup.ts');

function holdfast(verb: string, { image, target }: Place): Command {
  const parameters = [holdfastEntry, verb, '--image', image, '--vault', target];
  return { file: process.execPath, parameters, environment: { HOLDFAST_BENCH_PASSPHRASE: passphrase } };
}

function borgWith(name: string, does: string, options: readonly string[]): Contender {
  return {
    name,
    does,
    version: { file: 'borg', parameters: ['--version'] },
    prepare: (place) => [{ file: 'borg', parameters: ['init', '--encryption', 'repokey'], environment: borg(place) }],
    backup: (place) => ({ file: 'borg', parameters: ['create', ...options, '::image', place.image], environment: borg(place) }),
  };
}

export const contenders: readonly Contender[] = [
  {
    name: 'zstd -1',
    does: 'compress; the floor',
    version: { file: 'zstd', parameters: ['--version'] },
    prepare: () => [],
    backup: ({ image, target }) => ({ file: 'zstd', parameters: ['-1', `-T${threads}`, '-q', image, '-o', join(target, 'image.zst')] }),
  },
  {
    name: 'holdfast',
    does: 'cut, deduplicate, compress (zstd 1), encrypt, checksum',
    version: { file: process.execPath, parameters: [holdfastEntry, 'version'] },
    prepare: (place) => [holdfast('create', place)],
    backup: (place) => holdfast('backup', place),
    verify: (place) => holdfast('verify', place),
  },
  {
    name: 'restic',
    does: 'cut, deduplicate, compress (auto), encrypt',
    version: { file: 'restic', parameters: ['version'] },
    prepare: (place) => [{ file: 'restic', parameters: ['init', '--quiet'], environment: restic(place) }],
    backup: (place) => ({ file: 'restic', parameters: ['backup', '--quiet', place.image], environment: restic(place) }),
  },
  borgWith('borg', 'cut, deduplicate, compress (lz4), encrypt', []),
  borgWith('borg zstd 1', 'cut, deduplicate, compress (zstd 1), encrypt', ['--compression', 'zstd,1']),
];

/** First line of what it says about itself; `undefined` when this machine doesn't have it. */
export async function versionOf({ file, parameters }: Command): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, [...parameters]);
    return /\d+(\.\d+)+\S*/.exec(stdout + stderr)?.[0]?.replace(/[,)]$/, '') ?? 'unknown';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function emptyPlace(scratch: string, image: string): Promise<Place> {
  const place = { image, target: join(scratch, 'target'), home: join(scratch, 'home') };
  await mkdir(place.target, { recursive: true });
  await mkdir(place.home, { recursive: true });
  return place;
}
