import type { LayerId } from '../disks/index.ts';
import { storageErrors } from '../disks/index.ts';
import { vimFault } from '../soap/vim-fault.ts';
import type { Vcenter } from '../vcenter.ts';
import { type AttachedDisk, isIndependent, type Machine, type Snapshot } from './machine.ts';
import { addSnapshot } from './snapshot.ts';

export interface SnapshotOrder {
  readonly name: string;
  readonly description: string;
  readonly memory: boolean;
  readonly quiesce: boolean;
}

const depthMax = 31;

/**
 * Freezes all disks of a VM at one instant: the guest is stunned for as long as it takes, so that no write falls between two disks.
 * Quiescing is honoured only when Tools run; otherwise it is silently left out, as vSphere does.
 */
export async function createSnapshot(vcenter: Vcenter, machine: Machine, order: SnapshotOrder): Promise<Snapshot> {
  if (depth(machine.current) >= depthMax) throw vimFault('TooManySnapshotLevels', 'The virtual machine has too many snapshots in a row.');
  const isQuiesced = order.quiesce && machine.power === 'poweredOn' && machine.tools === 'running';
  using _stunned = await machine.stun.acquire();
  const disks = new Map<number, { attached: AttachedDisk; layer: LayerId }>();
  for (const [key, attached] of machine.disks) {
    if (isIndependent(attached)) continue;
    const frozen = await attached.disk.freeze().catch((error: unknown) => {
      if (storageErrors.is(error, 'CHAIN_TOO_LONG')) throw vimFault('TooManySnapshotLevels', 'The virtual machine has too many snapshots in a row.');
      throw error;
    });
    disks.set(key, { attached, layer: frozen.id });
  }
  const id = ++machine.lastSnapshotId;
  await machine.datastore.files.put(`${machine.directory}/${machine.fileStem}-Snapshot${id}.vmsn`, Buffer.from(`snapshot ${id}\n`));
  const snapshot = addSnapshot(vcenter, machine, {
    name: order.name,
    description: order.description,
    id,
    createTimeMs: vcenter.clock.now(),
    // Without its memory a snapshot of a running VM comes back switched off.
    power: order.memory && machine.power === 'poweredOn' ? 'poweredOn' : 'poweredOff',
    quiesced: isQuiesced,
    parent: machine.current,
    state: machine.state,
    vmName: machine.name,
    disks,
  });
  machine.current = snapshot;
  return snapshot;
}

function depth(snapshot: Snapshot | undefined): number {
  let count = 0;
  for (let at = snapshot; at !== undefined; at = at.parent) count++;
  return count;
}
