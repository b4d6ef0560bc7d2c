import type { Vcenter } from '../client/vcenter.ts';
import type { TaskOptions } from '../task/task.ts';
import type { MoRef } from '../wire/index.ts';

export type ChangeTracking =
  | { readonly state: 'on' }
  /** Just switched on. `stunNeeded`: it begins at the next snapshot or power cycle; changes before it aren't known. */
  | { readonly state: 'enabled'; readonly stunNeeded: boolean }
  | { readonly state: 'unavailable'; readonly reason: string };

/** Sees to it that the VM's changes are tracked, where that may be switched on: hardware version 7 or later, and no snapshots. */
export async function ensureChangeTracking(_vcenter: Vcenter, _vm: MoRef, _options?: TaskOptions): Promise<ChangeTracking> {
  throw new Error('being built');
}
