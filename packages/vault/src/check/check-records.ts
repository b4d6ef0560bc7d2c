import { createHash } from 'node:crypto';
import { decodeForwards } from '../forward/forward-record.ts';
import type { VaultInside } from '../inside.ts';
import { readSlot } from '../keys/stored-slots.ts';
import { magicOf, openObject } from '../sealed-object.ts';
import type { Answers } from './answers.ts';
import { checkManifests } from './check-manifests.ts';
import type { CheckState } from './check-state.ts';
import { type Finding, type FindingThing, finding } from './finding.ts';
import { sealedNameOf } from './sealed-names.ts';

export interface RecordsContext {
  readonly inside: VaultInside;
  readonly answers: Answers;
  readonly state: CheckState;
  readonly signal?: AbortSignal | undefined;
}

/** Level 1: description, key slots, sessions, collection records and manifests open, and no VM’s points have gaps or have fallen back. */
export async function* checkRecords(context: RecordsContext): AsyncGenerator<Finding> {
  yield* checkDescription(context);
  yield* checkKeySlots(context);
  yield* checkSealed(context, 'sessions/', 'SESSION');
  yield* checkSealed(context, 'gc/', 'CONDEMNED');
  yield* checkSealed(context, 'forwards/', 'FORWARD');
  for (const prefix of ['damaged/', 'deleted/', 'holds/']) yield* checkSealed(context, prefix, 'MARK');
  yield* checkManifests(context);
  yield* compareRecords(context);
}

/** Marks are taken back and the rest stays for good; either way, what has gone since the last check is worth knowing. */
async function* compareRecords({ inside, state }: RecordsContext): AsyncGenerator<Finding> {
  for (const key of state.records) {
    if ((await inside.store.head(key)) !== undefined) continue;
    state.records.delete(key);
    const prefix = key.slice(0, key.indexOf('/') + 1);
    yield finding(
      things[prefix] ?? 'POINT',
      'notice',
      key,
      `${key} was there at the last check${prefix in taken ? `; ${taken[prefix]}` : ' and is not any more'}.`,
    );
  }
}

const things: Readonly<Record<string, FindingThing>> = { 'deleted/': 'MARK', 'holds/': 'MARK', 'damaged/': 'MARK', 'gc/': 'CONDEMNED', 'forwards/': 'FORWARD' };
const taken: Readonly<Record<string, string>> = {
  'deleted/': 'the point was brought back, or the mark was removed',
  'holds/': 'the hold was released, or removed',
  'damaged/': 'the pack was repaired, or the note removed',
};

async function* checkDescription({ inside, answers, signal }: RecordsContext): AsyncGenerator<Finding> {
  try {
    const bytes = await inside.store.get('vault.json', { signal });
    answers.fetched(bytes.length);
    if (createHash('sha256').update(bytes).digest().equals(inside.descriptionHash)) return;
    yield finding('DESCRIPTION', 'damaged', 'vault.json', '`vault.json` isn’t the one that the keys were made for; without it no point can be read.');
  } catch (error) {
    yield finding('DESCRIPTION', answers.stateOf(error), 'vault.json', '`vault.json` can’t be read; without it no point can be read.');
  }
}

/** A slot can be tried only by whoever holds its secret; a remembered hash notices any change to the others. */
async function* checkKeySlots({ inside, answers, state, signal }: RecordsContext): AsyncGenerator<Finding> {
  const seen = new Set<string>();
  for await (const { key } of inside.store.list('keys/')) {
    signal?.throwIfAborted();
    seen.add(key);
    try {
      const slot = await readSlot(inside.store, key, inside.keys.vaultId);
      if (slot === undefined) continue;
      answers.fetched(slot.bytes.length);
      const hash = createHash('sha256').update(slot.bytes).digest('hex');
      const before = state.keySlots.get(key);
      if (before !== undefined && before !== hash) yield finding('KEY_SLOT', 'damaged', key, `Key slot ${key} has changed since the last check.`);
      else if (slot.state === 'damaged' || slot.state === 'misplaced')
        yield finding('KEY_SLOT', 'damaged', key, `Key slot ${key} opens nothing: ${slot.reason}.`);
      else {
        state.keySlots.set(key, hash);
        if (slot.state !== 'usable') yield finding('KEY_SLOT', 'notice', key, `Key slot ${key} isn’t used: ${slot.reason}.`);
      }
    } catch (error) {
      yield finding('KEY_SLOT', answers.stateOf(error), key, `Key slot ${key} can’t be read.`);
    }
  }
  for (const key of state.keySlots.keys()) {
    if (seen.has(key)) continue;
    state.keySlots.delete(key);
    yield finding('KEY_SLOT', 'notice', key, `Key slot ${key} has been removed since the last check.`);
  }
}

const effects: Partial<Record<FindingThing, string>> = {
  SESSION: 'can’t be read; it costs no point, but stands in the way of collection',
  CONDEMNED: 'can’t be read; it costs no point, but stands in the way of new backups and of collection',
  FORWARD: 'can’t be read; what it moved can’t be found where the packs that it moved it from are gone',
  MARK: 'can’t be read; the point stays marked, only by whom and why is lost',
};

async function* checkSealed({ inside, answers, state: remembered, signal }: RecordsContext, prefix: string, thing: FindingThing): AsyncGenerator<Finding> {
  for await (const { key, size } of inside.store.list(prefix)) {
    signal?.throwIfAborted();
    const name = sealedNameOf(key);
    if (prefix !== 'sessions/') remembered.records.add(key);
    // An empty mark is a mark: the first revisions wrote no record.
    if (name === undefined || (thing === 'MARK' && size === 0)) continue;
    try {
      const bytes = await inside.store.get(key, { signal });
      answers.fetched(bytes.length);
      const content = openObject(inside.keys, magicOf(bytes) === 'HFFENCE1' ? { ...name, kind: 'HFFENCE1' } : name, bytes);
      if (name.kind === 'HFFORWD1' && magicOf(bytes) === name.kind) decodeForwards(content);
      else JSON.parse(content.toString('utf8'));
    } catch (error) {
      const state = answers.stateOf(error);
      // Sessions end and records are cleared while a check goes on.
      if (state !== 'absent') yield finding(thing, state, key, `${key} ${effects[thing]}.`);
    }
  }
}
