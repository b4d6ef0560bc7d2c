import { encodeRows, rowOfPack } from './ledger-rows.ts';
import { dayAtOrAfter, dayMs, isoOfDay, type LockDay } from './lock-days.ts';
import type { LedgerContext } from './lock-records.ts';
import { putLockRecord, readLedger } from './lock-records.ts';

/** Packs that nobody needs and that can't be deleted yet. */
export interface LockedPacks {
  readonly packs: number;
  readonly bytes: number;
  /** when the first of them can be deleted; ISO 8601 */
  readonly until: string;
}

/** What is known of locks, for a collection: it doesn't touch what it knows to be locked. */
export interface KnownLocks {
  /** `undefined`: nothing is known, it may be tried */
  lockedUntil(pack: string): LockDay | undefined;
}

/** One listing where nothing is ever locked. */
export async function knownLocks(context: LedgerContext): Promise<KnownLocks> {
  const { rows } = await readLedger(context);
  const now = context.environment.clock.now();
  return {
    lockedUntil: (pack) => {
      const day = rowOfPack(rows, pack)?.day;
      return day !== undefined && day * dayMs > now ? day : undefined;
    },
  };
}

/** Adds up what stays for its locks. */
export class LockedSum {
  #packs = 0;
  #bytes = 0;
  #day = Number.POSITIVE_INFINITY;

  add(bytes: number, day: LockDay): void {
    this.#packs++;
    this.#bytes += bytes;
    this.#day = Math.min(this.#day, day);
  }

  /** when the first of them can be deleted */
  get day(): LockDay | undefined {
    return this.#packs === 0 ? undefined : this.#day;
  }

  sum(): LockedPacks | undefined {
    return this.#packs === 0 ? undefined : { packs: this.#packs, bytes: this.#bytes, until: isoOfDay(this.#day) };
  }
}

/** A pack that the store refused to delete because of its lock. */
export interface RefusedPack {
  readonly pack: string;
  readonly kind: 'data' | 'meta';
  readonly size: number;
  /** ms since 1970 */
  readonly lockedUntil: number;
}

/** Notes what refusals told, so that the next run knows it: nothing locked is tried twice. */
export async function noteRefused(context: LedgerContext, refused: readonly RefusedPack[]): Promise<void> {
  if (refused.length === 0) return;
  const id = Buffer.from(context.environment.random.bytes(16)).toString('hex');
  const rows = refused.map(({ lockedUntil, ...pack }) => ({ ...pack, day: dayAtOrAfter(lockedUntil), before: 0 }));
  await putLockRecord(context, id, {}, encodeRows(rows));
}
