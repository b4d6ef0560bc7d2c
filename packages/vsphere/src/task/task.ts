import { faultError, isFault, localizedFault } from '../client/fault.ts';
import { quietly, readProperties } from '../client/properties.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import type { DataObject, MoRef } from '../wire/index.ts';
import { watchTask } from './watch.ts';

export interface TaskOptions {
  /** Aborting cancels the task on the server, as far as it can be cancelled. */
  readonly signal?: AbortSignal | undefined;
  /** 0 to 100 */
  readonly onProgress?: ((percent: number) => void) | undefined;
}

/** Between two looks at a task that can't be watched. */
const pollMs = 2_000;

/** What is looked at while a task runs: properties of `Task` by path. */
export type TaskState = Readonly<Record<string, unknown>>;

export const taskPaths = ['info.state', 'info.progress', 'info.error', 'info.result', 'info.descriptionId', 'info.cancelled'];

/** Calls a method that starts a task and waits for it. */
export async function runTask(
  vcenter: Vcenter,
  method: string,
  target: MoRef,
  parameters: Record<string, unknown> = {},
  options: TaskOptions = {},
): Promise<unknown> {
  // Once sent, the call isn't cut short: what it started must be known, so that it can be cancelled.
  options.signal?.throwIfAborted();
  const task = (await vcenter.call(method, target, parameters)) as MoRef;
  return await waitTask(vcenter, task, options, `${method} of ${target.type} ${target.value}`);
}

/**
 * Waits until a task has ended and returns its result.
 * @throws what went wrong, as `vsphereErrors`; `VSPHERE_CANCELLED` when it was cancelled
 */
export async function waitTask(vcenter: Vcenter, task: MoRef, options: TaskOptions = {}, what: string = `task ${task.value}`): Promise<unknown> {
  try {
    for await (const state of states(vcenter, task, options.signal)) {
      const progress = state['info.progress'];
      if (typeof progress === 'number') options.onProgress?.(progress);
      if (state['info.state'] === 'success') return state['info.result'];
      if (state['info.state'] === 'error') throw taskError(state, task, what);
    }
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    await quietly(vcenter, `${what} could not be cancelled`, vcenter.call('CancelTask', task));
    throw vsphereErrors.create('VSPHERE_CANCELLED', `${what} was stopped`, {
      did: 'The task was asked to cancel on the server.',
      subject: { task: task.value },
      cause: error,
    });
  }
  throw vsphereErrors.create('VSPHERE_PROTOCOL', `${what}: the server ended the watch before the task did`, { subject: { task: task.value } });
}

function taskError(state: TaskState, task: MoRef, what: string): Error {
  const wire = localizedFault(state['info.error'] as DataObject | undefined);
  const error = faultError(wire, what, { task: task.value });
  if (state['info.cancelled'] === true || isFault(error, 'RequestCanceled')) {
    return vsphereErrors.create('VSPHERE_CANCELLED', `${what} was cancelled on the server`, { subject: { task: task.value }, cause: error });
  }
  return error;
}

/** The task's states as they come: told by the server, or, where that fails, asked for. */
async function* states(vcenter: Vcenter, task: MoRef, signal: AbortSignal | undefined): AsyncGenerator<TaskState> {
  try {
    yield* watchTask(vcenter, task, signal);
    return;
  } catch (error) {
    if (signal?.aborted) throw error;
    vcenter.log(`task ${task.value} can't be watched and is asked for every ${pollMs / 1000} s: ${(error as Error).message}`);
  }
  for (;;) {
    yield await readProperties(vcenter, task, taskPaths, { signal });
    await vcenter.clock.sleep(pollMs, signal);
  }
}
