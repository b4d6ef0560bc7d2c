import type { Guest } from './handle.ts';
import type { Vcenter } from './vcenter.ts';
import { type AttachedDisk, allSnapshots, diskKeys, type Machine } from './vm/machine.ts';
import { findMachine } from './vm-view.ts';

/** The guest of a VM: what happens inside it, as far as its disks notice. Waits while the VM is stunned. */
export function guestOf(vcenter: Vcenter, name: string): Guest {
  const writing = async <T>(disk: number, work: (attached: AttachedDisk) => Promise<T>): Promise<T> => {
    const machine = findMachine(vcenter, name);
    using _running = await machine.stun.acquire();
    const attached = diskAt(machine, disk);
    if (attached.layer !== undefined) throw new Error(`disk ${disk} of ${name} shows a frozen state, which is never written`);
    return await work(attached);
  };
  return {
    writeExtent: (disk, offset, bytes) => writing(disk, async (attached) => await attached.disk.write(offset, bytes)),
    writeImage: (disk, file) => writing(disk, async (attached) => await attached.disk.writeImage(file)),
    unmap: (disk, offset, length) => writing(disk, async (attached) => await attached.disk.unmap(offset, length)),
    readDisk: async (disk, offset = 0, length) => {
      const attached = diskAt(findMachine(vcenter, name), disk);
      const into = new Uint8Array(length ?? attached.disk.capacity - offset);
      await attached.disk.read(offset, into, attached.layer);
      return into;
    },
    exportDisk: async (disk, file, options = {}) => {
      const machine = findMachine(vcenter, name);
      const attached = diskAt(machine, disk);
      const layer = options.snapshot === undefined ? attached.layer : frozenAt(machine, disk, options.snapshot);
      await attached.disk.export(file, layer);
    },
    lieAboutChanges: async (disk, way) => diskAt(findMachine(vcenter, name), disk).disk.lie(way),
  };
}

function diskAt(machine: Machine, index: number): AttachedDisk {
  const key = diskKeys(machine)[index];
  const attached = key === undefined ? undefined : machine.disks.get(key);
  if (attached === undefined) throw new Error(`${machine.name} has no disk ${index}`);
  return attached;
}

function frozenAt(machine: Machine, index: number, name: string): string {
  const snapshot = allSnapshots(machine).find((one) => one.name === name);
  const frozen = snapshot?.disks.get(diskKeys(machine)[index]!);
  if (frozen === undefined) throw new Error(`${machine.name} has no snapshot ${name} with disk ${index}`);
  return frozen.layer;
}
