import { mapBounded } from '@holdfast/kit';
import type { LockMode, ObjectStore } from '@holdfast/store';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { openObject, type SealedName, sealObject } from '../sealed-object.ts';
import { putOnce } from '../session/put-once.ts';
import type { VaultEnvironment } from '../vault.ts';
import { checkRows, mergeRows, rowsOf } from './ledger-rows.ts';
import { dayMs, type LockDay } from './lock-days.ts';

/**
 * What a session notes of the locks that it set: `locks/<sessionId>`. Only ever after the locks were there, so that a record
 * never says too much; one that is lost costs calls, and nothing else.
 */
export interface LockRecord {
  readonly mode?: LockMode | undefined;
  /** names of records that this one stands for */
  readonly replaces?: readonly string[] | undefined;
  /** `vault.json` and `keys/`: which were locked, and until when */
  readonly basics?: { readonly day: LockDay; readonly keys: readonly string[] } | undefined;
  /** the point, of those that it knows, that can't be deleted for the longest time */
  readonly furthest?: { readonly id: string; readonly vm: string; readonly until: string } | undefined;
}

/** Sums of a merged record, beside it as a small object of its own: `vault locks` reads these and not the rows. */
export interface LockTotals {
  /** packs and bytes by the day on which their lock ends, ascending */
  readonly days: readonly (readonly [day: LockDay, packs: number, bytes: number])[];
}

const keyNames = z.array(z.string());
const recordSchema = z.looseObject({
  mode: z.enum(['governance', 'compliance']).optional(),
  replaces: keyNames.optional(),
  basics: z.looseObject({ day: z.int(), keys: keyNames }).optional(),
  furthest: z.looseObject({ id: z.string(), vm: z.string(), until: z.string() }).optional(),
});
const totalsSchema = recordSchema.extend({ days: z.array(z.tuple([z.int(), z.int(), z.number()])) });
const requestsAtOnce = 8;

export interface LedgerContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly environment: VaultEnvironment;
}

const rowsName = (id: string): SealedName => ({ kind: 'HFLOCKS1', key: `locks/${id}`, sessionId: id });
const totalsName = (id: string): SealedName => ({ kind: 'HFLOCKT1', key: `locks/${id}.totals`, sessionId: id });

export async function putLockRecord({ store, keys, environment }: LedgerContext, id: string, record: LockRecord, rows: Buffer): Promise<void> {
  const head = Buffer.from(JSON.stringify(record));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const name = rowsName(id);
  await putOnce(store, name.key, sealObject(keys, name, Buffer.concat([length, head, rows]), environment.random));
}

/** Which records there are: of sessions, and merged ones, which have totals. */
export interface RecordNames {
  readonly plain: readonly string[];
  readonly merged: readonly string[];
}

export async function listLockRecords(store: ObjectStore): Promise<RecordNames> {
  const all = new Set<string>();
  const merged: string[] = [];
  for await (const { key } of store.list('locks/')) {
    const match = /^locks\/([0-9a-f]{32})(\.totals)?$/.exec(key);
    if (match === null) continue;
    if (match[2] === undefined) all.add(match[1]!);
    else merged.push(match[1]!);
  }
  for (const id of merged) all.delete(id);
  return { plain: [...all], merged };
}

/** `undefined` when it is gone, or isn't what was written: that costs calls, and nothing else. */
export async function readRecord({ store, keys }: Pick<LedgerContext, 'store' | 'keys'>, id: string): Promise<(LockRecord & { rows: Buffer }) | undefined> {
  return await readable(async () => {
    const name = rowsName(id);
    const content = openObject(keys, name, await store.get(name.key));
    const end = 4 + content.readUInt32LE(0);
    const rows = content.subarray(end);
    checkRows(rows);
    return { ...recordSchema.parse(JSON.parse(content.toString('utf8', 4, end))), rows };
  });
}

export async function readTotals({ store, keys }: Pick<LedgerContext, 'store' | 'keys'>, id: string): Promise<(LockRecord & LockTotals) | undefined> {
  return await readable(async () => {
    const name = totalsName(id);
    return totalsSchema.parse(JSON.parse(openObject(keys, name, await store.get(name.key)).toString('utf8')));
  });
}

async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const passed = vaultErrors.is(error, 'OBJECT_DAMAGED') || error instanceof z.ZodError || error instanceof SyntaxError || error instanceof RangeError;
    if (passed || (error as { code?: string }).code === 'STORE_ABSENT') return undefined;
    throw error;
  }
}

/** What all records together say. */
export interface Ledger extends LockRecord {
  readonly rows: Buffer;
  /** the records that it was read from */
  readonly names: readonly string[];
}

/** Memory: 24 bytes for each locked pack, twice while records are put together. */
export async function readLedger(context: LedgerContext): Promise<Ledger> {
  const { plain, merged } = await listLockRecords(context.store);
  const names = [...merged, ...plain];
  const today = Math.floor(context.environment.clock.now() / dayMs);
  let ledger: Ledger = { rows: Buffer.alloc(0), names };
  await mapBounded(names, requestsAtOnce, async (id) => {
    const record = await readRecord(context, id);
    if (record === undefined) return;
    ledger = { ...joined(ledger, record), names, rows: mergeRows(ledger.rows, record.rows, today) };
  });
  return ledger;
}

/** What two records say beside their rows. Of the basics the later lock counts, with the keys that it was set on: never more than is true. */
export function joined(a: LockRecord, b: LockRecord): LockRecord {
  const furthest = a.furthest === undefined || (b.furthest !== undefined && b.furthest.until > a.furthest.until) ? b.furthest : a.furthest;
  const basics = a.basics === undefined || (b.basics !== undefined && b.basics.day > a.basics.day) ? b.basics : a.basics;
  const mode = a.mode ?? b.mode;
  return { ...(mode !== undefined && { mode }), ...(furthest !== undefined && { furthest }), ...(basics !== undefined && { basics }) };
}

/**
 * Puts one record in the place of many: sums first read, rows durable before the old ones go. Whoever reads in between sees
 * both, which says the same.
 */
export async function mergeRecords(context: LedgerContext, id: string, ledger: Ledger): Promise<void> {
  const { store, keys, environment } = context;
  const { rows, names, ...record } = ledger;
  const days = new Map<LockDay, Sum>();
  for (const { day, size } of rowsOf(rows)) addTo(days, day, { packs: 1, bytes: size });
  const totals: LockRecord & LockTotals = { ...record, replaces: names, days: sumsOf(days) };
  await putLockRecord(context, id, { ...record, replaces: names }, rows);
  const name = totalsName(id);
  await putOnce(store, name.key, sealObject(keys, name, Buffer.from(JSON.stringify(totals)), environment.random));
  // What stays is deleted by the next one; it isn't counted meanwhile.
  await store.delete(names.flatMap((one) => [`locks/${one}`, `locks/${one}.totals`]));
}

interface Sum {
  readonly packs: number;
  readonly bytes: number;
}

export function addTo(days: Map<LockDay, Sum>, day: LockDay, { packs, bytes }: Sum): void {
  const sum = days.get(day) ?? { packs: 0, bytes: 0 };
  days.set(day, { packs: sum.packs + packs, bytes: sum.bytes + bytes });
}

function sumsOf(days: ReadonlyMap<LockDay, Sum>): [LockDay, number, number][] {
  const sums = [...days].map(([day, { packs, bytes }]): [LockDay, number, number] => [day, packs, bytes]);
  return sums.filter(([, packs]) => packs > 0).sort((a, b) => a[0] - b[0]);
}
