import { systemClock } from '@holdfast/kit';
import { type MeteredStore, meteredStore, type ObjectStore } from '@holdfast/store';
import { type LockingStore, lockingStore } from '@holdfast/store/testing';
import { createVault, isReadable, openVault, type RecoveryPoint, type Vault, type VaultEnvironment } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { packsOfPoint } from '../src/point/packs-of-point.ts';
import { environment, passphrase, passphraseCost } from './vault-fixture.ts';

export const dayMs = 24 * 60 * 60 * 1000;

export interface ImmutableVault extends AsyncDisposable {
  /** as whoever has the bucket sees it, with all rights but to bypass locks */
  readonly bucket: LockingStore;
  /** counts what the vault asks of it */
  readonly store: MeteredStore;
  readonly vault: Vault;
  readonly recoveryKey: string;
  readonly environment: VaultEnvironment;
  now(): number;
  pass(days: number): void;
}

/** A vault with immutability in a bucket that forgets, and a clock that both go by. */
export async function immutableVault(options: { readonly days?: number } = {}): Promise<ImmutableVault> {
  let passedMs = Date.parse('2026-03-02T08:00:00Z') - systemClock.now();
  const now = () => systemClock.now() + passedMs;
  const clock = { ...systemClock, now };
  const bucket = lockingStore({}, { clock });
  const store = meteredStore(bucket);
  const own: VaultEnvironment = { ...environment, clock };
  const { recoveryKey } = await createVault(store, { passphrase, passphraseCost, immutability: { mode: 'governance', days: options.days ?? 14 } }, own);
  const vault = await openVault(store, { passphrase }, own, { workers: 2, packBytes: 4 * 1024 * 1024 });
  return {
    bucket,
    store,
    vault,
    recoveryKey,
    environment: own,
    now,
    pass: (days) => {
      passedMs += days * dayMs;
    },
    [Symbol.asyncDispose]: () => vault.close(),
  };
}

/** What is locked less than the points promise, by the bucket's own word: `points/… needs data/…`. */
export async function broken(vault: Vault, bucket: ObjectStore, now: number): Promise<string[]> {
  const { keys, store } = insideOf(vault);
  const found: string[] = [];
  const longest = { until: 0 };
  const judge = async (key: string, until: number, why: string) => {
    const lock = await bucket.locks!.retention(key, (await store.head(key))!.version);
    if ((lock?.until ?? 0) < until) found.push(`${why} needs ${key}`);
  };
  for await (const point of vault.points()) {
    if (!isReadable(point)) throw new Error(point.reason);
    const until = promised(point);
    if (until <= now) continue;
    longest.until = Math.max(longest.until, until);
    await judge(`points/${point.id}`, until, point.id);
    for (const key of (await packsOfPoint(store, keys, point)).keys()) await judge(key, until, point.id);
  }
  const basics = ['vault.json'];
  for await (const { key } of store.list('keys/')) basics.push(key);
  for (const key of basics) await judge(key, longest.until, 'the vault');
  return found;
}

export function promised(point: RecoveryPoint): number {
  if (point.lock === undefined) throw new Error('the point promises nothing');
  return Date.parse(point.lock.until);
}
