import { createHash } from 'node:crypto';
import type { VaultInside } from '../inside.ts';
import { readSlot } from '../keys/stored-slots.ts';
import type { RecoveryPoint } from '../model.ts';
import { openObject, type SealedName } from '../sealed-object.ts';
import type { Answers } from './answers.ts';
import type { CheckState } from './check-state.ts';
import { type Finding, type FindingThing, finding, wholePoint } from './finding.ts';
import { type PointEntry, readPoints } from './read-points.ts';

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
  yield* checkSealed(context, 'sessions/', 'SESSION', (key) => {
    const sessionId = /^sessions\/([0-9a-f]{32})(?:\.\d+)?$/.exec(key)?.[1];
    return sessionId === undefined ? undefined : { kind: 'HFSESSN1', key, sessionId };
  });
  yield* checkSealed(context, 'gc/', 'CONDEMNED', (key) => {
    if (key.endsWith('.condemned')) return { kind: 'HFCONDM1', key };
    return key.endsWith('.outcome') ? { kind: 'HFOUTCM1', key } : undefined;
  });
  yield* checkSealed(context, 'damaged/', 'MARK', (key) => ({ kind: 'HFDAMAG1', key }));
  const mark = (kind: 'HFDELET1' | 'HFHOLD01') => (key: string) => {
    const sessionId = /^[a-z]+\/[0-9a-f]{32}\/([0-9a-f]{32})$/.exec(key)?.[1];
    return sessionId === undefined ? undefined : ({ kind, key, sessionId } as const);
  };
  yield* checkSealed(context, 'deleted/', 'MARK', mark('HFDELET1'));
  yield* checkSealed(context, 'holds/', 'MARK', mark('HFHOLD01'));
  yield* checkManifests(context);
}

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
  MARK: 'can’t be read; the point stays marked, only by whom and why is lost',
};

async function* checkSealed(
  { inside, answers, signal }: RecordsContext,
  prefix: string,
  thing: FindingThing,
  nameOf: (key: string) => SealedName | undefined,
): AsyncGenerator<Finding> {
  for await (const { key, size } of inside.store.list(prefix)) {
    signal?.throwIfAborted();
    const name = nameOf(key);
    // An empty mark is a mark: the first revisions wrote no record.
    if (name === undefined || (thing === 'MARK' && size === 0)) continue;
    try {
      const bytes = await inside.store.get(key, { signal });
      answers.fetched(bytes.length);
      JSON.parse(openObject(inside.keys, name, bytes).toString('utf8'));
    } catch (error) {
      const state = answers.stateOf(error);
      // Sessions end and records are cleared while a check goes on.
      if (state !== 'absent') yield finding(thing, state, key, `${key} ${effects[thing]}.`);
    }
  }
}

/** What is known of one VM's numbers. */
interface Sequences {
  readonly vmId: string;
  name: string;
  readonly ids: Map<number, string>;
  /** objects that have a number which can't be read */
  unreadable: number;
}

async function* checkManifests(context: RecordsContext): AsyncGenerator<Finding> {
  const { answers, state, inside } = context;
  const goneDeleted = await deletedWithoutPoint(context);
  const checked = new Set<string>();
  let vm: Sequences | undefined;
  for await (const entry of readPoints({ store: inside.store, keys: inside.keys, signal: context.signal })) {
    const { key, name, content } = entry;
    if (name === undefined) {
      yield finding('POINT', 'notice', key, `${key} has a key that Holdfast doesn’t write.`);
      continue;
    }
    if (vm !== undefined && vm.vmId !== name.vmId) yield* judgeSequences(vm, goneDeleted.get(vm.vmId) ?? 0, state);
    if (vm?.vmId !== name.vmId) vm = { vmId: name.vmId, name: '', ids: new Map(), unreadable: 0 };
    checked.add(name.vmId);
    if (typeof content === 'string') continue;
    if ('point' in content) {
      answers.fetched(0);
      yield* countPoint(vm, content.point);
    } else yield* lostManifest(vm, entry, content.error, answers);
  }
  if (vm !== undefined) yield* judgeSequences(vm, goneDeleted.get(vm.vmId) ?? 0, state);
  for (const vmId of state.sequences.keys()) {
    if (!checked.has(vmId)) yield* judgeSequences({ vmId, name: '', ids: new Map(), unreadable: 0 }, goneDeleted.get(vmId) ?? 0, state);
  }
}

function* countPoint(vm: Sequences, point: RecoveryPoint): Generator<Finding> {
  vm.name = point.vm.name;
  const other = vm.ids.get(point.sequence);
  if (other !== undefined) {
    const message = `Two points of ${vm.name} have number ${point.sequence}: this one and ${other}. Two backups ran at once; both can be restored.`;
    yield finding('POINT', 'notice', `points/${point.id}`, message);
  }
  vm.ids.set(point.sequence, point.id);
}

function* lostManifest(vm: Sequences, { key, name, deleted }: PointEntry, error: unknown, answers: Answers): Generator<Finding> {
  const state = answers.stateOf(error);
  if (state === 'absent') return; // collected meanwhile
  vm.unreadable++;
  const id = `${name!.vmId}/${name!.sessionId}`;
  const message = `The manifest ${key} ${state === 'damaged' ? 'isn’t what was committed' : 'can’t be read'}: ${(error as Error).message}`;
  yield finding('POINT', state, key, message, deleted ? [] : [wholePoint({ id })]);
}

/** Records of deletion whose manifest is gone, by VM: each explains one missing number. */
async function deletedWithoutPoint({ inside }: RecordsContext): Promise<Map<string, number>> {
  const gone = new Map<string, number>();
  const points = new Set<string>();
  for await (const { key } of inside.store.list('points/')) points.add(key.slice('points/'.length));
  for await (const { key } of inside.store.list('deleted/')) {
    const id = key.slice('deleted/'.length);
    const vmId = id.slice(0, 32);
    if (!points.has(id)) gone.set(vmId, (gone.get(vmId) ?? 0) + 1);
  }
  return gone;
}

const numbersNamedMax = 20;

function* judgeSequences(vm: Sequences, goneDeleted: number, state: CheckState): Generator<Finding> {
  const remembered = state.sequences.get(vm.vmId) ?? 0;
  const highest = [...vm.ids.keys()].reduce((most, sequence) => Math.max(most, sequence), 0);
  const last = Math.max(highest, remembered);
  const missing = last - vm.ids.size;
  if (missing > vm.unreadable + goneDeleted) {
    const numbers: number[] = [];
    for (let sequence = 1; sequence <= last && numbers.length <= numbersNamedMax; sequence++) if (!vm.ids.has(sequence)) numbers.push(sequence);
    const named = numbers.slice(0, numbersNamedMax).join(', ') + (numbers.length > numbersNamedMax ? ' and more' : '');
    const fell = remembered > highest ? ` An earlier check saw number ${remembered}: the bucket may have been rolled back.` : '';
    const message = `${vm.name === '' ? `VM ${vm.vmId}` : vm.name} has no point number ${named}, and nothing says that it was deleted.${fell}`;
    yield finding('POINT', 'absent', `points/${vm.vmId}/`, message);
  }
  if (last > 0) state.sequences.set(vm.vmId, last);
}
