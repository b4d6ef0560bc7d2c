import type { ManagedObject } from '../inventory/world.ts';
import type { Session } from '../session/sessions.ts';
import type { Task, TaskControl } from '../task/tasks.ts';
import type { Vcenter } from '../vcenter.ts';

/** One SOAP call on its way to its handler. */
export interface Call {
  readonly vcenter: Vcenter;
  readonly method: string;
  readonly target: ManagedObject;
  /** Parameters by their names in the schema, already checked against it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Undefined only for methods that need no login. */
  readonly session: Session | undefined;
  /** The API version the caller speaks. */
  readonly version: string;
  /** The caller hung up, or the simulator closes. */
  readonly signal: AbortSignal;
  readonly caller: { readonly ipAddress: string; readonly userAgent: string };
  /** Sends a session cookie with the answer. */
  grant(session: Session): void;
  /** Starts the task of a `…_Task` method. Returns its reference, which is what the method returns. */
  startTask(order: CallTask): { type: string; value: string };
}

export interface CallTask {
  readonly descriptionId: string;
  /** By default the call's target. */
  readonly on?: ManagedObject;
  readonly cancelable?: boolean;
  /** Called with the task before it runs, for example to lock a VM with it. */
  started?(task: Task): void;
  work(control: TaskControl): Promise<unknown>;
  /** Called once at the end, whether or not the work was begun. */
  ended?(): void;
}

export type Handler = (call: Call) => unknown;

/** By method name; a name occurs once in the whole API. */
export type Handlers = Readonly<Record<string, Handler>>;

/** The session of a call that needs one. */
export function sessionOf(call: Call): Session {
  if (call.session === undefined) throw new Error(`${call.method} was let through without a session`);
  return call.session;
}
