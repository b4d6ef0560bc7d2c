import type { MoRef, World } from '../inventory/world.ts';
import { differences } from './difference.ts';
import { missingSet, type ObjectState, objectState, typedValue } from './object-content.ts';
import { type PropertyValue, propertyAt } from './property-at.ts';
import type { Reader } from './reader.ts';
import { type PropertyFilterSpec, selectObjects } from './selection.ts';

/** A filter that is watched. */
export interface Watch {
  readonly ref: MoRef;
  readonly spec: PropertyFilterSpec;
  readonly partialUpdates: boolean;
}

/** What a caller has been told: by filter, by object, by path. Never changed, only replaced. */
export type CollectorView = ReadonlyMap<string, FilterView>;
type FilterView = ReadonlyMap<string, { readonly ref: MoRef; readonly values: ReadonlyMap<string, PropertyValue> }>;

export const emptyView: CollectorView = new Map();

export interface Step {
  readonly view: CollectorView;
  readonly filterSet: Record<string, unknown>[];
  /** There is more; the caller was promised at most so many object updates. */
  readonly truncated: boolean;
}

/** The way from what the caller knows to what is true now; undefined when that is the same. */
export async function advance(
  world: World,
  watches: readonly Watch[],
  known: CollectorView,
  reader: Reader,
  objectUpdatesMax: number,
): Promise<Step | undefined> {
  const view = new Map<string, FilterView>();
  const filterSet: Record<string, unknown>[] = [];
  let room = objectUpdatesMax;
  let truncated = false;
  for (const watch of watches) {
    const before: FilterView = known.get(watch.ref.value) ?? new Map();
    const after = new Map(before);
    const objectSet: Record<string, unknown>[] = [];
    const tell = (update: Record<string, unknown>, apply: () => void): void => {
      if (room <= 0) {
        truncated = true;
        return;
      }
      room--;
      objectSet.push(update);
      apply();
    };
    const present = new Set<string>();
    for (const object of await selectObjects(world, { ...watch.spec, reportMissingObjectsInResults: true }, reader)) {
      present.add(object.ref.value);
      const state = await objectState(object, watch.spec, reader);
      const last = before.get(object.ref.value);
      const update = last === undefined ? entered(state) : await modified(last.values, state, watch.partialUpdates, reader);
      if (update !== undefined) tell(update, () => after.set(object.ref.value, { ref: object.ref, values: frozen(state.values) }));
    }
    for (const [id, { ref }] of before) {
      if (!present.has(id)) tell({ $type: 'ObjectUpdate', kind: 'leave', obj: ref }, () => after.delete(id));
    }
    view.set(watch.ref.value, after);
    if (objectSet.length > 0) filterSet.push({ $type: 'PropertyFilterUpdate', filter: watch.ref, objectSet });
  }
  return filterSet.length === 0 ? undefined : { view, filterSet, truncated };
}

function entered(state: ObjectState): Record<string, unknown> {
  return {
    $type: 'ObjectUpdate',
    kind: 'enter',
    obj: state.object.ref,
    changeSet: [...state.values].map(([name, value]) => ({ $type: 'PropertyChange', name, op: 'assign', val: typedValue(value) })),
    missingSet: missingSet(state),
  };
}

async function modified(
  before: ReadonlyMap<string, PropertyValue>,
  state: ObjectState,
  partial: boolean,
  reader: Reader,
): Promise<Record<string, unknown> | undefined> {
  const changeSet: Record<string, unknown>[] = [];
  for (const path of new Set([...before.keys(), ...state.values.keys()])) {
    for (const change of differences(path, before.get(path)?.value, state.values.get(path)?.value, partial)) {
      const use = (await propertyAt(state.object, change.path, reader))?.use ?? state.values.get(path)?.use;
      const val = change.value === undefined || use === undefined ? undefined : typedValue({ use, value: change.value });
      changeSet.push({ $type: 'PropertyChange', name: change.path, op: change.op, val });
    }
  }
  return changeSet.length === 0 ? undefined : { $type: 'ObjectUpdate', kind: 'modify', obj: state.object.ref, changeSet, missingSet: missingSet(state) };
}

/** Property values are rendered anew at each reading, but some hold live arrays: what the caller knows must not change under it. */
function frozen(values: ReadonlyMap<string, PropertyValue>): ReadonlyMap<string, PropertyValue> {
  return new Map([...values].map(([path, { use, value }]) => [path, { use, value: Array.isArray(value) ? [...value] : value }]));
}
