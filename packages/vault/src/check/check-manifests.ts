import type { RecoveryPoint } from '../model.ts';
import { doubtAbout } from '../mover/signing.ts';
import type { Answers } from './answers.ts';
import type { RecordsContext } from './check-records.ts';
import type { CheckState } from './check-state.ts';
import { type Finding, finding, wholePoint } from './finding.ts';
import { type PointEntry, readPoints } from './read-points.ts';

/** What is known of one VM's numbers. */
interface Sequences {
  readonly vmId: string;
  name: string;
  readonly ids: Map<number, string>;
  /** objects that have a number which can't be read */
  unreadable: number;
}

/** Manifests open, and no VM’s points have gaps or have fallen back. */
export async function* checkManifests(context: RecordsContext): AsyncGenerator<Finding> {
  const { answers, state, inside } = context;
  const goneDeleted = await deletedWithoutPoint(context);
  for (const [vmId, ids] of goneDeleted)
    for (const id of ids) yield finding('POINT', 'notice', `points/${vmId}/${id}`, `Point ${vmId}/${id} is marked as deleted, and its manifest is gone.`);
  const checked = new Set<string>();
  let vm: Sequences | undefined;
  for await (const entry of readPoints({ store: inside.store, keys: inside.keys, signal: context.signal })) {
    const { key, name, content } = entry;
    if (name === undefined) {
      yield finding('POINT', 'notice', key, `${key} has a key that Holdfast doesn’t write.`);
      continue;
    }
    if (vm !== undefined && vm.vmId !== name.vmId) yield* judgeSequences(vm, goneDeleted.get(vm.vmId)?.length ?? 0, state);
    if (vm?.vmId !== name.vmId) vm = { vmId: name.vmId, name: '', ids: new Map(), unreadable: 0 };
    checked.add(name.vmId);
    if (content === 'fence') state.records.add(key);
    if (typeof content === 'string') continue;
    if ('point' in content) {
      answers.fetched(0);
      yield* countPoint(vm, content.point);
    } else yield* lostManifest(vm, entry, content.error, answers);
  }
  if (vm !== undefined) yield* judgeSequences(vm, goneDeleted.get(vm.vmId)?.length ?? 0, state);
  for (const vmId of state.sequences.keys()) {
    if (!checked.has(vmId)) yield* judgeSequences({ vmId, name: '', ids: new Map(), unreadable: 0 }, goneDeleted.get(vmId)?.length ?? 0, state);
  }
}

function* countPoint(vm: Sequences, point: RecoveryPoint): Generator<Finding> {
  const doubt = point.signedBy === undefined ? undefined : doubtAbout(point.signedBy);
  if (doubt !== undefined) {
    vm.unreadable++;
    yield finding(
      'POINT',
      point.signedBy?.state === 'false' ? 'damaged' : 'notice',
      `points/${point.id}`,
      `The manifest of point ${point.id} ${doubt}; it counts for nothing.`,
    );
    return;
  }
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

/** Sessions of points whose manifest is gone while a mark says that they were deleted, by VM: each explains one missing number. */
async function deletedWithoutPoint({ inside }: RecordsContext): Promise<Map<string, string[]>> {
  const gone = new Map<string, string[]>();
  const points = new Set<string>();
  for await (const { key } of inside.store.list('points/')) points.add(key.slice('points/'.length));
  for await (const { key } of inside.store.list('deleted/')) {
    const id = key.slice('deleted/'.length);
    const vmId = id.slice(0, 32);
    if (!points.has(id)) gone.set(vmId, [...(gone.get(vmId) ?? []), id.slice(33)]);
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
