import { join } from 'node:path';
import type { Command } from '../measure.ts';

/** Where one program keeps what it is given. */
export interface Home {
  readonly target: string;
  /** caches and settings, so that nothing is written to the user's own folders */
  readonly home: string;
}

/** One VM on one day. */
export interface Turn {
  readonly vm: string;
  readonly day: number;
  readonly image: string;
  /** file with what changed since the day before, as `{ offset, length }`; none on day 0 */
  readonly extents?: string;
}

export interface FleetContender {
  readonly name: string;
  readonly version: Command;
  prepare(home: Home): readonly Command[];
  backup(home: Home, turn: Turn): Command;
  /** prints `<vm> <SHA-256>` of each VM's newest state */
  verify?(home: Home): Command;
}

const passphrase = 'a passphrase for the benchmark only';
const entry = join(import.meta.dirname, 'holdfast-fleet.ts');
const restic = ({ home, target }: Home) => ({ HOME: home, RESTIC_PASSWORD: passphrase, RESTIC_REPOSITORY: target, RESTIC_CACHE_DIR: join(home, 'restic') });
const borg = ({ home, target }: Home) => ({ HOME: home, BORG_PASSPHRASE: passphrase, BORG_REPO: target, BORG_BASE_DIR: join(home, 'borg') });

function holdfast(verb: string, { target }: Home, parameters: readonly string[]): Command {
  return { file: process.execPath, parameters: [entry, verb, '--vault', target, ...parameters], environment: { HOLDFAST_BENCH_PASSPHRASE: passphrase } };
}

function holdfastWith(name: string, chunker: string, chunkBytes: number): FleetContender {
  return {
    name,
    version: { file: process.execPath, parameters: [join(import.meta.dirname, '../holdfast-backup.ts'), 'version'] },
    prepare: (home) => [holdfast('create', home, ['--chunker', chunker, '--chunk-bytes', String(chunkBytes)])],
    backup: (home, { vm, image, extents }) =>
      holdfast('backup', home, ['--vm', vm, '--image', image, ...(extents === undefined ? [] : ['--extents', extents])]),
    verify: (home) => holdfast('verify', home, []),
  };
}

export const fleetContenders: readonly FleetContender[] = [
  holdfastWith('holdfast page-cdc 256 KiB', 'page-cdc', 256 * 1024),
  holdfastWith('holdfast grid 256 KiB', 'grid', 256 * 1024),
  holdfastWith('holdfast grid 1 MiB', 'grid', 1024 * 1024),
  {
    name: 'restic',
    version: { file: 'restic', parameters: ['version'] },
    prepare: (home) => [{ file: 'restic', parameters: ['init', '--quiet'], environment: restic(home) }],
    backup: (home, { image }) => ({ file: 'restic', parameters: ['backup', '--quiet', image], environment: restic(home) }),
  },
  {
    name: 'borg zstd 1',
    version: { file: 'borg', parameters: ['--version'] },
    prepare: (home) => [{ file: 'borg', parameters: ['init', '--encryption', 'repokey'], environment: borg(home) }],
    backup: (home, { vm, day, image }) => ({
      file: 'borg',
      parameters: ['create', '--compression', 'zstd,1', `::${vm}-${day}`, image],
      environment: borg(home),
    }),
  },
];

/** Named in the table when this machine doesn't have them; what runs needs an entry above. */
export const notRun: readonly string[] = ['kopia'];
