import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock, systemRandom } from '@holdfast/kit';
import { localStore, type ObjectStore, type S3StoreOptions, s3Store } from '@holdfast/store';
import { openVault, type Vault, type VaultEnvironment } from '../../src/index.ts';
import { type Chance, chanceOf } from './chance.ts';
import { chaosStore } from './chaos-store.ts';
import type { Journal } from './journal.ts';

/** Where a vault under fire lies. */
export type Place =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 's3'; readonly endpoint: string; readonly bucket: string; readonly credentials: { accessKeyId: string; secretAccessKey: string } };

/** What an actor is told when it is started. */
export interface Setting {
  readonly place: Place;
  readonly journals: string;
  readonly seed: number;
}

export const passphrase = 'only for soaking';
/** Short, so that stalled processes are given up while the soak lasts; stalls of three times as long are common. */
const leaseMs = 2000;

/** Gives up early, so that failures reach the vault and aren't all smoothed out below it. */
const limits: NonNullable<S3StoreOptions['limits']> = {
  attemptsMax: 5,
  firstContactAttemptsMax: 3,
  deadlineMs: 15_000,
  pauseMs: 20,
  pauseMsMax: 500,
  answerMs: 5000,
  stallMs: 3000,
};

export function openPlace(place: Place): ObjectStore {
  if (place.kind === 'folder') return localStore(place.path);
  const { endpoint, bucket, credentials } = place;
  return s3Store({ endpoint, bucket, credentials, region: 'us-east-1', limits });
}

/** Pauses of minutes are pauses of seconds here; only collection's own, so that leases stay what they are. */
const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 500), signal) };

export function environmentOf(host: string, haste = false): VaultEnvironment {
  return { clock: haste ? hastyClock : systemClock, random: systemRandom, host, version: 'soak', leaseMs };
}

/** One process of the soak at work. */
export interface Actor {
  readonly name: string;
  readonly vault: Vault;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly setting: Setting;
}

export async function openActor(name: string, life: number, setting: Setting, journal: Journal): Promise<Actor> {
  const chance = chanceOf(setting.seed, name, life);
  const plain = openPlace(setting.place);
  // S3 has its mishaps on the way, in the proxy; a folder has nothing on the way.
  const store = setting.place.kind === 's3' ? plain : chaosStore(plain, chance, (keys) => journal.note({ at: 'late', keys }));
  const resources = { workers: 1, packBytes: 4 * 1024 * 1024, packBuffers: 3, segmentBuffers: 2 };
  for (;;) {
    try {
      const vault = await openVault(store, { passphrase }, environmentOf(name, name === 'collector'), resources);
      return { name, vault, chance, journal, setting };
    } catch (error) {
      noteFailure(journal, 'opening the vault', error, []);
      await sleep(200);
    }
  }
}

const codeOf = (error: unknown) => (error as { code?: string }).code ?? '';

/** Notes what a store under fire, or a collector, may bring upon anybody; everything else is a violation. */
export function noteFailure(journal: Journal, what: string, error: unknown, expected: readonly string[]): void {
  const code = codeOf(error);
  if (/^STORE_(UNREACHABLE|THROTTLED)$/.test(code) || expected.includes(code)) journal.note({ at: 'failed', what, code });
  else journal.note({ at: 'violation', what: `${what}: ${code} ${(error as Error).stack}` });
}
