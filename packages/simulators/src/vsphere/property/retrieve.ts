import type { MoRef } from '../inventory/world.ts';
import { managedObjectNotFound } from '../inventory/world.ts';
import { type Session, uuidFrom } from '../session/sessions.ts';
import type { Call, Handlers } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import { objectContent, objectState, typedValue } from './object-content.ts';
import { propertyAt } from './property-at.ts';
import { readerOf } from './reader.ts';
import { type PropertyFilterSpec, selectObjects } from './selection.ts';

/** What is still to be told of a retrieval that came in pages. */
interface Rest {
  readonly objects: { readonly ref: MoRef; readonly spec: PropertyFilterSpec }[];
  readonly pageObjectsMax: number;
}

/** When the caller names no page size. */
const defaultPageObjectsMax = 1000;
const retrievalsMax = 100;
const rests = new WeakMap<Session, Map<string, Rest>>();

/** Objects that may be read before login. */
const anonymousTypes = new Set(['ServiceInstance', 'SessionManager', 'PropertyCollector']);

export const retrieveHandlers: Handlers = {
  RetrieveProperties: async (call) => {
    const rest = await start(call, Number.POSITIVE_INFINITY);
    return (await page(call, rest)).objects;
  },
  RetrievePropertiesEx: async (call) => {
    const { maxObjects } = call.parameters.options as { maxObjects?: number };
    if (maxObjects !== undefined && maxObjects <= 0) throw invalidArgument('options.maxObjects');
    const rest = await start(call, Math.min(maxObjects ?? defaultPageObjectsMax, defaultPageObjectsMax));
    return answer(call, rest);
  },
  ContinueRetrievePropertiesEx: async (call) => {
    const token = call.parameters.token as string;
    const rest = restsOf(call).get(token);
    if (rest === undefined) throw invalidArgument('token');
    restsOf(call).delete(token);
    return await answer(call, rest);
  },
  CancelRetrievePropertiesEx: (call) => {
    if (!restsOf(call).delete(call.parameters.token as string)) throw invalidArgument('token');
  },
  Fetch: async (call) => {
    requireReadable(call, call.target.ref);
    const found = await propertyAt(call.target, call.parameters.prop as string, readerOf(call));
    return found === undefined ? undefined : typedValue(found);
  },
};

async function start(call: Call, pageObjectsMax: number): Promise<Rest> {
  const objects: Rest['objects'] = [];
  for (const spec of call.parameters.specSet as PropertyFilterSpec[]) {
    for (const { obj } of spec.objectSet) requireReadable(call, obj);
    for (const object of await selectObjects(call.vcenter.world, spec, readerOf(call))) objects.push({ ref: object.ref, spec });
  }
  return { objects, pageObjectsMax };
}

/** One page, and a token when there is more. Nothing at all: no result. */
async function answer(call: Call, rest: Rest): Promise<unknown> {
  const { objects, next } = await page(call, rest);
  if (objects.length === 0 && next === undefined) return undefined;
  if (next === undefined) return { $type: 'RetrieveResult', objects };
  const token = uuidFrom(call.vcenter.random.bytes(16));
  const waiting = restsOf(call);
  waiting.set(token, next);
  if (waiting.size > retrievalsMax) waiting.delete(waiting.keys().next().value as string);
  return { $type: 'RetrieveResult', token, objects };
}

async function page(call: Call, rest: Rest): Promise<{ objects: unknown[]; next: Rest | undefined }> {
  const reader = readerOf(call);
  const objects: unknown[] = [];
  let index = 0;
  while (index < rest.objects.length && objects.length < rest.pageObjectsMax) {
    const { ref, spec } = rest.objects[index++]!;
    const object = call.vcenter.world.find(ref);
    // What was deleted between two pages is no longer told.
    if (object !== undefined) objects.push(objectContent(await objectState(object, spec, reader)));
  }
  return { objects, next: index < rest.objects.length ? { ...rest, objects: rest.objects.slice(index) } : undefined };
}

function requireReadable(call: Call, ref: MoRef): void {
  if (call.session === undefined && !anonymousTypes.has(ref.type)) {
    throw vimFault('NotAuthenticated', 'The session is not authenticated.', { object: ref, privilegeId: 'System.View' });
  }
  if (call.vcenter.world.find(ref) === undefined && call.method !== 'RetrievePropertiesEx') throw managedObjectNotFound(ref);
}

function restsOf(call: Call): Map<string, Rest> {
  if (call.session === undefined) return new Map();
  const known = rests.get(call.session) ?? new Map<string, Rest>();
  rests.set(call.session, known);
  return known;
}
