import type { Clock } from '@holdfast/kit';
import type { MoRef, Vcenter } from '@holdfast/vsphere';

/** What a vCenter posts when a VM is set back to a snapshot. */
const revertedEvent = 'com.vmware.vc.vm.VmStateRevertedToSnapshot';

/** How long a vCenter keeps events unless told otherwise. */
const eventsKeptMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Whether a VM was set back to a snapshot since a time, by the vCenter's own record: a sentence that says so, or that it can't be told;
 * `undefined` when it was not. Change ids usually show it too, but after many more snapshots they may look as if nothing had happened.
 */
export async function revertDoubt(vcenter: Vcenter, vm: MoRef, since: string, clock: Clock, signal?: AbortSignal): Promise<string | undefined> {
  if (vcenter.about.kind === 'esxi') return undefined;
  if (clock.now() - Date.parse(since) > eventsKeptMs)
    return 'the point before is older than the vCenter’s record of events, so that nobody can tell whether the VM was set back meanwhile';
  try {
    const events = (await vcenter.call(
      'QueryEvents',
      vcenter.service('eventManager'),
      {
        filter: {
          entity: { entity: vm, recursion: 'self' },
          time: { beginTime: new Date(since) },
          eventTypeId: [revertedEvent],
        },
      },
      { signal },
    )) as readonly unknown[] | undefined;
    return (events?.length ?? 0) > 0 ? 'the VM was set back to a snapshot after the point before' : undefined;
  } catch (error) {
    if (signal?.aborted) throw error;
    return `the vCenter does not tell whether the VM was set back after the point before: ${error instanceof Error ? error.message : String(error)}`;
  }
}
