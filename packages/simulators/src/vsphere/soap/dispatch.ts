import { compareApiVersions, decodeRequest, isA, type Method, method as methodNamed, parseXml, type Request } from '@holdfast/vsphere/wire';
import { storageErrors } from '../disks/index.ts';
import { placeOf } from '../event/vm-event.ts';
import type { FaultEffect } from '../faults.ts';
import { labelOf, type ManagedObject, type MoRef, managedObjectNotFound } from '../inventory/world.ts';
import type { Session } from '../session/sessions.ts';
import { taskInfo } from '../task/tasks.ts';
import type { Vcenter } from '../vcenter.ts';
import { isMachine } from '../vm/machine.ts';
import type { Call, CallTask, Handlers } from './call.ts';
import { handlers } from './handlers.ts';
import { requirePrivilege } from './privilege.ts';
import { VimFault, vimFault } from './vim-fault.ts';

/** A request as HTTP brought it. */
export interface Envelope {
  readonly text: string;
  /** The API version the caller speaks, already bounded by ours. */
  readonly version: string;
  readonly sessionKey: string | undefined;
  readonly signal: AbortSignal;
  readonly caller: { readonly ipAddress: string; readonly userAgent: string };
}

/** What becomes of it. `cut`: the connection ends without an answer. */
export interface Outcome {
  readonly method: string;
  readonly result?: unknown;
  readonly fault?: VimFault;
  readonly granted?: Session;
  readonly cut?: boolean;
  readonly status?: number;
}

/** Carries out one SOAP call: reads it, checks who may, applies scripted faults, and runs its handler. */
export async function dispatch(vcenter: Vcenter, envelope: Envelope): Promise<Outcome> {
  let request: Request | undefined;
  let granted: Session | undefined;
  let outcome: Outcome;
  let name = '';
  try {
    const definition = methodOf(envelope);
    name = definition.name;
    request = decoded(envelope);
    const session = vcenter.sessions.use(envelope.sessionKey ?? request.sessionCookie);
    if (session !== undefined) session.callCount++;
    if (session === undefined && definition.privilege !== 'System.Anonymous' && definition.name !== 'Fetch') {
      throw vimFault('NotAuthenticated', 'The session is not authenticated.', { object: request.target, privilegeId: definition.privilege ?? 'System.View' });
    }
    const target = vcenter.world.find(request.target) ?? refuseTarget(request);
    const handler = handlerOf(handlers, definition, target);
    if (session !== undefined) allow(vcenter, session, definition, target);
    const effect = vcenter.faultPlan.take(definition.name, [target.ref.value, labelOf(target)]);
    if (effect?.kind === 'delay') await vcenter.clock.sleep(effect.milliseconds, envelope.signal);
    if (effect?.kind === 'fault') throw new VimFault(effect.fault, effect.message ?? effect.fault.$type);
    if (effect?.kind === 'status') outcome = { method: name, status: effect.status };
    else if (effect?.kind === 'cut' && effect.when === 'before') outcome = { method: name, cut: true };
    else {
      const call: Call = {
        vcenter,
        method: definition.name,
        target,
        parameters: request.parameters,
        session,
        version: envelope.version,
        signal: envelope.signal,
        caller: envelope.caller,
        grant: (one) => {
          granted = one;
        },
        startTask: (order) => startTask(call, order, effect),
      };
      const result = await handler(call);
      outcome = { method: name, result, ...(granted && { granted }), ...(effect?.kind === 'cut' && { cut: true }) };
    }
  } catch (error) {
    outcome = { method: name, fault: asFault(error, request?.target) };
  }
  const label = request && labelOf(vcenter.world.find(request.target));
  vcenter.journal.call({
    method: name,
    entity: request?.target.value ?? '',
    ...(label !== undefined && { name: label }),
    ...(request?.operationId !== undefined && { operationId: request.operationId }),
    outcome: outcome.fault?.fault.$type ?? (outcome.status === undefined ? (outcome.cut ? 'cut' : 'ok') : String(outcome.status)),
  });
  return outcome;
}

function methodOf(envelope: Envelope): Method {
  let name: string | undefined;
  try {
    name = parseXml(envelope.text).children.find((child) => child.name === 'Body')?.children[0]?.name;
  } catch (error) {
    throw vimFault('InvalidRequest', (error as Error).message);
  }
  const definition = name === undefined ? undefined : methodNamed(name);
  if (definition === undefined || compareApiVersions(definition.since, envelope.version) > 0) {
    const receiver = { type: 'ServiceInstance', value: 'ServiceInstance' };
    throw vimFault('MethodNotFound', `The method is not supported by this version of the API: ${name}`, { receiver, method: name ?? '' });
  }
  return definition;
}

/** Strict: what the schema doesn't allow is refused as a server refuses it, before anything happens. */
function decoded(envelope: Envelope): Request {
  try {
    return decodeRequest(envelope.text, { version: envelope.version });
  } catch (error) {
    throw vimFault('InvalidRequest', `The request can't be read: ${(error as Error).message}`);
  }
}

function refuseTarget(request: Request): never {
  throw managedObjectNotFound(request.target);
}

function handlerOf(table: Handlers, definition: Method, target: ManagedObject): Handlers[string] {
  const handler = table[definition.name];
  if (handler === undefined || !isA(target.ref.type, definition.on)) {
    throw vimFault('MethodNotFound', `${target.ref.type} does not implement ${definition.name}`, { receiver: target.ref, method: definition.name });
  }
  return handler;
}

function allow(vcenter: Vcenter, session: Session, definition: Method, target: ManagedObject): void {
  if (definition.privilege !== undefined) requirePrivilege(vcenter, session, definition.privilege, target);
  const disabled = isMachine(target) ? target.disabled.find((one) => one.method === definition.name) : undefined;
  if (disabled !== undefined) {
    throw vimFault('MethodDisabled', `The method is disabled by '${disabled.sourceId}'`, { source: disabled.sourceId });
  }
}

function startTask(call: Call, order: CallTask, effect: FaultEffect | undefined): { type: string; value: string } {
  const { vcenter } = call;
  const on = order.on ?? call.target;
  const userName = call.session?.userName ?? '';
  const entityName = labelOf(on);
  const task = vcenter.tasks.start({
    method: call.method,
    descriptionId: order.descriptionId,
    // Managers are no entities; a task of theirs names none.
    ...(entityName !== undefined && { entity: on.ref, entityName }),
    userName,
    ...(order.cancelable !== undefined && { cancelable: order.cancelable }),
    ...(order.ended !== undefined && { ended: () => order.ended?.() }),
    work: async (control) => {
      const failure = effect?.kind === 'taskFault' ? new VimFault(effect.fault, effect.message ?? effect.fault.$type) : undefined;
      if (failure !== undefined && effect?.kind === 'taskFault' && effect.after !== true) throw failure;
      try {
        const result = await order.work(control);
        if (failure !== undefined) throw failure;
        return result;
      } catch (error) {
        throw asFault(error, call.target.ref);
      }
    },
  });
  order.started?.(task);
  const place = isMachine(on) ? placeOf(on) : { entities: entityName === undefined ? [] : [on.ref], fields: {} };
  vcenter.events.post('TaskEvent', userName, `Task: ${order.descriptionId}`, place, { info: taskInfo(task) }, task.eventChainId);
  return task.ref;
}

function asFault(error: unknown, target: MoRef | undefined): VimFault {
  if (error instanceof VimFault) return error;
  // A state of a disk that went while it was asked about went with its snapshot.
  if (target !== undefined && storageErrors.is(error, 'LAYER_ABSENT', 'DISK_CLOSED')) return managedObjectNotFound(target);
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return vimFault('SystemError', `A general system error occurred: ${reason}`, { reason });
}
