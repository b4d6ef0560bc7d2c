import type { Call, CallTask } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import type { Machine } from './machine.ts';

/** Starts a task that has the VM to itself. @throws TaskInProgress, InvalidState */
export function exclusively(call: Call, machine: Machine, order: CallTask): { type: string; value: string } {
  if (machine.busy !== undefined) {
    throw vimFault('TaskInProgress', 'The operation is not allowed because another task is already in progress.', { task: machine.busy.ref });
  }
  if (machine.leased) throw vimFault('InvalidState', 'The operation is not allowed while a lease is held on the virtual machine.');
  return call.startTask({
    ...order,
    on: machine,
    started: (task) => {
      machine.busy = task;
    },
    ended: () => {
      machine.busy = undefined;
    },
  });
}

/** Marks a change of the configuration. */
export function configurationChanged(machine: Machine, nowMs: number): void {
  machine.changeVersion++;
  machine.modifiedMs = nowMs;
}
