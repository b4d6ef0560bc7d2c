import type { Handlers } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import type { Task } from './tasks.ts';

export const taskHandlers: Handlers = {
  CancelTask: (call) => {
    const task = call.target as Task;
    if (task.state === 'success' || task.state === 'error') throw vimFault('InvalidState', 'The task has already ended.');
    if (!task.cancelable) throw vimFault('NotSupported', 'The task cannot be canceled.');
    task.cancelled = true;
    call.vcenter.world.touch();
  },
};
