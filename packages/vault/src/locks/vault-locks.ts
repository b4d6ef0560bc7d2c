import { mapBounded } from '@holdfast/kit';
import type { LockMode, LockSettings } from '@holdfast/store';
import { insideOf } from '../inside.ts';
import { packKey } from '../pack/layout.ts';
import type { Vault } from '../vault.ts';
import { type LedgerRow, ledgerRowBytes, rowAt, rowsOf } from './ledger-rows.ts';
import { type Immutability, isoOfDay, type LockDay, msOfDay } from './lock-days.ts';
import { addTo, joined, type LedgerContext, type LockRecord, listLockRecords, readLedger, readRecord, readTotals } from './lock-records.ts';

/** Until when what of a vault is locked, and why. */
export interface VaultLocks {
  /** absent: nothing of this vault is ever locked */
  readonly immutability?: Immutability | undefined;
  /** what the store says of itself, and what its locks don't protect from */
  readonly settings?: LockSettings | undefined;
  /** ascending; packs by the date on which their lock ends */
  readonly generations: readonly LockGeneration[];
  /** packs and bytes that are locked now */
  readonly packs: number;
  readonly bytes: number;
  /** `vault.json` and the key slots; ISO 8601 */
  readonly basicsUntil?: string | undefined;
  /** the point that can't be deleted for the longest time */
  readonly furthest?: { readonly id: string; readonly vm: string; readonly until: string } | undefined;
  /** from this moment on the whole vault can be deleted; absent where nothing is locked. ISO 8601 */
  readonly deletableFrom?: string | undefined;
  /** requests that this took */
  readonly requests: number;
}

export interface LockGeneration {
  readonly mode: LockMode;
  readonly until: string;
  readonly packs: number;
  readonly bytes: number;
}

const requestsAtOnce = 16;

/**
 * Answers from the records that sessions leave: one listing, the newest sums, and what sessions have noted since, at most some
 * forty small objects however large the vault is. The records say what was locked, and never too much; where one was lost they
 * say too little. `verifyLocks` asks the store itself.
 */
export async function readVaultLocks(vault: Vault): Promise<VaultLocks> {
  const { store, keys, environment, description } = insideOf(vault);
  const { immutability } = description;
  const none = { generations: [], packs: 0, bytes: 0, requests: 0 };
  if (immutability === undefined) return none;
  const context: LedgerContext = { store, keys, environment };
  const { plain, merged } = await listLockRecords(store);
  const totals = (await mapBounded(merged, requestsAtOnce, (id) => readTotals(context, id))).filter((one) => one !== undefined);
  // Of two that were made at once, the one that stands for more; what only the other knew is missing until the next.
  const base = totals.sort((a, b) => (b.replaces?.length ?? 0) - (a.replaces?.length ?? 0))[0];
  const replaced = new Set(base?.replaces);
  const days = new Map<LockDay, { packs: number; bytes: number }>();
  for (const [day, packs, bytes] of base?.days ?? []) addTo(days, day, { packs, bytes });
  let said: LockRecord = base ?? {};
  const since = new Map<string, LedgerRow>();
  await mapBounded(
    plain.filter((id) => !replaced.has(id)),
    requestsAtOnce,
    async (id) => {
      const record = await readRecord(context, id);
      if (record === undefined) return;
      said = joined(said, record);
      for (const row of rowsOf(record.rows)) {
        const before = since.get(row.pack);
        if (before === undefined || row.day > before.day)
          since.set(row.pack, before === undefined ? row : { ...row, before: Math.min(row.before, before.before) });
      }
    },
  );
  for (const { day, before, size } of since.values()) {
    if (days.has(before)) addTo(days, before, { packs: -1, bytes: -size });
    addTo(days, day, { packs: 1, bytes: size });
  }
  const now = environment.clock.now();
  const generations = [...days]
    .filter(([day, { packs }]) => packs > 0 && msOfDay(day) > now)
    .sort(([a], [b]) => a - b)
    .map(([day, { packs, bytes }]): LockGeneration => ({ mode: immutability.mode, until: isoOfDay(day), packs, bytes }));
  const { furthest } = said;
  // Of the few things that every point needs, one is asked: they are locked together.
  const basics = (await store.locks?.retention('vault.json').catch(() => undefined))?.until ?? 0;
  const last = Math.max(...[...days.keys()].map(msOfDay), basics);
  return {
    immutability,
    settings: await store.locks?.settings().catch(() => undefined),
    generations,
    packs: generations.reduce((sum, { packs }) => sum + packs, 0),
    bytes: generations.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(basics > now && { basicsUntil: new Date(basics).toISOString() }),
    ...(furthest !== undefined && Date.parse(furthest.until) > now && { furthest }),
    ...(last > now && { deletableFrom: new Date(last).toISOString() }),
    requests: 4 + merged.length + plain.length,
  };
}

/** A pack that is locked less than the records say. */
export interface LockDifference {
  readonly object: string;
  readonly recorded: string;
  /** absent: not at all */
  readonly found?: string | undefined;
}

export interface LockVerification {
  readonly asked: number;
  readonly of: number;
  readonly differences: readonly LockDifference[];
}

/**
 * Asks the store about a sample of what the records say is locked: one request for each.
 *
 * @param count how many packs; they are spread evenly over all
 */
export async function verifyLocks(vault: Vault, count: number, signal?: AbortSignal): Promise<LockVerification> {
  const { store, keys, environment } = insideOf(vault);
  const now = environment.clock.now();
  const { rows } = await readLedger({ store, keys, environment });
  const all = rows.length / ledgerRowBytes;
  const asked = Math.min(count, all);
  const start = environment.random.fraction();
  const sample = Array.from({ length: asked }, (_, n) => rowAt(rows, Math.floor(((n + start) * all) / asked))).filter(({ day }) => msOfDay(day) > now);
  const differences: LockDifference[] = [];
  await mapBounded(sample, requestsAtOnce, async ({ pack, kind, day }) => {
    signal?.throwIfAborted();
    const object = packKey(kind, pack);
    const found = await store.locks!.retention(object).catch((error: { code?: string }) => {
      if (error.code === 'STORE_ABSENT') return undefined;
      throw error;
    });
    if ((found?.until ?? 0) >= msOfDay(day)) return;
    differences.push({ object, recorded: isoOfDay(day), ...(found !== undefined && { found: new Date(found.until).toISOString() }) });
  });
  return { asked: sample.length, of: all, differences };
}
