import { isA } from '@holdfast/vsphere/wire';
import { descendants, type Entity } from '../inventory/entity.ts';
import { type ManagedObject, type MoRef, managedObjectNotFound } from '../inventory/world.ts';
import { type Call, type Handlers, sessionOf } from '../soap/call.ts';
import { invalidArgument } from '../soap/vim-fault.ts';
import { sessionRef } from './collector.ts';

/** A list view's references, by the view's id. */
const lists = new WeakMap<ManagedObject, MoRef[]>();

export const viewHandlers: Handlers = {
  CreateContainerView: (call) => {
    const { container: ref, type, recursive } = call.parameters as { container: MoRef; type?: string[]; recursive: boolean };
    const container = call.vcenter.world.get(ref) as Entity;
    if (typeof container.contents !== 'function') throw invalidArgument('container');
    const wanted = (entity: Entity): boolean => type === undefined || type.length === 0 || type.some((name) => isA(entity.ref.type, name));
    const view = (): MoRef[] => (recursive ? descendants(container) : container.contents()).filter(wanted).map((entity) => entity.ref);
    return add(call, { ref: sessionRef(call, 'ContainerView'), properties: { container: () => ref, type: () => type, recursive: () => recursive, view } });
  },
  CreateListView: (call) => {
    const view: ManagedObject = { ref: sessionRef(call, 'ListView'), properties: { view: () => [...(lists.get(view) ?? [])] } };
    lists.set(view, []);
    change(call, view, (call.parameters.obj as MoRef[] | undefined) ?? [], []);
    return add(call, view);
  },
  ModifyListView: (call) => {
    const { add: added, remove } = call.parameters as { add?: MoRef[]; remove?: MoRef[] };
    return change(call, call.target, added ?? [], remove ?? []);
  },
  ResetListView: (call) => {
    lists.set(call.target, []);
    return change(call, call.target, (call.parameters.obj as MoRef[] | undefined) ?? [], []);
  },
  DestroyView: (call) => {
    if (!call.target.ref.value.includes(sessionOf(call).key)) throw managedObjectNotFound(call.target.ref);
    call.vcenter.world.remove(call.target.ref);
  },
};

function add(call: Call, view: ManagedObject): MoRef {
  call.vcenter.world.add(view);
  sessionOf(call).onEnd.add(() => call.vcenter.world.remove(view.ref));
  return view.ref;
}

/** Returns the references that couldn't be added, because there is no such object. */
function change(call: Call, view: ManagedObject, added: readonly MoRef[], removed: readonly MoRef[]): MoRef[] {
  const unknown = added.filter((ref) => call.vcenter.world.find(ref) === undefined);
  const kept = (lists.get(view) ?? []).filter((ref) => !removed.some((one) => one.value === ref.value));
  const fresh = added.filter((ref) => !unknown.includes(ref) && !kept.some((one) => one.value === ref.value));
  lists.set(view, [...kept, ...fresh]);
  call.vcenter.world.touch();
  return unknown;
}
