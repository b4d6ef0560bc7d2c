import { type ManagedObject, type MoRef, moRef } from '../inventory/world.ts';
import { type Session, uuidFrom } from '../session/sessions.ts';
import { type Call, type Handlers, sessionOf } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import { objectState } from './object-content.ts';
import { readerOf } from './reader.ts';
import { type PropertyFilterSpec, selectObjects } from './selection.ts';
import { advance, type CollectorView, emptyView, type Watch } from './update-set.ts';

/** One property collector of one session: its filters, and what its caller knows already. */
interface Collector {
  readonly watches: Watch[];
  /** What the caller knew at the versions it may still come back with. */
  readonly views: Map<string, CollectorView>;
  lastVersion: number;
  waiting: AbortController | undefined;
}

const filtersMax = 1000;
const viewsKept = 2;
const collectors = new WeakMap<Session, Map<string, Collector>>();

export const collectorHandlers: Handlers = {
  CreatePropertyCollector: (call) => {
    const ref = sessionRef(call, 'PropertyCollector');
    const object: ManagedObject = { ref, properties: { filter: () => collectorOf(call, ref).watches.map((watch) => watch.ref) } };
    call.vcenter.world.add(object);
    sessionOf(call).onEnd.add(() => call.vcenter.world.remove(ref));
    return ref;
  },
  DestroyPropertyCollector: (call) => {
    for (const watch of collectorOf(call, call.target.ref).watches) call.vcenter.world.remove(watch.ref);
    collectorOf(call, call.target.ref).waiting?.abort();
    collectors.get(sessionOf(call))?.delete(call.target.ref.value);
    call.vcenter.world.remove(call.target.ref);
  },
  CreateFilter: async (call) => {
    const collector = collectorOf(call, call.target.ref);
    const spec = call.parameters.spec as PropertyFilterSpec;
    // Refuses at once what could never be answered: objects that don't exist, paths that no type has.
    const reader = readerOf(call);
    for (const object of await selectObjects(call.vcenter.world, spec, reader)) await objectState(object, spec, reader);
    if (collector.watches.length >= filtersMax) throw vimFault('SystemError', 'Too many property filters.', { reason: 'too many property filters' });
    const ref = sessionRef(call, 'PropertyFilter');
    const partialUpdates = call.parameters.partialUpdates as boolean;
    const { world } = call.vcenter;
    collector.watches.push({ ref, spec, partialUpdates });
    world.add({ ref, properties: { spec: () => spec, partialUpdates: () => partialUpdates } });
    sessionOf(call).onEnd.add(() => world.remove(ref));
    return ref;
  },
  DestroyPropertyFilter: (call) => {
    for (const collector of collectors.get(sessionOf(call))?.values() ?? []) {
      const index = collector.watches.findIndex((watch) => watch.ref.value === call.target.ref.value);
      if (index >= 0) collector.watches.splice(index, 1);
    }
    call.vcenter.world.remove(call.target.ref);
  },
  WaitForUpdatesEx: (call) => {
    const { maxWaitSeconds, maxObjectUpdates } = (call.parameters.options ?? {}) as { maxWaitSeconds?: number; maxObjectUpdates?: number };
    return wait(call, maxWaitSeconds === undefined ? undefined : maxWaitSeconds * 1000, maxObjectUpdates ?? Number.POSITIVE_INFINITY);
  },
  WaitForUpdates: (call) => wait(call, undefined, Number.POSITIVE_INFINITY),
  CheckForUpdates: (call) => wait(call, 0, Number.POSITIVE_INFINITY),
  CancelWaitForUpdates: (call) => collectorOf(call, call.target.ref).waiting?.abort(),
};

/** Answers as soon as there is something to tell; after `waitMs` with nothing. */
async function wait(call: Call, waitMs: number | undefined, objectUpdatesMax: number): Promise<unknown> {
  const collector = collectorOf(call, call.target.ref);
  const version = (call.parameters.version as string | undefined) ?? '';
  const known = version === '' ? emptyView : collector.views.get(version);
  if (known === undefined) throw vimFault('InvalidCollectorVersion', `The collector version is not valid: ${version}`);
  // A collector answers one caller at a time; a newer call cancels the one that waits.
  collector.waiting?.abort();
  const cancelled = new AbortController();
  collector.waiting = cancelled;
  const timeUp = new AbortController();
  const over = AbortSignal.any([cancelled.signal, timeUp.signal, call.signal]);
  if (waitMs !== undefined && waitMs > 0) call.vcenter.clock.sleep(waitMs, over).then(() => timeUp.abort(), ignoreAbort);
  try {
    while (true) {
      const revision = call.vcenter.world.revision;
      const step = await advance(call.vcenter.world, collector.watches, known, readerOf(call), objectUpdatesMax);
      if (cancelled.signal.aborted) throw vimFault('RequestCanceled', 'The request was canceled.');
      if (step !== undefined) {
        const next = String(++collector.lastVersion);
        collector.views.set(next, step.view);
        while (collector.views.size > viewsKept) collector.views.delete(collector.views.keys().next().value as string);
        return { $type: 'UpdateSet', version: next, filterSet: step.filterSet, truncated: step.truncated ? true : undefined };
      }
      if (waitMs === 0 || timeUp.signal.aborted || call.signal.aborted) return undefined;
      if (call.vcenter.world.revision === revision) await call.vcenter.world.nextChange(over);
    }
  } finally {
    if (collector.waiting === cancelled) collector.waiting = undefined;
    timeUp.abort();
    const session = call.session;
    if (session !== undefined) call.vcenter.sessions.use(session.key);
  }
}

function ignoreAbort(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error;
}

function collectorOf(call: Call, ref: MoRef): Collector {
  const session = sessionOf(call);
  const ofSession = collectors.get(session) ?? new Map<string, Collector>();
  collectors.set(session, ofSession);
  let collector = ofSession.get(ref.value);
  if (collector === undefined) {
    const made: Collector = { watches: [], views: new Map(), lastVersion: 0, waiting: undefined };
    session.onEnd.add(() => made.waiting?.abort());
    ofSession.set(ref.value, made);
    collector = made;
  }
  return collector;
}

/** Objects of a session carry its key in their id, as vCenter's do. */
export function sessionRef(call: Call, type: string): MoRef {
  return moRef(type, `session[${sessionOf(call).key}]${uuidFrom(call.vcenter.random.bytes(16))}`);
}
