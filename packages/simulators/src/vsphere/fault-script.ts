import type { FaultScript } from './handle.ts';
import type { Vcenter } from './vcenter.ts';
import { refreshLinks } from './vm/build-machine.ts';
import { allSnapshots } from './vm/machine.ts';
import { removeSnapshot } from './vm/snapshot-remove.ts';
import { findMachine } from './vm-view.ts';

/** The fault script of a simulator in this process. */
export function faultScript(vcenter: Vcenter): FaultScript {
  return {
    add: async (...rules) => vcenter.faultPlan.add(rules),
    clear: async () => {
      vcenter.faultPlan.clear();
      vcenter.dials.cutEveryBytes = undefined;
      vcenter.dials.consolidationNeededAfterRemovals = 0;
    },
    cutEveryBytes: async (bytes) => {
      vcenter.dials.cutEveryBytes = bytes;
    },
    dropSessions: async () => vcenter.sessions.endAll(),
    consolidationNeededAfterRemovals: async (count) => {
      vcenter.dials.consolidationNeededAfterRemovals = count;
    },
    loseSnapshot: async (vm, name) => {
      const machine = findMachine(vcenter, vm);
      const snapshot = allSnapshots(machine).find((one) => one.name === name);
      if (snapshot === undefined) throw new Error(`${vm} has no snapshot ${name}`);
      await removeSnapshot(vcenter, snapshot, { removeChildren: false, consolidate: true });
      refreshLinks(machine);
    },
  };
}
