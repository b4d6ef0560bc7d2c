import { isA } from '@holdfast/vsphere/wire';
import { descendants, type Entity } from '../inventory/entity.ts';
import type { ManagedObject, MoRef } from '../inventory/world.ts';
import { sessionRef } from '../property/collector.ts';
import { type Call, type Handlers, sessionOf } from '../soap/call.ts';
import { invalidArgument } from '../soap/vim-fault.ts';
import type { EventObject } from './event-log.ts';

interface EventFilterSpec {
  readonly entity?: { readonly entity: MoRef; readonly recursion: 'self' | 'children' | 'all' };
  readonly time?: { readonly beginTime?: Date; readonly endTime?: Date };
  readonly userName?: { readonly systemUser: boolean; readonly userList?: readonly string[] };
  readonly eventChainId?: number;
  readonly category?: readonly string[];
  readonly type?: readonly string[];
  readonly eventTypeId?: readonly string[];
  readonly maxCount?: number;
}

/** How many events one answer holds when the filter doesn't say. */
const defaultEventsMax = 1000;

/** Position of each event collector in the log: the key of the last event it gave. */
const positions = new WeakMap<ManagedObject, { filter: EventFilterSpec; lastKey: number; pageSize: number }>();

export const eventHandlers: Handlers = {
  QueryEvents: (call) => {
    const filter = call.parameters.filter as EventFilterSpec;
    return selected(call, filter).slice(0, filter.maxCount ?? defaultEventsMax);
  },
  CreateCollectorForEvents: (call) => {
    const filter = call.parameters.filter as EventFilterSpec;
    const position = { filter, lastKey: 0, pageSize: 10 };
    const collector: ManagedObject = {
      ref: sessionRef(call, 'EventHistoryCollector'),
      properties: { filter: () => filter, latestPage: () => selected(call, filter).slice(-position.pageSize).reverse(), initialized: () => true },
    };
    positions.set(collector, position);
    call.vcenter.world.add(collector);
    sessionOf(call).onEnd.add(() => call.vcenter.world.remove(collector.ref));
    return collector.ref;
  },
  SetCollectorPageSize: (call) => {
    const maxCount = call.parameters.maxCount as number;
    if (maxCount <= 0 || maxCount > defaultEventsMax) throw invalidArgument('maxCount');
    positionOf(call).pageSize = maxCount;
    call.vcenter.world.touch();
  },
  ReadNextEvents: (call) => {
    const position = positionOf(call);
    const events = selected(call, position.filter)
      .filter((event) => event.key > position.lastKey)
      .slice(0, call.parameters.maxCount as number);
    position.lastKey = events.at(-1)?.key ?? position.lastKey;
    return events;
  },
  RewindCollector: (call) => {
    positionOf(call).lastKey = 0;
  },
  ResetCollector: (call) => {
    positionOf(call).lastKey = call.vcenter.events.latest()?.key ?? 0;
  },
  DestroyCollector: (call) => call.vcenter.world.remove(call.target.ref),
};

function positionOf(call: Call): { filter: EventFilterSpec; lastKey: number; pageSize: number } {
  const position = positions.get(call.target);
  if (position === undefined) throw invalidArgument('_this');
  return position;
}

function selected(call: Call, filter: EventFilterSpec): EventObject[] {
  const within = entities(call, filter);
  return call.vcenter.events.select(({ event, entities: of, own }) => {
    if (within !== undefined && !(within.exactly ? own !== undefined && within.ids.has(own) : [...of].some((id) => within.ids.has(id)))) return false;
    const time = (event.createdTime as Date).getTime();
    if (filter.time?.beginTime !== undefined && time < filter.time.beginTime.getTime()) return false;
    if (filter.time?.endTime !== undefined && time > filter.time.endTime.getTime()) return false;
    if (filter.userName?.userList !== undefined && !filter.userName.userList.includes(event.userName as string)) return false;
    if (filter.eventChainId !== undefined && event.chainId !== filter.eventChainId) return false;
    if (filter.type !== undefined && filter.type.length > 0 && !filter.type.some((type) => isA(event.$type, type))) return false;
    if (
      filter.eventTypeId !== undefined &&
      filter.eventTypeId.length > 0 &&
      !filter.eventTypeId.some((id) => id === typeId(event) || `vim.event.${id}` === typeId(event))
    )
      return false;
    return true;
  });
}

/** `vim.event.VmPoweredOnEvent` for the typed ones, their own id for `EventEx`; either form is accepted in a filter. */
function typeId(event: EventObject): string {
  return event.$type === 'EventEx' || event.$type === 'ExtendedEvent' ? (event.eventTypeId as string) : `vim.event.${event.$type}`;
}

/** Which entities' events are wanted. With `self` the event must be the entity's own, not one of something below it. */
function entities(call: Call, filter: EventFilterSpec): { ids: Set<string>; exactly: boolean } | undefined {
  if (filter.entity === undefined) return undefined;
  const { entity: ref, recursion } = filter.entity;
  const entity = call.vcenter.world.get(ref) as Entity;
  if (recursion === 'self') return { ids: new Set([ref.value]), exactly: true };
  const ids = new Set(entity.contents().map((child) => child.ref.value));
  if (recursion === 'all') for (const below of [entity, ...descendants(entity)]) ids.add(below.ref.value);
  return { ids, exactly: true };
}
