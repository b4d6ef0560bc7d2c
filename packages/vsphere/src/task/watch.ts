import { quietly } from '../client/properties.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import type { DataObject, MoRef } from '../wire/index.ts';
import { type TaskState, taskPaths } from './task.ts';

/** How long the server holds a question for news before it answers that there are none. */
const waitSeconds = 30;
const pauseMs = 100;
const waitCallMs = (waitSeconds + 60) * 1_000;

/**
 * The states of a task, told by the server as they change; ends after the last.
 * Each watch has a property collector of its own: two waits on one collector would cancel each other.
 */
export async function* watchTask(vcenter: Vcenter, task: MoRef, signal: AbortSignal | undefined): AsyncGenerator<TaskState> {
  const collector = (await vcenter.call('CreatePropertyCollector', vcenter.service('propertyCollector'), {}, { signal })) as MoRef;
  try {
    const spec = { propSet: [{ type: 'Task', pathSet: taskPaths }], objectSet: [{ obj: task }] };
    await vcenter.call('CreateFilter', collector, { spec, partialUpdates: false }, { signal });
    let version = '';
    let state: Record<string, unknown> = {};
    for (;;) {
      const update = (await vcenter.call(
        'WaitForUpdatesEx',
        collector,
        { version, options: { maxWaitSeconds: waitSeconds } },
        { signal, callMs: waitCallMs },
      )) as DataObject | undefined;
      if (update === undefined) {
        // Nothing has changed within the time. A server that doesn't hold the question is not asked without pause.
        await vcenter.clock.sleep(pauseMs, signal);
        continue;
      }
      version = update.version as string;
      state = { ...state, ...changesOf(update, task) };
      yield state;
      if (state['info.state'] === 'success' || state['info.state'] === 'error') return;
    }
  } finally {
    await quietly(vcenter, 'a property collector could not be removed', vcenter.call('DestroyPropertyCollector', collector));
  }
}

function changesOf(update: DataObject, task: MoRef): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const set of (update.filterSet ?? []) as DataObject[]) {
    for (const object of (set.objectSet ?? []) as DataObject[]) {
      if ((object.obj as MoRef).value !== task.value) continue;
      if (object.kind === 'leave') throw vsphereErrors.create('VSPHERE_ABSENT', `task ${task.value} is not there any more`, { subject: { task: task.value } });
      for (const change of (object.changeSet ?? []) as DataObject[])
        changed[change.name as string] = change.op === 'assign' || change.op === 'add' ? change.val : undefined;
    }
  }
  return changed;
}
