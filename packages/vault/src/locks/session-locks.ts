import { mapBounded } from '@holdfast/kit';
import { covers, type ObjectStore, type Retention } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { IndexedPack } from '../index/segment.ts';
import { readRemovalNotes } from '../keys/removal-notes.ts';
import type { DiskMapReference, PointLock, RecoveryPoint } from '../model.ts';
import { type PackKind, packKey } from '../pack/layout.ts';
import { encodeRows, type LedgerRow, rowOfPack } from './ledger-rows.ts';
import { dayAtOrAfter, type Horizon, horizonOf, type Immutability, isoOfDay, msOfDay } from './lock-days.ts';
import { type Ledger, type LedgerContext, mergeRecords, putLockRecord, readLedger } from './lock-records.ts';
import { packsOfMaps } from './packs-of-maps.ts';
import { planLocks } from './plan-locks.ts';

const callsAtOnce = 32;
/** Records that are left before one takes the place of all: `vault locks` and each session read at most so many. */
const recordsMax = 32;

/** What a session that writes a locked point does about locks. */
export interface SessionLocks {
  /** for everything that it puts */
  readonly retention: Retention;
  /** a chunk in this pack is used again */
  uses(pack: string): void;
  /** a map grows from this one */
  growsFrom(map: DiskMapReference | undefined): void;
  /**
   * Locks what the point needs and isn't locked long enough, and notes it. To be called when all that the point needs is in the
   * store, and before it is committed.
   */
  secure(point: LockedDraft, signal: AbortSignal): Promise<PointLock>;
}

export interface LockedDraft {
  readonly id: string;
  readonly vm: string;
  readonly maps: readonly DiskMapReference[];
  /** what the session wrote */
  readonly packs: readonly IndexedPack[];
}

interface SessionLockOptions extends LedgerContext {
  readonly immutability: Immutability;
  readonly sessionId: string;
  readonly base: RecoveryPoint | undefined;
}

/** After the session's object was put: the time at which the store took it is now, by the clock that judges locks. */
export async function beginLocks(options: SessionLockOptions): Promise<SessionLocks> {
  const { store, immutability, sessionId, base, environment } = options;
  const now = (await store.head(`sessions/${sessionId}`))?.modifiedAt ?? environment.clock.now();
  const horizon = horizonOf(now, immutability);
  const retention: Retention = { mode: horizon.mode, until: msOfDay(horizon.locked) };
  const used = new Set<string>();
  const baseRoots = new Set(base?.disks.map(({ map }) => map.root?.id));
  let baseKnown = true;
  return {
    retention,
    uses: (pack) => void used.add(pack),
    growsFrom: (map) => {
      if (map?.root !== undefined && !baseRoots.has(map.root.id)) baseKnown = false;
    },
    secure: async (point, signal) => {
      const ledger = await readLedger(options);
      const { rows, pointDay } = await extend(options, { horizon, used, ledger, baseKnown }, point, signal);
      const basics = await lockBasics(store, ledger, horizon);
      const furthest = { id: point.id, vm: point.vm, until: new Date(horizon.until).toISOString() };
      await putLockRecord(options, sessionId, { mode: horizon.mode, basics, furthest }, encodeRows(rows));
      if (ledger.names.length >= recordsMax) {
        const id = Buffer.from(environment.random.bytes(16)).toString('hex');
        await mergeRecords(options, id, await readLedger(options)).catch(() => {
          // Somebody else merges later; until then the records are read one by one.
        });
      }
      return { mode: horizon.mode, until: furthest.until, packsUntil: isoOfDay(pointDay) };
    },
  };
}

interface Known {
  readonly horizon: Horizon;
  readonly used: ReadonlySet<string>;
  readonly ledger: Ledger;
  readonly baseKnown: boolean;
}

async function extend(
  { store, keys, base }: SessionLockOptions,
  { horizon, used, ledger, baseKnown }: Known,
  { maps, packs }: LockedDraft,
  signal: AbortSignal,
): Promise<{ rows: LedgerRow[]; pointDay: number }> {
  const written = new Map(packs.map((pack) => [pack.id, pack]));
  const kinds = new Map<string, PackKind>();
  const dayOf = (pack: string) => rowOfPack(ledger.rows, pack)?.day ?? 0;
  const { extend, pointDay } = await planLocks({
    horizon,
    written: new Set(written.keys()),
    reused: used,
    baseDay: baseKnown ? lockDayOf(base, horizon) : undefined,
    packsOfMaps: async () => {
      for (const [pack, kind] of await packsOfMaps(store, keys, maps, signal)) kinds.set(pack, kind);
      return kinds.keys();
    },
    dayOf,
  });
  const retention: Retention = { mode: horizon.mode, until: msOfDay(horizon.extended) };
  const kindOf = (pack: string) => kinds.get(pack) ?? 'data';
  const sizes = await sizesOf(
    store,
    [...extend].map((pack) => packKey(kindOf(pack), pack)),
    signal,
  );
  await mapBounded(extend, callsAtOnce, async (pack) => {
    signal.throwIfAborted();
    await retain(store, packKey(kindOf(pack), pack), retention);
  });
  const rows: LedgerRow[] = packs.map(({ id, kind, size }) => ({ pack: id, kind, size, day: horizon.locked, before: 0 }));
  for (const pack of extend) {
    const kind = kindOf(pack);
    const known = rowOfPack(ledger.rows, pack);
    rows.push({ pack, kind, size: known?.size ?? sizes.get(packKey(kind, pack)) ?? 0, day: horizon.extended, before: known?.day ?? 0 });
  }
  return { rows, pointDay };
}

/** Packs of the same folder from which on listing it costs less than looking each up: it tells their versions, too. */
const listedFrom = 8;

/** Sizes of those that lie together in great number; the rest is looked up one by one when it is locked. */
async function sizesOf(store: ObjectStore, keys: readonly string[], signal: AbortSignal): Promise<Map<string, number>> {
  const folders = new Map<string, string[]>();
  for (const key of keys) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const there = folders.get(folder);
    if (there === undefined) folders.set(folder, [key]);
    else there.push(key);
  }
  const sizes = new Map<string, number>();
  for (const [folder, wanted] of folders) {
    if (wanted.length < listedFrom) continue;
    signal.throwIfAborted();
    const names = new Set(wanted);
    for await (const { key, size } of store.list(folder)) if (names.has(key)) sizes.set(key, size);
  }
  return sizes;
}

/** Until when all that the base needs is locked, in the mode that is asked for now. */
function lockDayOf(base: RecoveryPoint | undefined, { mode }: Horizon): number | undefined {
  const lock = base?.lock;
  if (lock === undefined) return undefined;
  const until = Date.parse(lock.packsUntil);
  return covers({ mode: lock.mode, until }, { mode, until }) ? dayAtOrAfter(until) : undefined;
}

/** What reading any point needs besides: the description, the key slots but those that are being removed, and who may sign. */
async function lockBasics(store: ObjectStore, ledger: Ledger, horizon: Horizon): Promise<NonNullable<Ledger['basics']>> {
  const removing = await readRemovalNotes(store);
  const keys = ['vault.json'];
  for await (const { key } of store.list('keys/')) if (!removing.has(key.slice('keys/'.length))) keys.push(key);
  for await (const { key } of store.list('movers/')) keys.push(key);
  const { basics } = ledger;
  if (basics !== undefined && basics.day >= horizon.needed && keys.every((key) => basics.keys.includes(key))) return basics;
  const retention: Retention = { mode: horizon.mode, until: msOfDay(horizon.locked) };
  await mapBounded(keys, callsAtOnce, (key) => retain(store, key, retention));
  return { day: horizon.locked, keys };
}

/** @throws `LOCK_REFUSED` */
async function retain(store: ObjectStore, key: string, retention: Retention): Promise<void> {
  try {
    await store.locks!.retain(key, retention);
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'STORE_ACCESS') throw cause;
    throw vaultErrors.create('LOCK_REFUSED', `The store refused to lock ${key} until ${new Date(retention.until).toISOString()}.`, {
      did: 'The point was not committed.',
      cause,
      subject: { object: key },
    });
  }
}
