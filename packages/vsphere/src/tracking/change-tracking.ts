import { readProperties } from '../client/properties.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { hardwareVersionOf } from '../inventory/vm.ts';
import { whileBusy } from '../snapshot/busy.ts';
import { runTask, type TaskOptions } from '../task/task.ts';
import type { MoRef } from '../wire/index.ts';

export type ChangeTracking =
  | { readonly state: 'on' }
  /** Just switched on. `stunNeeded`: it begins at the next snapshot or power cycle; changes before it aren't known. */
  | { readonly state: 'enabled'; readonly stunNeeded: boolean }
  | { readonly state: 'unavailable'; readonly reason: string };

const hardwareVersionMin = 7;

/** Sees to it that the VM's changes are tracked, where that may be switched on: hardware version 7 or later, and no snapshots. */
export async function ensureChangeTracking(vcenter: Vcenter, vm: MoRef, options: TaskOptions = {}): Promise<ChangeTracking> {
  const enabled = 'config.changeTrackingEnabled';
  const paths = [enabled, 'config.version', 'config.template', 'capability.changeTrackingSupported', 'snapshot', 'runtime.powerState'];
  const state = await readProperties(vcenter, vm, paths, { signal: options.signal });
  if (state[enabled] === true) return { state: 'on' };
  const reason = reasonAgainst(state);
  if (reason !== undefined) return { state: 'unavailable', reason };
  await whileBusy(vcenter, `switching on change tracking of ${vm.value}`, options.signal, () =>
    runTask(vcenter, 'ReconfigVM_Task', vm, { spec: { changeTrackingEnabled: true } }, options),
  );
  const after = await readProperties(vcenter, vm, [enabled], { signal: options.signal });
  if (after[enabled] !== true) return { state: 'unavailable', reason: 'the vCenter took the setting and does not show it' };
  return { state: 'enabled', stunNeeded: state['runtime.powerState'] !== 'poweredOff' };
}

function reasonAgainst(state: Readonly<Record<string, unknown>>): string | undefined {
  const version = hardwareVersionOf(state['config.version']);
  if (state['config.template'] === true) return 'it is a template';
  if (version < hardwareVersionMin) return `its hardware version ${version} is older than ${hardwareVersionMin}`;
  if (state['capability.changeTrackingSupported'] !== true) return 'its host does not support change tracking for it';
  // Switched on over snapshots, it would not know what changed before them.
  if (state.snapshot !== undefined) return 'it has snapshots; change tracking may be switched on only without';
  return undefined;
}
