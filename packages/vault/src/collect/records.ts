import { mapBounded } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { openObject, sealObject } from '../sealed-object.ts';
import type { VaultEnvironment } from '../vault.ts';

/** What is to go, unless a late commit needs it. */
export interface CondemnedRecord {
  readonly packs: readonly string[];
  /** ids of the points that were in use at the mark: what these need isn't among the packs */
  readonly known?: readonly string[] | undefined;
}

/** A session as the list of those that must end names it. */
export interface ListedSession {
  readonly id: string;
  readonly vmId: string;
  readonly kind: string;
  /** the point that an undelete session brings back */
  readonly point?: string | undefined;
}

/** Which sessions must end before the cycle has an outcome: all that were there when its condemned record was, and perhaps some more. */
export interface SessionsRecord {
  readonly sessions: readonly ListedSession[];
}

/** What goes: decided once for all collectors, and for ever. */
export interface OutcomeRecord {
  readonly packs: readonly string[];
}

export interface Cycle {
  readonly number: number;
  readonly condemned: boolean;
  readonly sessions: boolean;
  readonly outcome: boolean;
  readonly closed: boolean;
  /** the rest of the outcome is locked until this day, counted from 1970 */
  readonly lockedUntil?: number | undefined;
}

const requestsAtOnce = 4;
const packs = z.array(z.string().regex(/^[0-9a-f]{32}$/));
const condemnedSchema = z.looseObject({ packs, known: z.array(z.string()).optional() });
const hexId = z.string().regex(/^[0-9a-f]{32}$/);
const sessionsSchema = z.looseObject({ sessions: z.array(z.looseObject({ id: hexId, vmId: hexId, kind: z.string(), point: z.string().optional() })) });
const outcomeSchema = z.looseObject({ packs });
const magics = { condemned: 'HFCONDM1', sessions: 'HFSESSL1', outcome: 'HFOUTCM1' } as const;

/** All collection cycles of a vault, oldest first. */
export async function listCycles(store: ObjectStore): Promise<Cycle[]> {
  const cycles = new Map<number, { condemned: boolean; sessions: boolean; outcome: boolean; closed: boolean; lockedUntil?: number }>();
  for await (const { key } of store.list('gc/')) {
    const match = /^gc\/(\d{1,9})\.(condemned|sessions|outcome|closed|locked-(\d{1,5}))$/.exec(key);
    if (match === null) continue;
    const number = Number(match[1]);
    const cycle = cycles.get(number) ?? { condemned: false, sessions: false, outcome: false, closed: false };
    if (match[3] !== undefined) cycle.lockedUntil = Math.max(cycle.lockedUntil ?? 0, Number(match[3]));
    else cycle[match[2] as 'condemned' | 'sessions' | 'outcome' | 'closed'] = true;
    cycles.set(number, cycle);
  }
  return [...cycles].map(([number, cycle]) => ({ number, ...cycle })).sort((a, b) => a.number - b.number);
}

/** Packs of outcomes that wait for locks to end: they are as good as gone, and no other cycle need name them. */
export async function lockedOutcomes({ store, keys }: Pick<RecordContext, 'store' | 'keys'>): Promise<Set<string>> {
  const waiting = (await listCycles(store)).filter(({ closed, lockedUntil }) => !closed && lockedUntil !== undefined);
  const outcomes = await mapBounded(waiting, requestsAtOnce, ({ number }) => readOutcome(store, keys, number));
  return new Set(outcomes.flatMap(({ packs }) => packs));
}

export async function readCondemned(store: ObjectStore, keys: VaultKeys, number: number): Promise<CondemnedRecord> {
  return readRecord(store, keys, number, 'condemned', condemnedSchema);
}

export async function readSessions(store: ObjectStore, keys: VaultKeys, number: number): Promise<SessionsRecord> {
  return readRecord(store, keys, number, 'sessions', sessionsSchema);
}

export async function readOutcome(store: ObjectStore, keys: VaultKeys, number: number): Promise<OutcomeRecord> {
  return readRecord(store, keys, number, 'outcome', outcomeSchema);
}

async function readRecord<T>(store: ObjectStore, keys: VaultKeys, number: number, kind: keyof typeof magics, schema: z.ZodType<T>): Promise<T> {
  const key = `gc/${number}.${kind}`;
  const opened = openObject(keys, { kind: magics[kind], key }, await store.get(key));
  try {
    return schema.parse(JSON.parse(opened.toString('utf8')));
  } catch (cause) {
    throw vaultErrors.create('OBJECT_DAMAGED', `${key} doesn’t hold a collection record.`, { cause, subject: { object: key } });
  }
}

export interface RecordContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly environment: VaultEnvironment;
}

/** Puts the record unless the cycle has one; either way the vault's own one comes back, and all collectors go by it. */
export async function putCondemned(context: RecordContext, number: number, record: CondemnedRecord): Promise<CondemnedRecord> {
  await putRecord(context, number, 'condemned', record);
  return readCondemned(context.store, context.keys, number);
}

/** As `putCondemned`. Whichever list is there, it was taken when the condemned record was, and names all that may not have seen it. */
export async function putSessions(context: RecordContext, number: number, record: SessionsRecord): Promise<SessionsRecord> {
  await putRecord(context, number, 'sessions', record);
  return readSessions(context.store, context.keys, number);
}

/** As `putCondemned`. */
export async function putOutcome(context: RecordContext, number: number, record: OutcomeRecord): Promise<OutcomeRecord> {
  await putRecord(context, number, 'outcome', record);
  return readOutcome(context.store, context.keys, number);
}

async function putRecord({ store, keys, environment }: RecordContext, number: number, kind: keyof typeof magics, record: object): Promise<void> {
  const key = `gc/${number}.${kind}`;
  const sealed = sealObject(keys, { kind: magics[kind], key }, Buffer.from(JSON.stringify(record)), environment.random);
  await putUnlessThere(store, key, sealed);
}

/** `false` when the key was taken. Whoever wrote it, it stays. */
export async function putUnlessThere(store: ObjectStore, key: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await store.put(key, bytes, { ifAbsent: true });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_EXISTS') return false;
    throw error;
  }
}

/** What the collection records mean to a session that has just registered (docs/collection.md). */
export interface RecordsView {
  /** packs to treat as absent */
  readonly packs: ReadonlySet<string>;
  /** whether a map may grow from this point: all that it needs stays for as long as the session lives */
  mayGrowFrom(pointId: string): boolean;
}

/** Read after the session's object was put, and before index and points. */
export async function readRecords(store: ObjectStore, keys: VaultKeys): Promise<RecordsView> {
  const absent = new Set<string>();
  const known: ReadonlySet<string>[] = [];
  await mapBounded(await listCycles(store), requestsAtOnce, async ({ number, condemned, outcome }) => {
    if (outcome) for (const pack of (await readOutcome(store, keys, number)).packs) absent.add(pack);
    else if (condemned) {
      const record = await readCondemned(store, keys, number);
      for (const pack of record.packs) absent.add(pack);
      known.push(new Set(record.known));
    }
  });
  return { packs: absent, mayGrowFrom: (pointId) => known.every((some) => some.has(pointId)) };
}
